#include "core/export/probed_layers.h"

#include "core/base/mapped_pages.h"

#include <algorithm>

namespace bw {

namespace {
constexpr std::uint64_t fewWeights = 4096;
constexpr std::uint64_t moreWeights = 65536; // codebooks of vectors need more than that of numbers

QuantizedLayerPtr probed(const LayerInfo& layer, const TensorView& matrix, const QuantFormat& format)
{
    LayerInfo sample = layer;
    sample.outAxis = 0;
    for (const std::uint64_t weights : { fewWeights, moreWeights }) {
        sample.view = sampleRows(matrix, weights);
        try {
            return quantizeLayer(sample, { format, LayerChoice {}.method, {} }, {});
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::OutOfMemory || error.kind() == ErrorKind::Internal) {
                throw;
            }
        }
    }
    return nullptr;
}
} // namespace

Shape matrixShape(const LayerInfo& layer)
{
    Shape shape = layer.view.shape;
    if (shape.empty()) {
        return shape;
    }
    const auto axis = shape.begin() + layer.outAxis;
    std::rotate(shape.begin(), axis, axis + 1);
    if (shape.size() > 2) {
        shape = { shape.front(), static_cast<std::int64_t>(elementCount(Shape(shape.begin() + 1, shape.end()))) };
    }
    return shape;
}

const QuantizedTensor* ProbedLayers::tensor(const LayerInfo& layer, const QuantFormat& format)
{
    const Shape shape = matrixShape(layer);
    const std::int64_t columns = shape.empty() ? 0 : shape.back();
    auto known = std::find_if(m_probes.begin(), m_probes.end(),
        [&](const Probe& probe) { return probe.columns == columns && probe.format == format; });
    if (known == m_probes.end()) {
        known = m_probes.insert(known, { format, columns, probed(layer, layer.matrix(), format) });
        releasePages(layer.view.bytes);
    }
    return known->layer == nullptr ? nullptr : &known->layer->tensor;
}

} // namespace bw
