#pragma once

#include "core/base/job_context.h"
#include "core/base/mapped_file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// A zip file as model tools write it (torch.save, numpy.savez, Keras): stored or deflated records, zip64 or not. Made
/// for files from strangers: everything the directory says is checked against the file and against the records' own
/// headers when it is opened, and every record's checksum when it is read. Nothing is ever written to disk, so names
/// cannot lead anywhere; names with "..", backslashes or a root are refused all the same.
class ZipArchive
{
public:
    /// Error{NotFound|BadFile|Refused|Unsupported}.
    explicit ZipArchive(const std::filesystem::path& path);
    explicit ZipArchive(std::shared_ptr<const MappedFile> file);

    /// Record names in the order of the directory; folders ("a/") are left out.
    const std::vector<std::string>& names() const { return m_names; }
    bool has(std::string_view name) const { return m_records.find(name) != m_records.end(); }
    /// Bytes of a record when unpacked. Error{BadFile} if there is none of that name.
    std::uint64_t size(std::string_view name) const;
    /// Unpacks a record into `out`, which has its size. Error{BadFile}: broken compression, wrong checksum.
    void read(std::string_view name, std::span<std::byte> out, const JobContext& ctx = {}) const;
    /// A record of at most `limit` bytes.
    std::string readText(std::string_view name, std::uint64_t limit) const;

    struct Content
    {
        std::span<const std::byte> bytes;
        std::shared_ptr<const void> owner; ///< keeps the bytes alive
    };
    /// A record's bytes: in the mapped file itself where they are stored there as they are.
    Content content(std::string_view name, const JobContext& ctx = {}) const;
    std::uint64_t fileBytes() const { return m_file->bytes().size(); }
    const std::filesystem::path& path() const { return m_file->path(); }

    struct Record
    {
        std::uint64_t header = 0; ///< where its local header begins
        std::uint64_t offset = 0; ///< of the packed bytes
        std::uint64_t end = 0; ///< of the packed bytes and the data descriptor
        std::uint64_t packed = 0;
        std::uint64_t unpacked = 0;
        std::uint32_t crc = 0;
        std::uint16_t flags = 0;
        std::uint16_t method = 0;
        bool isDeflated() const { return method == 8; }
    };

private:
    const Record& find(std::string_view name) const;
    std::span<const std::byte> packedBytes(const Record& record) const;

    std::shared_ptr<const MappedFile> m_file;
    std::vector<std::string> m_names;
    std::map<std::string, Record, std::less<>> m_records;
};

} // namespace bw
