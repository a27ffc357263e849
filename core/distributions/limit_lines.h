#pragma once
// value header

#include "core/base/job_context.h"
#include "core/distributions/distribution_fit.h"

#include <optional>
#include <span>
#include <vector>

namespace bw {

// The limits of theory for one or several tensors that all get the same bits per weight, as R·2^b over all their
// weights together: root mean square of the tensors' own limits, each counted by its share of the sum of squared
// weights.

/// Shannon's limit at any rate, at hardly any cost.
class ShannonLine
{
public:
    ShannonLine() = default; ///< no limit is known
    /// Tensors without a fit have no weights but 0, and no part in it.
    explicit ShannonLine(std::span<const DistributionFit> fits);

    /// R·2^b; nothing without a fit and for rates that limitsAt() does not take.
    std::optional<double> at(double bits) const;
    /// How far a format is above it, in decibels; nothing for a format without an error.
    std::optional<double> distance(double bits, double rTimes2b) const;

private:
    struct Part
    {
        double share = 0; ///< of the sum of squares
        double unit = 0; ///< the limit at rate 0, if nothing bounded it
        double zeroShare = 0;
    };
    std::vector<Part> m_parts;
};

/// All limits at one rate; nothing as above. One tensor's are knownLimits().
std::optional<RateLimits> knownLimits(std::span<const DistributionFit> fits, double bits);

/// The limits at ascending rates from `leastBits` to `mostBits` (leastLimitBits … mostLimitBits), at whole numbers of
/// levels, about four an octave. Empty without a fit. Takes milliseconds a tensor and rate; polls `ctx`.
std::vector<RateLimits> limitLines(
    std::span<const DistributionFit> fits, double leastBits, double mostBits, const JobContext& ctx);

} // namespace bw
