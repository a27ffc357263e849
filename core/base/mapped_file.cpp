#include "core/base/mapped_file.h"

#include "core/base/error.h"
#include "core/base/mapped_pages.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bw {

namespace {
class FileDescriptor
{
public:
    explicit FileDescriptor(int fd)
        : m_fd(fd)
    {
    }
    ~FileDescriptor()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    int get() const { return m_fd; }

private:
    int m_fd;
};

std::string reason()
{
    return std::generic_category().message(errno);
}
} // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path)
{
    // O_NONBLOCK: opening a named pipe must not hang.
    const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (fd.get() < 0) {
        const auto kind = errno == ENOENT || errno == ENOTDIR ? ErrorKind::NotFound : ErrorKind::BadFile;
        throw Error(kind, BW_TR_NOOP("core", "cannot open %1: %2"), printable(path.string()), reason());
    }
    struct stat info
    {
    };
    if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "%1 is not a regular file"), printable(path.string()));
    }
    std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = path;
    file->m_size = static_cast<std::size_t>(info.st_size);
    if (file->m_size > 0) {
        void* data = ::mmap(nullptr, file->m_size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
        if (data == MAP_FAILED) {
            file->m_size = 0;
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "cannot map %1 into memory: %2"),
                printable(path.string()), reason());
        }
        file->m_data = static_cast<const std::byte*>(data);
        noteMapping(file->m_data, file->m_size);
    }
    return file;
}

MappedFile::~MappedFile()
{
    if (m_data != nullptr) {
        dropMapping(m_data);
        ::munmap(const_cast<std::byte*>(m_data), m_size);
    }
}

} // namespace bw
