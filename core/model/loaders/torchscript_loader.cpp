#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"
#include "core/model/loader.h"
#include "core/model/pytorch_weights.h"
#include "core/model/zip_contents.h"

#include <memory>

namespace bw {

extern const ModelLoader torchscriptLoader;

namespace {
bool isTorchscript(const std::filesystem::path& path, std::span<const std::byte> head)
{
    return zipContents(path, head) == ZipContents::TorchScript;
}

/// For programs without LibTorch (`why`): the weights alone, which the archive keeps as torch.save does.
ModelPtr openWeightsOnly(const std::filesystem::path& path, const Error& why, const JobContext& ctx)
{
    auto data = readPytorchZip(path, ctx);
    data.format = torchscriptLoader.id;
    data.warnings.emplace_back(
        BW_TR_NOOP("core",
            "The model's program is not read, so kinds of layers are guessed from their names, and the model cannot be "
            "evaluated. %1"),
        std::vector<std::string> { why.message().english() });
    return std::make_shared<const Model>(std::move(data));
}

ModelPtr openTorchscript(const std::filesystem::path& path, const JobContext& ctx)
{
    // Everything the work touches belongs to it, as it is abandoned when canceled.
    struct Result
    {
        bool hasEngine = false;
        ModelPtr model;
    };
    const auto result = std::make_shared<Result>();
    try {
        InferenceEngine::instance().run(
            [result, path, ctx](InferenceBackend& backend) {
                result->hasEngine = true;
                result->model = backend.openModel(path, ctx);
            },
            ctx);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Unsupported && !result->hasEngine) {
            return openWeightsOnly(path, error, ctx);
        }
        throw;
    }
    return result->model;
}
} // namespace

const ModelLoader torchscriptLoader {
    "torchscript",
    BW_TR_NOOP("core", "TorchScript"),
    { "*.pt", "*.pth", "*.jit", "*.ts", "*.torchscript" },
    isTorchscript,
    openTorchscript,
};

} // namespace bw
