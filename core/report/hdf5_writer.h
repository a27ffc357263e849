#pragma once
// Writing HDF5 as reports and sessions need it. Include in .cpp files only.

#include "core/base/job_context.h"
#include "core/report/hdf5_handle.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bw::hdf5 {

/// One column of a table, all rows.
struct Column
{
    std::string name;
    std::variant<std::vector<std::string>, std::vector<double>, std::vector<std::uint64_t>> values;
    std::string unit; ///< empty for what has none
};

/// An HDF5 file in the making, kept in memory until it is complete: a full disk then is an error of one plain write,
/// never of HDF5's caches. Datasets are one-dimensional, chunked, shuffled, deflated and carry Fletcher-32 sums.
/// Nothing is dated: same contents, same bytes.
class Writer
{
public:
    Writer();
    /// A file that is written as it grows, for contents larger than memory. The caller has it whole or not at all
    /// (AtomicFile), after close(); commit() is not for it.
    explicit Writer(const std::filesystem::path& path);
    void close();

    hid_t root() const { return m_file.get(); }
    Handle group(hid_t parent, const std::string& name) const;

    void attribute(hid_t object, const char* name, std::string_view text) const;
    void attribute(hid_t object, const char* name, const char* text) const
    {
        attribute(object, name, std::string_view(text));
    }
    void attribute(hid_t object, const char* name, double value) const;
    void attribute(hid_t object, const char* name, std::uint64_t value) const;
    void attribute(hid_t object, const char* name, std::span<const std::string> texts) const;

    void dataset(hid_t parent, const char* name, std::span<const double> values, std::string_view unit) const;
    void dataset(hid_t parent, const char* name, std::span<const float> values, std::string_view unit) const;
    void dataset(hid_t parent, const char* name, std::span<const std::uint64_t> values, std::string_view unit) const;
    /// Texts of one fixed length, the longest's.
    void dataset(hid_t parent, const char* name, std::span<const std::string> values) const;
    /// A compound dataset; its `unit` attribute holds one text per column. All columns have the same number of rows.
    void table(hid_t parent, const char* name, const std::vector<Column>& columns) const;

    /// Ends writing and puts the file in place: temporary sibling, flush, re-read through HDF5 with all check sums,
    /// rename. After HDF5's own end of file follows a line with the SHA-256 of all before it, which HDF5 ignores (see
    /// reader). Error{Io|Verification}.
    void commit(const std::filesystem::path& target, const JobContext& ctx);

private:
    void write(hid_t parent, const char* name, hid_t fileType, hid_t memoryType, const void* values, std::size_t count,
        std::size_t valueSize, std::string_view unit) const;
    std::vector<std::byte> image();

    Handle m_file;
};

/// "\nbitwright sha256 <64 digits>\n": the last bytes of our HDF5 files.
std::string hashTrailer(std::span<const std::byte> image);
inline constexpr std::size_t hashTrailerSize = 1 + 17 + 64 + 1;

} // namespace bw::hdf5
