#pragma once
// value header

#include "core/base/job_context.h"
#include "core/distributions/density.h"
#include "core/distributions/limits.h"
#include "core/tensor/tensor_view.h"

#include <array>
#include <cstdint>
#include <optional>

namespace bw {

/// Degrees of freedom a fit may find: below, the tails are heavier than any density of finite variance that is of use;
/// above, Student-t is Normal for all purposes.
inline constexpr double leastFittedNu = 2.1;
inline constexpr double mostFittedNu = 100;

/// One kind of density at its most likely parameters.
struct FittedDensity
{
    Density density;
    double scale = 0; ///< in weight units: standard deviation of Normal, mean magnitude of Laplace, Student-t's scale
    double logLikelihood = 0; ///< nats per weight: mean of ln p
    /// Root mean square of the density; of Student-t with few degrees of freedom much above that of any sample.
    double rms() const { return scale * UnitDensity::rmsPerScale(density); }
};

/// Normal, Laplace and Student-t fitted to a tensor's weights by maximum likelihood, with the centre at 0, where the
/// centre of trained weights is. Zeros are left out (a pruned tensor has a share of them that no density has), as are
/// NaN and infinities; their counts are kept.
struct DistributionFit
{
    std::uint64_t count = 0; ///< weights fitted: finite, not 0. With none there is no fit.
    std::uint64_t zeros = 0;
    std::uint64_t nonFinite = 0;
    double rms = 0; ///< of the weights fitted
    std::array<FittedDensity, 3> candidates; ///< Normal, Laplace, Student-t
    std::size_t best = 0; ///< index of the most likely one, each parameter costing ln(count)/2 (Schwarz 1978)
    /// Kolmogorov-Smirnov distance of the best: largest difference between the shares of weights below any point, at
    /// steps of 1/256 to 1/128 of the points.
    double ksDistance = 0;
    /// How far the weights are from the best, nats per weight (Kullback-Leibler, over up to 128 cells of magnitudes
    /// that are equally likely, less what chance alone makes). 1 nat = 1.44 bits.
    double divergence = 0;

    bool exists() const { return count > 0; }
    const FittedDensity& chosen() const { return candidates[best]; }
    /// Share of zeros among finite weights.
    double zeroShare() const;
    /// Are the tails heavier than those of Student-t with the fewest degrees of freedom that are tried?
    bool isHeaviest() const;
};

/// Same result for any number of threads.
DistributionFit fitDistribution(const TensorView& view, const JobContext& ctx = {});

/// How far a format is from Shannon's bound, in decibels: 6.02 dB are one bit per weight. Below 0 for formats that make
/// use of what a density of independent weights does not know of, such as rows of different sizes.
double decibelsAbove(double limit, double rTimes2b);

/// The limits for weights that are independent draws from the fitted density, relative to the root mean square that the
/// tensor has; zeros as a share of their own. The fit exists; bits: leastLimitBits … mostLimitBits.
RateLimits limitsAt(const DistributionFit& fit, double bits);
/// Nothing without a fit and for other rates.
std::optional<RateLimits> knownLimits(const DistributionFit& fit, double bits);

} // namespace bw
