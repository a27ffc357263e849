// Integers packed as transformers and vLLM load them, in a safetensors file, and the part of config.json that says so.

#include "core/export/compressed_tensors.h"
#include "core/export/probed_layers.h"

namespace bw {

extern const Exporter compressedTensorsExporter;

namespace {
std::vector<Problem> optionProblems(const ExportOptions& options)
{
    if (options.dequantized) {
        return { { "",
            Text(BW_TR_NOOP("core", "that layout is for packed weights; write plain safetensors instead")) } };
    }
    return {};
}

Problem problemOf(const LayerInfo& layer, const Text& obstacle)
{
    return { layer.name,
        Text(BW_TR_NOOP("core",
                 "layer %1 cannot be written for compressed-tensors: %2. Choose another format for it (f16 "
                 "keeps "
                 "it as it is), or write another kind of file"),
            { printable(layer.name), obstacle.english() }) };
}

std::vector<Problem> canPlan(const Model& model, const Plan& plan, const ExportOptions& options)
{
    auto problems = optionProblems(options);
    ProbedLayers probes;
    for (const auto& layer : plan.layers) {
        if (layer.isKept || options.dequantized) {
            continue;
        }
        const auto& info = model.layer(layer.layer);
        const auto* tensor = probes.tensor(info, layer.choice.format);
        if (const Text obstacle = tensor == nullptr ? Text() : compressedTensorsObstacle(info, *tensor);
            !obstacle.empty()) {
            problems.push_back(problemOf(info, obstacle));
        }
    }
    return problems;
}

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
{
    if (auto problems = optionProblems(options); !problems.empty()) {
        return problems;
    }
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
        const Text obstacle = quantized == nullptr ? Text() : compressedTensorsObstacle(layer, (*quantized)->tensor);
        if (!obstacle.empty()) {
            return { problemOf(layer, obstacle) };
        }
    }
    return {};
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    writeSafetensors(compressedTensorsContents(model, options, ctx), temporary, ctx);
}

void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    checkSafetensors(compressedTensorsContents(model, options, ctx), written, ctx.sub(0, 0.5));
    checkCompressedTensors(model, written, ctx.sub(0.5, 1));
}

std::vector<SideFile> sideFiles(const QuantizedModel& model, const std::filesystem::path& target, const JobContext&)
{
    auto path = target;
    path.replace_extension(".config.json");
    return { { path, compressedTensorsConfig(model) } };
}

constexpr ExportSizes sizes { compressedTensorsFixedBytes, compressedTensorsLayerBytes, compressedTensorsFileBytes,
    keptLayerBytes };
} // namespace

const Exporter compressedTensorsExporter {
    .id = "compressed-tensors",
    .title = Text(BW_TR_NOOP("core", "Compressed-tensors (transformers, vLLM)")),
    .suffix = ".safetensors",
    .moreSuffixes = {},
    .canPlan = canPlan,
    .canExport = canExport,
    .write = write,
    .check = check,
    .safetensorsKind = compressedTensorsKind,
    .contents = compressedTensorsContents,
    .sideFiles = sideFiles,
    .sizes = &sizes,
};

} // namespace bw
