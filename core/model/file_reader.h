#pragma once

#include "core/base/text.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace bw {

/// What of a file's identity tells whether it was replaced or changed between two looks.
struct FileStamp
{
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    std::int64_t modifiedSeconds = 0;
    std::int64_t modifiedNanoseconds = 0;
    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// A regular file open for reading. Reads copy, so a file that shrinks meanwhile gives an error, never a signal.
/// Errors are one sentence about "the file"; callers add which one as context.
class FileReader
{
public:
    /// Error{NotFound} if it does not exist, {BadFile} if it is a folder, pipe or device, or may not be read.
    explicit FileReader(const std::filesystem::path& path);
    ~FileReader();
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;

    const FileStamp& stamp() const { return m_stamp; }
    std::uint64_t size() const { return m_stamp.bytes; }
    /// Open as long as this is.
    int descriptor() const { return m_fd; }
    /// `count` bytes from `offset`. Error{BadFile} if there are fewer.
    std::string read(std::uint64_t offset, std::size_t count) const;
    /// The first bytes, at most `limit`.
    std::string head(std::size_t limit) const;

private:
    int m_fd = -1;
    FileStamp m_stamp;
};

/// "file %1" with the path made printable: the context of errors about it.
Text filePlace(const std::filesystem::path& path);

} // namespace bw
