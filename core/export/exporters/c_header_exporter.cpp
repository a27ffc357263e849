// Weights as arrays of a C header with a reference dequantizer, for devices without a file system.

#include "core/export/c_header.h"
#include "core/export/quantized_layout.h"

namespace bw {

extern const Exporter cHeaderExporter;

namespace {
std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
{
    for (const LayerInfo& layer : model.model->layers()) {
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
        const bool isCoded = quantized != nullptr && !options.dequantized;
        if (const Text obstacle = cHeaderObstacle(layer, isCoded ? &(*quantized)->tensor : nullptr);
            !obstacle.empty()) {
            return { { layer.name,
                Text(BW_TR_NOOP("core",
                         "layer %1 cannot be written as C arrays: %2. Choose another format for it, or write "
                         "safetensors"),
                    { printable(layer.name), obstacle.english() }) } };
        }
    }
    return {};
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    std::vector<std::string> notes;
    for (const auto& [key, value] : provenanceMetadata(model, options, options.dequantized ? "c-float" : "c", ctx)) {
        notes.push_back(key + ": " + printable(value, 65536));
    }
    writeCHeader(cTensors(model, options.dequantized, ctx), notes, temporary, ctx);
}

void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    checkCHeader(cTensors(model, options.dequantized, ctx), written, ctx);
}
} // namespace

const Exporter cHeaderExporter {
    .id = "c",
    .title = Text(BW_TR_NOOP("core", "C header")),
    .suffix = ".h",
    .moreSuffixes = {},
    .canExport = canExport,
    .write = write,
    .check = check,
};

} // namespace bw
