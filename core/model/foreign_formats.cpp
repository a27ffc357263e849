#include "core/model/foreign_formats.h"

#include <array>
#include <string_view>

namespace bw {

namespace {
using namespace std::string_view_literals;

struct Magic
{
    std::size_t at;
    std::string_view bytes;
    const char* title;
};

constexpr std::array magics {
    Magic { 0, "GGUF"sv, BW_TR_NOOP("core", "a GGUF model") },
    Magic { 0, "lmgg"sv, BW_TR_NOOP("core", "an old GGML model") },
    Magic { 0, "tjgg"sv, BW_TR_NOOP("core", "an old GGML model") },
    Magic { 0, "fmgg"sv, BW_TR_NOOP("core", "an old GGML model") },
    Magic { 0, "\x89HDF\r\n\x1a\n"sv, BW_TR_NOOP("core", "an HDF5 file") },
    Magic { 0, "\x93NUMPY"sv, BW_TR_NOOP("core", "a NumPy array") },
    Magic { 0, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv,
        BW_TR_NOOP("core", "an old PyTorch checkpoint (Python pickle)") },
    Magic { 0, "\x80\x02"sv, BW_TR_NOOP("core", "a Python pickle") },
    Magic { 0, "\x80\x03"sv, BW_TR_NOOP("core", "a Python pickle") },
    Magic { 0, "\x80\x04\x95"sv, BW_TR_NOOP("core", "a Python pickle") },
    Magic { 0, "\x80\x05\x95"sv, BW_TR_NOOP("core", "a Python pickle") },
    Magic { 4, "TFL3"sv, BW_TR_NOOP("core", "a TensorFlow Lite model") },
    Magic { 4, "PTMF"sv, BW_TR_NOOP("core", "a PyTorch mobile model") },
    Magic { 0, "\x1f\x8b"sv, BW_TR_NOOP("core", "a gzip-compressed file") },
    Magic { 0, "\x28\xb5\x2f\xfd"sv, BW_TR_NOOP("core", "a Zstandard-compressed file") },
    Magic { 257, "ustar"sv, 
        BW_TR_NOOP("core", "a tar archive (as PyTorch before 0.2 wrote; load and save it again with a newer one)") },
    Magic { 0, "ply\n"sv, BW_TR_NOOP("core", "a PLY point cloud") },
    Magic { 0, "ply\r\n"sv, BW_TR_NOOP("core", "a PLY point cloud") },
    Magic { 0, "version https://git-lfs"sv,
        BW_TR_NOOP("core", "a Git LFS pointer, not the file it stands for; run \"git lfs pull\"") },
};

} // namespace

std::optional<Text> foreignFormat(const std::filesystem::path&, std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    if (text.starts_with("PK\x03\x04"sv)) {
        return BW_TR_NOOP("core", "a zip archive");
    }
    for (const Magic& magic : magics) {
        if (text.size() >= magic.at + magic.bytes.size() && text.substr(magic.at, magic.bytes.size()) == magic.bytes) {
            return Text(magic.title);
        }
    }
    return std::nullopt;
}

} // namespace bw
