#include "core/base/error.h"
#include "core/calibrate/picture.h"
#include "tests/fuzz/fuzz_file.h"

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto file = std::as_bytes(std::span(data, size));
    constexpr std::uint64_t mostPixels = 1 << 16; // larger ones only take longer
    try {
        const auto info = bw::pictureInfo(file);
        const auto pixels = std::uint64_t { info.width } * info.height;
        if (pixels > 0 && pixels <= mostPixels) {
            const int channels = info.isGray ? 1 : 3;
            std::vector<std::uint8_t> out(static_cast<std::size_t>(pixels) * static_cast<std::size_t>(channels));
            bw::decodePicture(file, info, channels, out);
        }
    } catch (const bw::Error&) {
    }
    return 0;
}
