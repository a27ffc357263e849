#pragma once

#include "core/sensitivity/sensitivity.h"

#include <vector>

namespace bw {

/// Trace of the Hessian of the mean loss with respect to one layer's weights.
struct HessianTrace
{
    double mean = 0;
    double standardError = 0;
    Text reason; ///< not empty: nothing is known, and why
};

/// By random directions (Rademacher), one per batch and round over all samples, until each layer's standard error is at
/// most wantedError of its trace, or after mostRounds rounds. From the request's cache folder if known.
std::vector<HessianTrace> hessianTraces(const SensitivityRequest& request, const JobContext& ctx);

inline constexpr double wantedError = 0.1;
inline constexpr std::uint64_t mostRounds = 8;

} // namespace bw
