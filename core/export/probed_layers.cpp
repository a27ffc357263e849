#include "core/export/probed_layers.h"

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

const QuantizedTensor* ProbedLayers::tensor(const LayerInfo& layer, const QuantFormat& format)
{
    const TensorView matrix = layer.matrix();
    const std::int64_t columns = matrix.shape.empty() ? 0 : matrix.shape.back();
    auto known = std::find_if(m_probes.begin(), m_probes.end(),
        [&](const Probe& probe) { return probe.columns == columns && probe.format == format; });
    if (known == m_probes.end()) {
        known = m_probes.insert(known, { format, columns, probed(layer, matrix, format) });
    }
    return known->layer == nullptr ? nullptr : &known->layer->tensor;
}

} // namespace bw
