#include "core/evaluate/inference_engine.h"
#include "core/model/loader.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace bw {

extern const ModelLoader torchscriptLoader;

namespace {
using namespace std::string_view_literals;

constexpr std::array suffixes { ".pt"sv, ".pth"sv, ".jit"sv, ".ts"sv, ".torchscript"sv, ".ptc"sv };

/// A zip archive that is called like a PyTorch file, or whose first records are: "model/data.pkl", "model/code/…",
/// "model/data/0".
bool isPytorchZip(const std::filesystem::path& path, std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    if (!text.starts_with("PK\x03\x04"sv)) {
        return false;
    }
    return std::find(suffixes.begin(), suffixes.end(), path.extension().string()) != suffixes.end()
        || text.find("/data.pkl"sv) != std::string_view::npos
        || text.find("/code/__torch__"sv) != std::string_view::npos || text.find("/data/0"sv) != std::string_view::npos;
}

ModelPtr openTorchscript(const std::filesystem::path& path, const JobContext& ctx)
{
    // Everything the work touches belongs to it, as it is abandoned when canceled.
    const auto model = std::make_shared<ModelPtr>();
    InferenceEngine::instance().run(
        [model, path, ctx](InferenceBackend& backend) { *model = backend.openModel(path, ctx); }, ctx);
    return *model;
}
} // namespace

const ModelLoader torchscriptLoader {
    "torchscript",
    BW_TR_NOOP("core", "TorchScript"),
    { "*.pt", "*.pth", "*.jit", "*.ts", "*.torchscript" },
    isPytorchZip,
    openTorchscript,
};

} // namespace bw
