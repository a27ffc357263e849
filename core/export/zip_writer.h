#pragma once

#include "core/export/output_file.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// Writes a zip file of stored records, as numpy.savez does, over an existing file. Nothing is dated; the bytes of each
/// record begin at a multiple of 64 bytes, so that readers can map them. Records, offsets or counts beyond what 32 bits
/// hold get zip64 entries (APPNOTE.TXT 4.5.3). Error{Io}, {BadInput} for names that readers would refuse.
class ZipWriter
{
public:
    explicit ZipWriter(const std::filesystem::path& path);

    /// A record of exactly `size` bytes, which write() gives before the next begin() or close().
    void begin(const std::string& name, std::uint64_t size);
    void write(std::span<const std::byte> bytes);
    /// The directory, and errors that the system kept until now.
    void close();

    /// Bytes of a file with such records (name, size).
    static std::uint64_t fileBytes(const std::vector<std::pair<std::string, std::uint64_t>>& records);

private:
    struct Record
    {
        std::string name;
        std::uint64_t header = 0; ///< where its local header begins
        std::uint64_t size = 0;
        std::uint32_t crc = 0;
    };
    void finishRecord();

    OutputFile m_file;
    std::uint64_t m_end = 0;
    std::uint64_t m_left = 0; ///< of the open record
    std::vector<Record> m_records;
};

} // namespace bw
