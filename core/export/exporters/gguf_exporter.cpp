// The blocks of llama.cpp in a GGUF file, with all metadata the model came with.

#include "core/export/gguf_contents.h"
#include "core/export/quantized_layout.h"

#include <functional>

namespace bw {

extern const Exporter ggufExporter;

namespace {
std::vector<Problem> modelProblems(const Model& model)
{
    if (ggufOriginKindOf(model) != nullptr) {
        return {};
    }
    return { { "",
        Text(BW_TR_NOOP("core",
                 "GGUF files need what llama.cpp knows a model by (architecture, its sizes, the tokenizer), and %1 "
                 "files do not hold it. This build finds it for llama models with Hugging Face's names of tensors, "
                 "beside a config.json. Convert other models with llama.cpp's convert_hf_to_gguf.py and open that "
                 "file, or write .safetensors."),
            { model.format() }) } };
}

/// Of a layer that gets `format`, or is kept if there is none.
void addObstacle(const Model& model, const LayerInfo& layer, const QuantFormat* format, const ExportOptions& options,
    std::vector<Problem>& problems)
{
    const auto* kind = ggufOriginKindOf(model);
    Text obstacle;
    if (format == nullptr) {
        const bool isDecoded = options.dequantized && layer.stored != nullptr;
        obstacle = kind->keptObstacle == nullptr || isDecoded ? Text() : kind->keptObstacle(layer);
    } else if (!options.dequantized) {
        obstacle = ggufObstacle(layer, *format);
    }
    if (!obstacle.empty()) {
        problems.push_back({ layer.name, std::move(obstacle) });
    }
}

/// Error{…} as GgufOriginKind::read().
std::vector<Problem> problemsOf(const Model& model, const ExportOptions& options,
    const std::function<const QuantFormat*(const LayerInfo&)>& formatOf)
{
    auto problems = modelProblems(model);
    if (!problems.empty()) {
        return problems;
    }
    const auto origin = ggufOriginKindOf(model)->read(model, {});
    for (const auto& layer : model.layers()) {
        if (!origin.layers[layer.id.index()].name.empty()) {
            addObstacle(model, layer, formatOf(layer), options, problems);
        }
    }
    return problems;
}

std::vector<Problem> canPlan(const Model& model, const Plan& plan, const ExportOptions& options)
{
    return problemsOf(model, options, [&](const LayerInfo& layer) {
        const auto& planned = plan.layers[layer.id.index()];
        return planned.isKept ? nullptr : &planned.choice.format;
    });
}

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
{
    return problemsOf(*model.model, options, [&](const LayerInfo& layer) {
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
        return quantized == nullptr ? nullptr : &(*quantized)->tensor.format;
    });
}

ExportReading reading(const Model& model, const JobContext& ctx)
{
    ExportReading result;
    if (const auto* kind = ggufOriginKindOf(model)) {
        auto origin = kind->read(model, ctx);
        for (const auto& file : origin.beside) {
            result.files.push_back(file.path);
        }
        result.notes = std::move(origin.notes);
    }
    return result;
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
    const auto origin = ggufOriginKindOf(model)->read(model, {});
    for (const LayerId id : model.quantizableLayers()) {
        bytes -= origin.layers[id.index()].name.empty() ? 0 : model.layer(id).storedBytes();
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
    .reading = reading,
    .sizes = &sizes,
};

} // namespace bw
