#include "core/distributions/limits.h"

#include "core/distributions/entropy_coded.h"
#include "core/distributions/lloyd_max.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bw {

double shannonBound(const Density& density)
{
    return std::exp2(UnitDensity(density).entropy()) / std::sqrt(2 * std::numbers::pi * std::numbers::e);
}

double entropyCodedLimit(const Density& density)
{
    return std::exp2(UnitDensity(density).entropy()) / std::sqrt(12.0);
}

double fixedLengthLimit(const Density& density)
{
    return std::sqrt(UnitDensity(density).cubeRootNorm() / 12);
}

namespace {
constexpr double mostOptimalBits = 8;

/// R of the best symmetric quantizer when zeros are a share of the weights: with a level for them or without.
double optimalError(const Density& density, int levels, double zeroShare)
{
    const auto quantizer = optimalQuantizer(density, levels);
    if (zeroShare == 0 || levels % 2 == 1) {
        return quantizer.error;
    }
    const double nearest = quantizer.levels[static_cast<std::size_t>(levels) / 2];
    const double without
        = std::sqrt(quantizer.error * quantizer.error + zeroShare / (1 - zeroShare) * nearest * nearest);
    return std::min(without, optimalQuantizer(density, levels - 1).error);
}
} // namespace

RateLimits limitsAt(const Density& density, double bits, double zeroShare)
{
    const double levels = std::exp2(bits);
    RateLimits limits;
    limits.bits = bits;
    limits.shannon = shannonBound(density) * std::exp2(bits - bits / (1 - zeroShare));
    limits.entropyCoded = uniformGridWithEntropy(density, bits, zeroShare).error * levels;
    limits.panterDite = fixedLengthLimit(density) * (zeroShare > 0 ? levels / std::max(1.0, levels - 1) : 1);
    const int whole = std::max(1, static_cast<int>(std::lround(levels)));
    limits.lloydMax = bits <= mostOptimalBits ? optimalError(density, whole, zeroShare) * whole : limits.panterDite;
    return limits;
}

} // namespace bw
