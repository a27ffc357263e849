#pragma once
// Files of arrays of any type and number of dimensions, written piece by piece. Nothing of HDF5's C API shows here.

#include "core/tensor/tensor_view.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace bw::hdf5 {

class Writer;

/// An HDF5 file over an existing one. Datasets of more than 64 kB are chunked and carry Fletcher-32 sums; the hash
/// line at the end is about all. They are not packed, so that their sizes are known. Nothing is dated: same contents,
/// same bytes. Error{Io}.
class ArrayFile
{
public:
    explicit ArrayFile(const std::filesystem::path& path);
    ~ArrayFile();
    ArrayFile(const ArrayFile&) = delete;
    ArrayFile& operator=(const ArrayFile&) = delete;

    using Use = std::function<void(std::span<const std::byte>)>;
    /// A dataset of a type NumPy knows at "group/group/name". `pieces` hands all its bytes (little-endian, row-major)
    /// to the function it gets, in order.
    void array(const std::string& path, DType dtype, const Shape& shape, std::string_view unit,
        const std::function<void(const Use&)>& pieces);

    /// Of a group or dataset; "" is the root. Groups are made if they are not there.
    void attribute(const std::string& path, const char* name, std::string_view text);
    void attribute(const std::string& path, const char* name, double value);
    void wholeAttribute(const std::string& path, const char* name, std::int64_t value);
    void wholeAttribute(const std::string& path, const char* name, const Shape& values);

    /// Ends with the line of the hash (hashTrailer()), which HDF5 ignores.
    void close();

private:
    void makeGroups(const std::string& path);

    std::filesystem::path m_path;
    std::unique_ptr<Writer> m_writer;
    std::set<std::string> m_groups;
};

/// The text attribute "schema" of the root of an HDF5 file that ends with the right hash line; empty for all others.
std::string schemaOfOwnFile(const std::filesystem::path& path);
/// Error{Verification}: the hash line is missing or wrong.
void requireHashTrailer(const std::filesystem::path& path);

} // namespace bw::hdf5
