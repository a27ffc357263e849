// The program of a TorchScript model with the dequantized weights put back in: opens wherever the original does.

#include "core/evaluate/inference_engine.h"
#include "core/export/content.h"
#include "core/export/exporter.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace bw {

extern const Exporter torchscriptExporter;

namespace {
/// The file a save writes to. A canceled save may go on behind our back until it notices; by this name it then writes
/// to the removed file, and cannot bring it back under its old name.
class OpenFile
{
public:
    explicit OpenFile(const std::filesystem::path& path)
        : m_fd(::open(path.c_str(), O_RDWR | O_CLOEXEC))
    {
        if (m_fd < 0) {
            throw Error(
                ErrorKind::Io, BW_TR_NOOP("core", "writing failed: %1"), std::generic_category().message(errno));
        }
    }
    ~OpenFile() { ::close(m_fd); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    std::filesystem::path name() const { return "/proc/self/fd/" + toText(m_fd); }

private:
    int m_fd = -1;
};

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions&)
{
    if (model.model->hasGraph()) {
        return {};
    }
    return { { "model",
        Text(
            BW_TR_NOOP("core",
                "\"%1\" holds weights only, and a TorchScript file needs the program too; open the model's TorchScript "
                "file, or write safetensors"),
            { printable(model.model->path().filename().string()) }) } };
}

const QuantizedLayer* quantizedLayer(const QuantizedModel& model, const LayerInfo& layer)
{
    const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
    return quantized == nullptr ? nullptr : quantized->get();
}

using Weights = std::vector<std::pair<std::string, TensorView>>;

Weights dequantizedWeights(const QuantizedModel& model, const JobContext& ctx)
{
    Weights weights;
    for (const auto& layer : model.model->layers()) {
        if (const auto* quantized = quantizedLayer(model, layer)) {
            ctx.checkpoint();
            weights.emplace_back(layer.name, dequantize(quantized->tensor, ctx));
        }
    }
    return weights;
}

void write(
    const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions&, const JobContext& ctx)
{
    ctx.report(Text(BW_TR_NOOP("core", "Writing")), 0, 1);
    // Everything the work touches belongs to it: it is abandoned when canceled.
    const auto weights = std::make_shared<const Weights>(dequantizedWeights(model, ctx));
    const auto file = std::make_shared<const OpenFile>(temporary);
    InferenceEngine::instance().run(
        [weights, file, source = model.model->path(), ctx](
            InferenceBackend& backend) { backend.openSession(source, ctx)->save(file->name(), *weights); },
        ctx);
}

ModelPtr reopened(const std::filesystem::path& written, const JobContext& ctx)
{
    const auto model = std::make_shared<ModelPtr>();
    InferenceEngine::instance().run(
        [model, written, ctx](InferenceBackend& backend) { *model = backend.openModel(written, ctx); }, ctx);
    return *model;
}

[[noreturn]] void differs(const char* sentence)
{
    throw Error(ErrorKind::Verification, Text(sentence));
}

/// The layer as it must be in the file: codes as values of the type the program keeps them in, all else untouched.
ContentTensor expectedTensor(const QuantizedModel& model, const LayerInfo& layer)
{
    ContentTensor expected { layer.name, layer.view.dtype, layer.view.shape, layer.view };
    if (const auto* quantized = quantizedLayer(model, layer)) {
        expected.source = quantized->tensor;
    }
    return expected;
}

void check(
    const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions&, const JobContext& ctx)
{
    const auto file = reopened(written, ctx);
    const auto& layers = model.model->layers();
    if (file->layers().size() != layers.size()) {
        differs(BW_TR_NOOP("core", "the written file, read back, holds another number of tensors"));
    }
    for (const auto& layer : layers) {
        ctx.report(Text(BW_TR_NOOP("core", "Reading back")), layer.id.index(), layers.size(),
            Text(BW_TR_NOOP("core", "layers")));
        withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(layer.name) }), [&] {
            const auto found = file->find(layer.name);
            if (!found.isValid()) {
                differs(BW_TR_NOOP("core", "it is missing in the written file"));
            }
            compareContent(expectedTensor(model, layer), file->layer(found).view, ctx);
        });
    }
}
} // namespace

const Exporter torchscriptExporter {
    .id = "torchscript",
    .title = Text(BW_TR_NOOP("core", "TorchScript")),
    .suffix = ".pt",
    .moreSuffixes = { ".pth", ".jit", ".ts", ".torchscript" },
    .canExport = canExport,
    .write = write,
    .check = check,
};

} // namespace bw
