// The program of a TorchScript model with packed weights, which it unpacks itself each time it uses them.

#include "core/export/array_contents.h"
#include "core/export/content.h"
#include "core/export/packed_weights.h"
#include "core/export/program_file.h"
#include "core/export/temporary_size.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace bw {

extern const Exporter packedTorchscriptExporter;

namespace {
constexpr const char* kind = "torchscript-packed";

Text target()
{
    return BW_TR_NOOP("core", "a TorchScript file with packed weights");
}

std::vector<Problem> problemsOf(const Model& model, const ExportOptions& options)
{
    if (options.dequantized) {
        return { { "",
            Text(BW_TR_NOOP("core", "that file is for packed weights; write plain TorchScript (--to torchscript)")) } };
    }
    return programProblems(model);
}

std::vector<Problem> canPlan(const Model& model, const Plan& plan, const ExportOptions& options)
{
    auto problems = problemsOf(model, options);
    return problems.empty() ? arrayPlanProblems(model, plan, options, target(), packedWeightObstacle) : problems;
}

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
{
    auto problems = problemsOf(*model.model, options);
    return problems.empty() ? arrayProblems(model, options, target(), packedWeightObstacle) : problems;
}

const QuantizedTensor* quantizedTensor(const QuantizedModel& model, const LayerInfo& layer)
{
    const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
    return quantized == nullptr ? nullptr : &(*quantized)->tensor;
}

ProgramParts partsOf(const QuantizedModel& model, const JobContext& ctx)
{
    ProgramParts parts;
    for (const auto& layer : model.model->layers()) {
        ctx.checkpoint();
        const auto* tensor = quantizedTensor(model, layer);
        if (tensor == nullptr) {
            continue;
        }
        if (isPlainFloat(*tensor)) {
            parts.weights.emplace_back(layer.name, dequantize(*tensor, ctx));
        } else {
            parts.packed.push_back(packedWeight(layer, *tensor, ctx));
        }
    }
    return parts;
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    ctx.report(Text(BW_TR_NOOP("core", "Writing")), 0, 1);
    writeProgram(model, temporary, partsOf(model, ctx), kind, options, ctx);
}

[[noreturn]] void differs(const char* sentence)
{
    throw Error(ErrorKind::Verification, Text(sentence));
}

const TensorView& viewCalled(const Model& file, const std::string& name)
{
    const auto found = file.find(name);
    if (!found.isValid()) {
        differs(BW_TR_NOOP("core", "it is missing in the written file"));
    }
    return file.layer(found).view;
}

/// The written one may have a few zeros more at its end.
void comparePart(const TensorView& expected, const TensorView& found)
{
    const auto more = found.bytes.subspan(std::min(expected.bytes.size(), found.bytes.size()));
    const bool isSame = found.bytes.size() >= expected.bytes.size()
        && std::equal(expected.bytes.begin(), expected.bytes.end(), found.bytes.begin()) && more.size() < 8
        && std::all_of(more.begin(), more.end(), [](std::byte b) { return b == std::byte { 0 }; });
    if (!isSame) {
        differs(BW_TR_NOOP("core", "its packed parts read back differently than they were written"));
    }
}

void comparePacked(const PackedWeight& expected, const Model& file)
{
    const TensorView* const parts[] { &expected.codes, &expected.scales, &expected.zeroPoints, &expected.codebook };
    for (std::size_t i = 0; i < std::size(parts); ++i) {
        comparePart(*parts[i], viewCalled(file, expected.name + packedWeightParts[i]));
    }
    if (viewCalled(file, expected.name).count() != 0) {
        differs(BW_TR_NOOP("core", "its packed parts read back differently than they were written"));
    }
}

/// What the program unpacks was compared when it was saved; here, that the file holds the same.
void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    const auto file = reopenedProgram(written, ctx);
    checkProgramNote(model, *file, kind, options, ctx);
    const auto& layers = model.model->layers();
    for (const auto& layer : layers) {
        ctx.report(Text(BW_TR_NOOP("core", "Reading back")), layer.id.index(), layers.size(),
            Text(BW_TR_NOOP("core", "layers")));
        withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(layer.name) }), [&] {
            const auto* tensor = quantizedTensor(model, layer);
            if (tensor != nullptr && !isPlainFloat(*tensor)) {
                comparePacked(packedWeight(layer, *tensor, ctx), *file);
                return;
            }
            ContentTensor expected { layer.name, layer.view.dtype, layer.view.shape, layer.view };
            if (tensor != nullptr) {
                expected.source = *tensor;
            }
            compareContent(expected, viewCalled(*file, layer.name), ctx);
        });
    }
}

std::optional<ExportOrigin> origin(const std::filesystem::path& written, const JobContext&)
{
    return programOrigin(written, kind);
}

/// LibTorch alone knows how long the program's text becomes.
std::uint64_t fileBytes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return sizeByWriting([&](const std::filesystem::path& path) { write(model, path, options, ctx); });
}

/// Measured: the function that unpacks, and the note.
constexpr std::uint64_t functionBytes = 6000;
/// Measured: calls, five attributes and their records, aligned to 64 bytes.
constexpr std::uint64_t perLayerBytes = 1600;

std::uint64_t fixedBytes(const Model& model)
{
    std::uint64_t bytes = model.fileBytes() + functionBytes;
    for (const LayerId id : model.quantizableLayers()) {
        bytes -= std::min(bytes, model.layer(id).view.bytes.size());
    }
    return bytes;
}

std::uint64_t layerBytes(const LayerInfo& layer, const LayerOutline& outline)
{
    std::uint64_t bytes = perLayerBytes;
    for (const auto& [name, size] : arraySizes(layer, outline).arrays) {
        bytes += size;
    }
    return bytes;
}

std::uint64_t keptBytes(const LayerInfo& layer)
{
    return layer.view.bytes.size();
}

constexpr ExportSizes sizes { fixedBytes, layerBytes, fileBytes, keptBytes };
} // namespace

const Exporter packedTorchscriptExporter {
    .id = kind,
    .title = Text(BW_TR_NOOP("core", "TorchScript with packed weights")),
    .suffix = ".pt",
    .moreSuffixes = {},
    .canPlan = canPlan,
    .canExport = canExport,
    .write = write,
    .check = check,
    .origin = origin,
    .intact = programIntact,
    .sizes = &sizes,
};

} // namespace bw
