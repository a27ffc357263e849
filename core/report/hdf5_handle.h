#pragma once
// RAII over HDF5's identifiers. Include in .cpp files and private headers of report/ and session/ only.

#include "core/base/error.h"

#include <hdf5.h>

#include <string_view>
#include <utility>

namespace bw::hdf5 {

/// Owns an identifier; `close` is its H5…close.
class Handle
{
public:
    using Close = herr_t (*)(hid_t);

    Handle() = default;
    Handle(hid_t id, Close close)
        : m_id(id)
        , m_close(close)
    {
    }
    Handle(Handle&& other) noexcept
        : m_id(std::exchange(other.m_id, -1))
        , m_close(other.m_close)
    {
    }
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    ~Handle()
    {
        if (m_id >= 0) {
            m_close(m_id);
        }
    }
    hid_t get() const { return m_id; }

private:
    hid_t m_id = -1;
    Close m_close = nullptr;
};

/// What HDF5's error stack says first happened, or nothing.
std::string lastReason();
/// Error of `kind`: "<what>: <HDF5's reason>".
[[noreturn]] void fail(ErrorKind kind, std::string_view what);
/// HDF5 prints stacks on its own unless told not to, per thread; plug-in filters named in files are never loaded.
void beQuiet();

/// Owns what an H5…create or H5…open returned; throws if it failed.
inline Handle owned(hid_t id, Handle::Close close, ErrorKind kind, std::string_view what)
{
    if (id < 0) {
        fail(kind, what);
    }
    return { id, close };
}

/// Throws if a call failed (negative result).
template <class Result>
Result checked(Result result, ErrorKind kind, std::string_view what)
{
    if (result < 0) {
        fail(kind, what);
    }
    return result;
}

/// Fixed-length UTF-8 text, padded with zeros; `size` ≥ 1.
Handle textType(std::size_t size);

} // namespace bw::hdf5
