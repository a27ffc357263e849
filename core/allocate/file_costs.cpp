#include "core/allocate/file_costs.h"

#include "core/engine/quantize_model.h"
#include "core/export/probed_layers.h"
#include "core/formats/format_family.h"

#include <algorithm>

namespace bw {

namespace {
constexpr std::uint64_t probedWeights = 4096;
}

FileCosts::FileCosts(const Model& model, const std::string& exporter, const JobContext& ctx)
    : m_model(model)
    , m_ctx(ctx)
{
    const Exporter& entry = exporterFor({}, exporter);
    if (entry.sizes == nullptr) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "A %1 file holds the float values whatever their format, so no format makes it smaller. Allocate for a "
                "file that keeps codes, such as safetensors."),
            entry.title.english());
    }
    m_sizes = entry.sizes;
}

std::uint64_t FileCosts::fixedBytes() const
{
    return m_sizes->fixedBytes(m_model);
}

namespace {
/// Which parts a format has does not depend on the weights, so a few rows tell.
LayerOutline probed(const LayerInfo& layer, const TensorView& matrix, const QuantFormat& format, const JobContext& ctx)
{
    LayerOutline outline { formatText(format), LayerChoice {}.method, layer.outAxis, 0, 0, 0, {} };
    LayerInfo sample = layer;
    sample.view = sampleRows(matrix, probedWeights);
    sample.outAxis = 0;
    try {
        const auto quantized = quantizeLayer(sample, { format, outline.method, {} }, ctx);
        outline.format = formatText(quantized->tensor.format);
        outline.codeBits = quantized->tensor.codec->codeBits();
        for (const auto& part : quantized->tensor.parts) {
            outline.parts.push_back({ part.name, part.data.dtype, part.data.shape });
        }
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::OutOfMemory || error.kind() == ErrorKind::Internal) {
            throw;
        }
        // A format that needs more than a few rows of this layer: codes alone are a fair guess.
        outline.parts = { { quantized_layout::codesPart, DType::U8, { 0 } } };
    }
    return outline;
}
} // namespace

const LayerOutline& FileCosts::outlineOf(const LayerInfo& layer, const QuantFormat& asked)
{
    const auto fallback = fallbackFor(asked, matrixShape(layer));
    const QuantFormat& format = fallback ? fallback->format : asked;
    const auto known
        = std::find_if(m_outlines.begin(), m_outlines.end(), [&](const auto& entry) { return entry.first == format; });
    return known != m_outlines.end()
        ? known->second
        : m_outlines.emplace_back(format, probed(layer, layer.matrix(), format, m_ctx)).second;
}

std::uint64_t FileCosts::layerBytes(
    const LayerInfo& layer, const QuantFormat& format, std::uint64_t bits, const ErrorSums& error)
{
    LayerOutline outline = outlineOf(layer, format);
    outline.bitsPerWeight = static_cast<double>(bits) / static_cast<double>(std::max<std::uint64_t>(1, layer.count()));
    outline.rmseOverRms = rmseOverRms(error);
    // All bytes in the first part: only how many there are matters, and how many digits that takes.
    std::uint64_t bytes = (bits + 7) / 8;
    for (auto& part : outline.parts) {
        part.shape.assign(part.shape.size(), 0);
    }
    auto& first = outline.parts.front();
    first.shape = { static_cast<std::int64_t>(bytes / info(first.dtype).size) };
    return m_sizes->layerBytes(layer, outline);
}

} // namespace bw
