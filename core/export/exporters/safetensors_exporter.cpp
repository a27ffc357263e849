// Codes, scales and codebooks in a safetensors file with the recipe beside them; or the plain float values any reader
// loads.

#include "core/base/parallel.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/export/quantized_layout.h"
#include "core/export/safetensors_writer.h"

#include <cstring>

namespace bw {

extern const Exporter safetensorsExporter;

namespace {
SafetensorsContents contentsOf(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return options.dequantized ? dequantizedContents(model, options, ctx) : quantizedContents(model, options, ctx);
}

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions&)
{
    // The one name the format keeps for itself.
    constexpr const char* reserved = "__metadata__";
    if (model.model->find(reserved).isValid()) {
        return { { reserved,
            Text(BW_TR_NOOP("core", "a layer is called \"%1\", which safetensors files reserve"), { reserved }) } };
    }
    return {};
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    writeSafetensors(contentsOf(model, options, ctx), temporary, ctx);
}

/// The values a reader decodes must be those the engine measured, not only the same codes.
void compareValues(const QuantizedTensor& expected, const QuantizedTensor& found, const JobContext& ctx)
{
    if (found.shape != expected.shape || found.outAxis != expected.outAxis || found.format != expected.format) {
        throw Error(ErrorKind::Verification,
            Text(BW_TR_NOOP("core", "its description reads back differently than it was written")));
    }
    parallelBlocks(expected.count(), FloatChunks::chunkSize, ctx, [&](std::uint64_t first, std::uint64_t last) {
        std::vector<float> a(static_cast<std::size_t>(last - first));
        std::vector<float> b(a.size());
        decodeTensor(expected, first, a);
        decodeTensor(found, first, b);
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0) {
                throw Error(ErrorKind::Verification,
                    BW_TR_NOOP("core", "value %1 decodes to %2 from the written file, but was %3"), toText(first + i),
                    toText(b[i]), toText(a[i]));
            }
        }
    });
}

void compareDecoded(const QuantizedModel& model, const QuantizedFile& file, const JobContext& ctx)
{
    for (const auto& [name, tensor] : file.quantized) {
        const auto id = model.model->find(name);
        const auto* expected = id.isValid() ? std::get_if<QuantizedLayerPtr>(&model.layers[id.index()]) : nullptr;
        withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(name) }), [&, &restored = tensor] {
            if (expected == nullptr) {
                throw Error(ErrorKind::Verification,
                    Text(BW_TR_NOOP("core", "the written file has a quantized layer too many")));
            }
            compareValues((*expected)->tensor, restored, ctx);
        });
    }
}

void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    checkSafetensors(contentsOf(model, options, ctx), written, ctx);
    if (!options.dequantized) {
        compareDecoded(model, readQuantizedFile(written, ctx), ctx);
    }
}

void writeDequantized(const QuantizedFile& file, const std::filesystem::path& temporary, const JobContext& ctx)
{
    writeSafetensors(dequantizedContents(file, ctx), temporary, ctx);
}

void checkDequantized(const QuantizedFile& file, const std::filesystem::path& written, const JobContext& ctx)
{
    checkSafetensors(dequantizedContents(file, ctx), written, ctx);
}

constexpr ExportSizes sizes { quantizedFixedBytes, quantizedLayerBytes, quantizedFileBytes, keptLayerBytes };
} // namespace

const Exporter safetensorsExporter {
    .id = "safetensors",
    .title = Text(BW_TR_NOOP("core", "Safetensors")),
    .suffix = ".safetensors",
    .moreSuffixes = {},
    .canExport = canExport,
    .write = write,
    .check = check,
    .writeDequantized = writeDequantized,
    .checkDequantized = checkDequantized,
    .sizes = &sizes,
};

} // namespace bw
