#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <vector>

namespace bw {

struct PlacedWeight
{
    std::uint64_t position = 0; ///< row-major index
    float value = 0;
};

/// The `count` weights of largest magnitude (all, if there are fewer) of a finite tensor, by position; of equal
/// magnitudes those that come first. Two passes, 0.5 MB beside the result.
std::vector<PlacedWeight> largestWeights(const TensorView& tensor, std::uint64_t count, const JobContext& ctx);

} // namespace bw
