#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

namespace bw {

/// Writes `target` as a whole or not at all: a temporary sibling is written, flushed to disk, and renamed by commit().
/// Without commit() (error, cancellation) the sibling is removed; what a killed process left goes when the same target
/// is written again. Error{Io} names the file and the cause ("No space
/// left on device").
class AtomicFile
{
public:
    /// Creates the sibling; `target`'s folder must exist.
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    /// For libraries that write by path (HDF5, LibTorch): close their handle before commit().
    const std::filesystem::path& temporaryPath() const { return m_temporary; }
    /// fsync, `check` (may read temporaryPath(); an exception abandons the file), rename, fsync of the folder.
    void commit(const std::function<void()>& check = {});

private:
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    int m_fd = -1;
    bool m_isCommitted = false;
};

/// True if both names lead to the same existing file (links followed), or are the same path.
bool isSameFile(const std::filesystem::path& a, const std::filesystem::path& b);

/// Removes temporary siblings this process has open. Async-signal-safe: for a handler that ends the process.
void removeTemporaryFilesOnSignal() noexcept;

} // namespace bw
