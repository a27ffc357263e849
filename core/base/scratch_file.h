#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace bw {

/// Room for work that would take too much memory: a file without a name, mapped for reading and writing, that is gone
/// when the last pointer to it is. Its pages belong to the system, which can write them out when memory is short. It
/// lies in the folder that TMPDIR names, else in /var/tmp, which is on a disk where /tmp may be in memory.
class ScratchFile
{
public:
    /// All bytes 0, reserved on the disk. Error{Io}: no room, or the folder cannot be written to.
    static std::shared_ptr<ScratchFile> create(std::uint64_t bytes);
    /// With these bytes. Errors as above.
    static std::shared_ptr<ScratchFile> holding(std::span<const std::byte> content);
    ~ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    /// Aligned for any type.
    std::span<std::byte> bytes() { return { m_data, m_size }; }

private:
    ScratchFile() = default;
    static std::shared_ptr<ScratchFile> make(std::uint64_t bytes, const std::function<int(int fd)>& fill);
    std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace bw
