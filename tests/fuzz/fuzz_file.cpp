#include "tests/fuzz/fuzz_file.h"

#include "core/base/error.h"
#include "core/model/loader.h"

#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace bw::fuzz {

void require(bool isTrue)
{
    if (!isTrue) {
        std::abort();
    }
}

std::filesystem::path fileOf(std::span<const std::uint8_t> bytes)
{
    static const int fd = ::memfd_create("fuzz", 0);
    require(fd >= 0 && ::ftruncate(fd, 0) == 0);
    require(::pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    return "/proc/self/fd/" + std::to_string(fd);
}

void openWith(std::string_view loader, std::span<const std::uint8_t> bytes)
{
    try {
        const auto model = modelLoaders().find(loader)->open(fileOf(bytes), {});
        for (const auto& layer : model->layers()) {
            // Weights that are quantized already are made while they are read.
            require(layer.view.count() == elementCount(layer.view.shape));
            require(layer.view.source
                || layer.view.bytes.size() == elementCount(layer.view.shape) * info(layer.view.dtype).size);
            toFloats(layer.view);
            layer.matrix();
        }
    } catch (const Error&) {
    }
}

} // namespace bw::fuzz
