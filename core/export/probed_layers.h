#pragma once

#include "core/engine/quantize_model.h"
#include "core/formats/quant_format.h"
#include "core/model/model.h"

#include <cstdint>
#include <vector>

namespace bw {

/// The shape of layer.matrix(), which may be a copy of all the layer's values.
Shape matrixShape(const LayerInfo& layer);

/// What formats make of layers, seen on a few of their rows: for questions about a plan before anything is quantized.
/// Whether codes are integers, how many bits they have and which parts there are does not depend on the weights.
class ProbedLayers
{
public:
    /// Of a few rows, with as many columns as the layer's matrix. Null: the format needs more than these; whoever asks
    /// learns it after quantizing.
    const QuantizedTensor* tensor(const LayerInfo& layer, const QuantFormat& format);

private:
    struct Probe
    {
        QuantFormat format;
        std::int64_t columns = 0;
        QuantizedLayerPtr layer;
    };
    std::vector<Probe> m_probes;
};

} // namespace bw
