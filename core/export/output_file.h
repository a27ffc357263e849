#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace bw {

/// An existing file opened for writing from its start. Errors: {Io} with the cause ("No space left on device"); callers
/// add the file's name.
class OutputFile
{
public:
    explicit OutputFile(const std::filesystem::path& path);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// At the end of what was written so far.
    void write(std::span<const std::byte> bytes);
    /// Over earlier bytes.
    void rewrite(std::uint64_t offset, std::span<const std::byte> bytes) const;
    /// Reports errors that the system kept until now.
    void close();

private:
    int m_fd = -1;
    std::uint64_t m_end = 0;
    std::uint64_t m_handed = 0; ///< up to here the disk was asked to write
};

} // namespace bw
