// The blocks of llama.cpp in a GGUF file, with all metadata of the file the model came from.

#include "core/export/gguf_contents.h"
#include "core/export/quantized_layout.h"

#include <algorithm>

namespace bw {

extern const Exporter ggufExporter;

namespace {
std::vector<Problem> modelProblems(const Model& model)
{
    if (dynamic_cast<const GgufDetails*>(model.details().get()) != nullptr) {
        return {};
    }
    return { { "",
        Text(BW_TR_NOOP("core",
                 "GGUF files need what llama.cpp knows a model by (architecture, its sizes, the tokenizer), and %1 "
                 "files do not hold it. Convert the model with llama.cpp's convert_hf_to_gguf.py and open that file, "
                 "or write .safetensors."),
            { model.format() }) } };
}

std::vector<Problem> canPlan(const Model& model, const Plan& plan, const ExportOptions& options)
{
    auto problems = modelProblems(model);
    for (const auto& layer : plan.layers) {
        if (layer.isKept || options.dequantized || !problems.empty()) {
            continue;
        }
        const auto& info = model.layer(layer.layer);
        if (auto obstacle = ggufObstacle(info, layer.choice.format); !obstacle.empty()) {
            problems.push_back({ info.name, std::move(obstacle) });
        }
    }
    return problems;
}

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
{
    auto problems = modelProblems(*model.model);
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
        if (quantized == nullptr || options.dequantized || !problems.empty()) {
            continue;
        }
        if (auto obstacle = ggufObstacle(layer, (*quantized)->tensor.format); !obstacle.empty()) {
            problems.push_back({ layer.name, std::move(obstacle) });
        }
    }
    return problems;
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    writeGguf(ggufContents(model, options, ctx), temporary, ctx);
}

void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    checkGguf(ggufContents(model, options, ctx), written, ctx);
}

std::uint64_t fileBytes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    ctx.checkpoint();
    return ggufFileBytes(ggufContentsForSizes(model, options, ctx));
}

/// A file whose quantizable layers have no data: their entries do not change with the format.
std::uint64_t fixedBytes(const Model& model)
{
    if (!modelProblems(model).empty()) {
        return 0;
    }
    QuantizedModel kept;
    kept.model = std::shared_ptr<const Model>(&model, [](const Model*) {}); // used within this call only
    kept.plan.recipe = defaultRecipe();
    kept.layers.resize(model.layers().size(), KeptLayer {});
    auto bytes = ggufFileBytes(ggufContentsForSizes(kept, {}, {}));
    for (const LayerId id : model.quantizableLayers()) {
        bytes -= model.layer(id).storedBytes();
    }
    return bytes;
}

std::uint64_t layerBytes(const LayerInfo& layer, const LayerOutline& outline)
{
    std::uint64_t bytes = 0;
    for (const auto& part : outline.parts) {
        bytes += elementCount(part.shape) * info(part.dtype).size;
    }
    return bytes + exactPattern(layer.name).size();
}

std::uint64_t keptBytes(const LayerInfo& layer)
{
    return layer.storedBytes();
}

constexpr ExportSizes sizes { fixedBytes, layerBytes, fileBytes, keptBytes };
} // namespace

const Exporter ggufExporter {
    .id = "gguf",
    .title = Text(BW_TR_NOOP("core", "GGUF (llama.cpp)")),
    .suffix = ".gguf",
    .moreSuffixes = {},
    .canPlan = canPlan,
    .canExport = canExport,
    .write = write,
    .check = check,
    .sizes = &sizes,
};

} // namespace bw
