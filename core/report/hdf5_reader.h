#pragma once
// Reading HDF5 files that anybody may have made. Include in .cpp files only.

#include "core/base/job_context.h"
#include "core/report/hdf5_handle.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bw::hdf5 {

/// An HDF5 file opened for reading. Before anything is read it is held to what Bitwright writes: groups and datasets
/// that are reached by plain links and lie in this very file (no soft, external or user-defined links, no virtual
/// datasets, no external storage), built-in filters only. If it ends with the hash line of our writer, the hash is
/// compared first, so damage never reaches the HDF5 library. All errors are Error{NotFound|BadFile}; names in paths are
/// separated by '/'.
class Reader
{
public:
    explicit Reader(const std::filesystem::path& path);

    /// True if the file carries the hash line (which then is right, or opening had failed).
    bool hasHash() const { return m_hasHash; }
    bool exists(const std::string& path) const;
    /// Names of the groups directly in a group, in order of name.
    std::vector<std::string> groupsIn(const std::string& path) const;

    std::string textAttribute(const std::string& path, const char* name) const;
    std::uint64_t wholeAttribute(const std::string& path, const char* name) const;
    double realAttribute(const std::string& path, const char* name) const;

    std::vector<double> reals(const std::string& path) const;
    std::vector<std::uint64_t> wholes(const std::string& path) const;
    std::vector<std::string> texts(const std::string& path) const;
    /// One column of a table.
    std::vector<double> realColumn(const std::string& path, const char* column) const;
    std::vector<std::uint64_t> wholeColumn(const std::string& path, const char* column) const;
    std::vector<std::string> textColumn(const std::string& path, const char* column) const;

    /// Reads every value of every dataset once, so that all check sums are compared. Returns how many datasets there
    /// are.
    std::size_t readEverything(const JobContext& ctx) const;

private:
    Handle m_file;
    bool m_hasHash = false;
    std::vector<std::string> m_datasets; ///< paths of all of them
};

/// True if the file begins like an HDF5 file.
bool looksLikeHdf5(const std::filesystem::path& path);

} // namespace bw::hdf5
