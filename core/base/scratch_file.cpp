#include "core/base/scratch_file.h"

#include "core/base/error.h"
#include "core/base/mapped_pages.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace bw {

namespace {
std::string scratchFolder()
{
    const char* named = std::getenv("TMPDIR");
    return named != nullptr && *named != '\0' ? named : "/var/tmp";
}

[[noreturn]] void fail(std::uint64_t bytes, const std::string& folder, int reason)
{
    throw Error(ErrorKind::Io,
        BW_TR_NOOP("core",
            "cannot set aside %1 in the folder %2 for intermediate results: %3. Make room there, or name another "
            "folder in the environment variable TMPDIR."),
        sizeText(bytes), printable(folder), std::generic_category().message(reason));
}

/// A new file in the folder that has no name, or none any more; -1 and errno on failure.
int openNameless(const std::string& folder)
{
#ifdef O_TMPFILE
    const int nameless = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (nameless >= 0) {
        return nameless;
    }
#endif
    std::string pattern = folder + "/bitwright-XXXXXX";
    const int fd = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (fd >= 0) {
        ::unlink(pattern.c_str());
    }
    return fd;
}

/// 0, or why it failed.
int writeAll(int fd, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    return 0;
}
} // namespace

std::shared_ptr<ScratchFile> ScratchFile::create(std::uint64_t bytes)
{
    // Without blocks of its own, a page that finds the disk full later would end the program.
    return make(bytes, [&](int fd) { return ::posix_fallocate(fd, 0, static_cast<off_t>(bytes)); });
}

std::shared_ptr<ScratchFile> ScratchFile::holding(std::span<const std::byte> content)
{
    // Written, not copied into mapped memory, where each page would have to be fetched by a fault.
    return make(content.size(), [&](int fd) { return writeAll(fd, content); });
}

std::shared_ptr<ScratchFile> ScratchFile::make(std::uint64_t bytes, const std::function<int(int)>& fill)
{
    std::shared_ptr<ScratchFile> file(new ScratchFile);
    if (bytes == 0) {
        return file;
    }
    const auto folder = scratchFolder();
    const int fd = openNameless(folder);
    if (fd < 0) {
        fail(bytes, folder, errno);
    }
    const int failed = fill(fd);
    void* data = failed != 0
        ? MAP_FAILED
        : ::mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    const int reason = failed != 0 ? failed : errno;
    ::close(fd);
    if (data == MAP_FAILED) {
        fail(bytes, folder, reason);
    }
    file->m_data = static_cast<std::byte*>(data);
    file->m_size = static_cast<std::size_t>(bytes);
    noteMapping(file->m_data, file->m_size);
    return file;
}

ScratchFile::~ScratchFile()
{
    if (m_data != nullptr) {
        dropMapping(m_data);
        ::munmap(m_data, m_size);
    }
}

} // namespace bw
