// The program of a TorchScript model with the dequantized weights put back in: opens wherever the original does.

#include "core/export/content.h"
#include "core/export/program_file.h"

namespace bw {

extern const Exporter torchscriptExporter;

namespace {
constexpr const char* kind = "torchscript";

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions&)
{
    return programProblems(*model.model);
}

const QuantizedLayer* quantizedLayer(const QuantizedModel& model, const LayerInfo& layer)
{
    const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
    return quantized == nullptr ? nullptr : quantized->get();
}

std::vector<std::pair<std::string, TensorView>> dequantizedWeights(const QuantizedModel& model, const JobContext& ctx)
{
    std::vector<std::pair<std::string, TensorView>> weights;
    for (const auto& layer : model.model->layers()) {
        if (const auto* quantized = quantizedLayer(model, layer)) {
            ctx.checkpoint();
            weights.emplace_back(layer.name, dequantize(quantized->tensor, ctx));
        }
    }
    return weights;
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    ctx.report(Text(BW_TR_NOOP("core", "Writing")), 0, 1);
    writeProgram(model, temporary, { dequantizedWeights(model, ctx), {}, {} }, kind, options, ctx);
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

void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    const auto file = reopenedProgram(written, ctx);
    checkProgramNote(model, *file, kind, options, ctx);
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

std::optional<ExportOrigin> origin(const std::filesystem::path& written, const JobContext&)
{
    return programOrigin(written, kind);
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
    .origin = origin,
    .intact = programIntact,
};

} // namespace bw
