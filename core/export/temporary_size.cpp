#include "core/export/temporary_size.h"

#include "core/base/error.h"

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

#include <unistd.h>

namespace bw {

std::uint64_t sizeByWriting(const std::function<void(const std::filesystem::path&)>& write)
{
    // mkstemp puts letters and digits in the place of the six X.
    std::string name = (std::filesystem::temp_directory_path() / "bitwright-size-XXXXXX").string();
    const int fd = ::mkstemp(name.data());
    if (fd < 0) {
        throw Error(ErrorKind::Io, BW_TR_NOOP("core", "writing failed: %1"), std::generic_category().message(errno));
    }
    ::close(fd);
    const std::filesystem::path path(name);
    const auto remove = [](const std::filesystem::path* file) {
        std::error_code ignored;
        std::filesystem::remove(*file, ignored);
    };
    const std::unique_ptr<const std::filesystem::path, decltype(remove)> removed(&path, remove);
    write(path);
    return std::filesystem::file_size(path);
}

} // namespace bw
