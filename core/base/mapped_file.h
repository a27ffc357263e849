#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace bw {

/// A regular file mapped read-only. Views into it stay valid while the shared pointer lives.
class MappedFile
{
public:
    /// Error{NotFound} if it does not exist, {BadFile} if it is no regular file, {Io} if it cannot be read. An empty
    /// file maps to an empty span.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return { m_data, m_size }; }
    const std::filesystem::path& path() const { return m_path; }

private:
    MappedFile() = default;
    std::filesystem::path m_path;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace bw
