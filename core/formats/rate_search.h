#pragma once

#include "core/base/job_context.h"
#include "core/formats/groups.h"
#include "core/tensor/tensor_view.h"

#include <span>

namespace bw {

/// Levels -largestReach … largestReach fit codes of 16 bits.
inline constexpr int largestReach = 32767;

struct RateStep
{
    double step = 1; ///< between levels, as a share of each group's size
    int reach = 1; ///< the outermost level in use, 1 … largestReach; farther weights are clipped to it
};

/// The smallest step whose codes, weights divided by their group's size times the step and rounded half away from zero,
/// have an entropy of at most `rate` bits (Orr et al., arXiv 2505.12988, with steps that may be any number).
/// `sizes`: one per group, 0 for a group of zeros.
RateStep stepForRate(
    const TensorView& matrix, const Groups& groups, std::span<const float> sizes, double rate, const JobContext& ctx);

} // namespace bw
