#include "core/export/output_file.h"

#include "core/base/error.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace bw {

namespace {
constexpr std::uint64_t handedBytes = std::uint64_t { 8 } << 20;

[[noreturn]] void throwIo()
{
    throw Error(ErrorKind::Io, BW_TR_NOOP("core", "writing failed: %1"), std::generic_category().message(errno));
}
} // namespace

OutputFile::OutputFile(const std::filesystem::path& path)
    : m_fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC))
{
    if (m_fd < 0) {
        throwIo();
    }
}

OutputFile::~OutputFile()
{
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

void OutputFile::write(std::span<const std::byte> bytes)
{
    rewrite(m_end, bytes);
    m_end += bytes.size();
    // The disk begins at once, so that the sync at the end has little left to wait for. Only a hint: no errors.
    if (m_end - m_handed >= handedBytes) {
        ::sync_file_range(
            m_fd, static_cast<off_t>(m_handed), static_cast<off_t>(m_end - m_handed), SYNC_FILE_RANGE_WRITE);
        m_handed = m_end;
    }
}

void OutputFile::rewrite(std::uint64_t offset, std::span<const std::byte> bytes) const
{
    while (!bytes.empty()) {
        const auto written = ::pwrite(m_fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            throwIo();
        }
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void OutputFile::close()
{
    const int fd = m_fd;
    m_fd = -1;
    if (::close(fd) != 0) {
        throwIo();
    }
}

} // namespace bw
