#pragma once

#include "core/base/job_context.h"
#include "core/formats/sorted_values.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bw {

inline constexpr int maxBinaryPlanes = 6;

/// The sums ±a₁ ± … ± a_q of binary coding, ascending, and which signs each has: bit i of a code is set where a_{i+1}
/// is added.
struct BinaryLevels
{
    explicit BinaryLevels(std::span<const float> factors);
    std::vector<float> levels;
    std::vector<std::uint16_t> codes; ///< of each level
};

/// Factors a₁ ≥ … ≥ a_q ≥ 0 that represent the values as Σ ±aᵢ with a small squared error: alternately the best factors
/// for given signs and the best signs for given factors (Xu et al., arXiv 1802.00150), from a greedy start (Guo et al.,
/// CVPR 2017) and from equally spaced levels, the best of which is kept. All 0 where there are no values.
std::vector<double> fitBinaryFactors(const SortedValues& values, int planes, const JobContext& ctx);

} // namespace bw
