// Weights as torch.save writes them: a zip archive (since PyTorch 1.6) or the legacy stream of pickles and storages.

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/base/zip_archive.h"
#include "core/model/file_reader.h"
#include "core/model/loader.h"
#include "core/model/pytorch_weights.h"
#include "core/model/zip_contents.h"

#include <algorithm>
#include <array>

namespace bw {

extern const ModelLoader pytorchLoader;

namespace {
using namespace std::string_view_literals;

constexpr std::array suffixes { ".pt"sv, ".pth"sv, ".th"sv, ".ckpt"sv, ".jit"sv, ".ts"sv, ".torchscript"sv, ".ptc"sv };

std::string_view textOf(std::span<const std::byte> bytes)
{
    return { reinterpret_cast<const char*>(bytes.data()), bytes.size() };
}

/// A zip archive that nothing can be said of is asked about here, so that its user learns what is wrong with it.
bool sniff(const std::filesystem::path& path, std::span<const std::byte> head)
{
    if (isLegacyPytorch(textOf(head))) {
        return true;
    }
    const auto contents = zipContents(path, head);
    const bool isNamedSo = std::find(suffixes.begin(), suffixes.end(), path.extension().string()) != suffixes.end();
    return contents == ZipContents::PytorchWeights || contents == ZipContents::Broken
        || (contents == ZipContents::Other && isNamedSo);
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    auto data = isLegacyPytorch(FileReader(path).head(64)) ? readLegacyPytorch(path, ctx) : readPytorchZip(path, ctx);
    data.format = pytorchLoader.id;
    return std::make_shared<const Model>(std::move(data));
}
} // namespace

const ModelLoader pytorchLoader {
    "pytorch",
    BW_TR_NOOP("core", "PyTorch"),
    { "*.pt", "*.pth", "*.th", "*.bin", "*.ckpt", "*.state_dict" },
    sniff,
    open,
};

} // namespace bw
