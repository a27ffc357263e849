#pragma once

#include "core/evaluate/inference_backend.h"
#include "core/formats/codec.h"
#include "core/model/model.h"

namespace bw {

/// Why codes of this tensor cannot be unpacked by a program; empty if they can.
Text packedWeightObstacle(const QuantizedTensor& tensor);
/// A tensor without obstacle that is not of a plain float type.
PackedWeight packedWeight(const LayerInfo& layer, const QuantizedTensor& tensor, const JobContext& ctx);

} // namespace bw
