#include "core/base/atomic_file.h"

#include "core/base/error.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bw {

namespace {
// Fixed storage, so that a signal handler may read it.
struct Slot
{
    std::atomic<bool> isUsed { false };
    std::atomic<bool> isReady { false };
    std::array<char, 4096> path {};
};
std::array<Slot, 16> g_open;

void rememberTemporary(const std::string& path)
{
    for (auto& slot : g_open) {
        bool expected = false;
        if (path.size() < slot.path.size() && slot.isUsed.compare_exchange_strong(expected, true)) {
            std::memcpy(slot.path.data(), path.c_str(), path.size() + 1);
            slot.isReady = true;
            return;
        }
    }
}

void forgetTemporary(const std::string& path)
{
    for (auto& slot : g_open) {
        if (slot.isReady && path == slot.path.data()) {
            slot.isReady = false;
            slot.isUsed = false;
        }
    }
}

[[noreturn]] void throwIo(const std::filesystem::path& target)
{
    const std::string reason = std::generic_category().message(errno);
    throw Error(ErrorKind::Io, BW_TR_NOOP("core", "cannot write %1: %2"), printable(target.string()), reason);
}

void syncPath(const std::filesystem::path& path, int flags, const std::filesystem::path& target)
{
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0) {
        throwIo(target);
    }
    const int result = ::fsync(fd);
    const int saved = errno;
    ::close(fd);
    errno = saved;
    // Some file systems cannot sync a folder; the rename itself is still atomic there.
    if (result != 0 && errno != EINVAL && errno != EROFS) {
        throwIo(target);
    }
}

mode_t usualMode()
{
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}
} // namespace

namespace {
constexpr std::string_view suffix = ".part";
constexpr std::size_t randomLetters = 6;

/// Marks an open file as in use (shared), or finds out that nobody uses it (exclusive). Such locks end with the
/// process, however it ends. False if it cannot be had, also where there are no locks.
bool lock(int fd, short type)
{
    struct flock range {};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    return ::fcntl(fd, F_OFD_SETLK, &range) == 0;
}

void removeIfUnused(const std::filesystem::path& path)
{
    const int fd = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    struct stat facts {};
    if (::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == ::geteuid() && lock(fd, F_WRLCK)) {
        ::unlink(path.c_str());
    }
    ::close(fd);
}

/// Temporary siblings of the same target, of programs that were killed.
void removeLeftovers(const std::filesystem::path& folder, const std::string& prefix)
{
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder.empty() ? "." : folder, error), end; !error && at != end;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name.size() == prefix.size() + randomLetters + suffix.size() && name.starts_with(prefix)
            && name.ends_with(suffix)) {
            removeIfUnused(at->path());
        }
    }
}

/// A new file that is marked as in use. -1 and errno if there can be none.
int makeTemporary(const std::string& pattern, std::string& path)
{
    constexpr int tries = 100;
    for (int i = 0; i < tries; ++i) {
        path = pattern;
        const int fd = ::mkostemps(path.data(), static_cast<int>(suffix.size()), O_CLOEXEC);
        if (fd < 0) {
            return fd;
        }
        lock(fd, F_RDLCK);
        struct stat facts {};
        if (::fstat(fd, &facts) == 0 && facts.st_nlink > 0) {
            return fd;
        }
        ::close(fd); // another process took it for a leftover before it was marked
    }
    errno = EBUSY;
    return -1;
}
} // namespace

AtomicFile::AtomicFile(std::filesystem::path target)
    : m_target(std::move(target))
{
    const auto folder = m_target.parent_path();
    const std::string prefix = "." + m_target.filename().string() + ".";
    removeLeftovers(folder, prefix);
    std::string pattern = (folder / (prefix + "XXXXXX")).string();
    pattern += suffix;
    std::string path;
    m_fd = makeTemporary(pattern, path);
    if (m_fd < 0) {
        throwIo(m_target);
    }
    pattern = path;
    m_temporary = pattern;
    rememberTemporary(pattern);
    ::fchmod(m_fd, usualMode());
}

AtomicFile::~AtomicFile()
{
    if (m_fd >= 0) {
        ::close(m_fd);
    }
    if (!m_isCommitted) {
        ::unlink(m_temporary.c_str());
    }
    forgetTemporary(m_temporary.string());
}

void AtomicFile::write(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(m_fd, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            throwIo(m_target);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void AtomicFile::commit(const std::function<void()>& check)
{
    // Opened anew: a library may have replaced the file under this name. The first stays open: it marks the name as
    // in use.
    syncPath(m_temporary, O_RDONLY, m_target);
    if (check) {
        check();
    }
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) {
        throwIo(m_target);
    }
    m_isCommitted = true;
    const auto folder = m_target.parent_path();
    syncPath(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY, m_target);
}

bool isSameFile(const std::filesystem::path& a, const std::filesystem::path& b)
{
    std::error_code error;
    if (std::filesystem::equivalent(a, b, error)) {
        return true;
    }
    return std::filesystem::weakly_canonical(a, error) == std::filesystem::weakly_canonical(b, error);
}

void removeTemporaryFilesOnSignal() noexcept
{
    for (auto& slot : g_open) {
        if (slot.isReady) {
            ::unlink(slot.path.data());
        }
    }
}

} // namespace bw
