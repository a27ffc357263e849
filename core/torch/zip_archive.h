#pragma once

#include "core/base/mapped_file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw::torch_backend {

/// A zip file as torch.save and torch.jit.save write it: stored or deflated records, zip64 or not. Every number of the
/// directory is checked when it is opened, and every record's CRC when it is read (LibTorch's own reader checks
/// neither).
class ZipArchive
{
public:
    /// Error{NotFound|BadFile}.
    explicit ZipArchive(const std::filesystem::path& path);

    /// Record names in the order of the directory.
    const std::vector<std::string>& names() const { return m_names; }
    bool has(std::string_view name) const { return m_records.find(name) != m_records.end(); }
    /// Bytes of a record when unpacked. Error{BadFile} if there is none of that name.
    std::uint64_t size(std::string_view name) const;
    /// Unpacks a record into `out`, which has its size. Error{BadFile}: broken compression, wrong checksum.
    void read(std::string_view name, std::span<std::byte> out) const;
    /// A record of at most `limit` bytes.
    std::string readText(std::string_view name, std::uint64_t limit) const;
    std::uint64_t fileBytes() const { return m_file->bytes().size(); }

private:
    struct Record
    {
        std::uint64_t offset = 0; ///< of the packed bytes
        std::uint64_t packed = 0;
        std::uint64_t unpacked = 0;
        std::uint32_t crc = 0;
        bool isDeflated = false;
    };
    struct Directory
    {
        std::uint64_t offset = 0;
        std::uint64_t bytes = 0;
        std::uint64_t entries = 0;
    };
    Directory findDirectory() const;
    Directory readZip64Directory(std::uint64_t endRecord, Directory directory) const;
    std::uint64_t readEntry(std::uint64_t at);
    void locate(Record& record, std::uint64_t header, const std::string& name) const;
    void checkTotals() const;
    const Record& find(std::string_view name) const;

    std::shared_ptr<const MappedFile> m_file;
    std::vector<std::string> m_names;
    std::map<std::string, Record, std::less<>> m_records;
};

} // namespace bw::torch_backend
