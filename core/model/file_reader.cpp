#include "core/model/file_reader.h"

#include "core/base/error.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bw {

namespace {
constexpr std::size_t longestPath = 4096;

std::string reason(int code)
{
    return std::generic_category().message(code);
}

FileStamp stampOf(const struct stat& info)
{
    return { static_cast<std::uint64_t>(info.st_dev), static_cast<std::uint64_t>(info.st_ino),
        static_cast<std::uint64_t>(info.st_size), info.st_mtim.tv_sec, info.st_mtim.tv_nsec };
}

int openForReading(const std::filesystem::path& path)
{
    // O_NONBLOCK: opening a named pipe must not hang.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        const int code = errno;
        if (code == ENOENT || code == ENOTDIR) {
            throw Error(ErrorKind::NotFound, Text(BW_TR_NOOP("core", "the file does not exist")));
        }
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the file cannot be opened: %1"), reason(code));
    }
    return fd;
}
} // namespace

FileReader::FileReader(const std::filesystem::path& path)
    : m_fd(openForReading(path))
{
    struct stat info
    {
    };
    const bool isKnown = ::fstat(m_fd, &info) == 0;
    if (!isKnown || !S_ISREG(info.st_mode)) {
        ::close(m_fd);
        throw Error(ErrorKind::BadFile,
            isKnown && S_ISDIR(info.st_mode) ? Text(BW_TR_NOOP("core", "this is a folder, not a file"))
                                             : Text(BW_TR_NOOP("core", "this is not a regular file")));
    }
    m_stamp = stampOf(info);
}

FileReader::~FileReader()
{
    ::close(m_fd);
}

std::string FileReader::read(std::uint64_t offset, std::size_t count) const
{
    std::string bytes(count, '\0');
    std::size_t done = 0;
    while (done < count) {
        const ssize_t got = ::pread(m_fd, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the file cannot be read: %1"), reason(errno));
        }
        if (got == 0) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file became shorter while it was read")));
        }
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

std::string FileReader::head(std::size_t limit) const
{
    return read(0, static_cast<std::size_t>(std::min<std::uint64_t>(limit, size())));
}

Text filePlace(const std::filesystem::path& path)
{
    return Text(BW_TR_NOOP("core", "file %1"), { printable(path.string(), longestPath) });
}

} // namespace bw
