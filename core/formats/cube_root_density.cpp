#include "core/formats/cube_root_density.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace bw {

namespace {
constexpr double smallestBlock = 8;

/// Inverse of the cumulative density ∝ p^(1/3): u in (0, 1), or [0, 1] where it is cut off.
using Quantile = std::function<double(double)>;

/// p^(1/3) of a normal, Laplace or Student-t density is of the same kind, wider.
double cubeRootNu(double nu)
{
    return (nu - 2) / 3;
}

double laplaceQuantile(double u)
{
    return u < 0.5 ? std::log(2 * u) : -std::log(2 * (1 - u));
}

Quantile forUnitRms(const Density& density)
{
    const double root3 = std::numbers::sqrt3;
    switch (density.kind) {
    case DensityKind::Laplace:
        return [](double u) { return 3 / std::numbers::sqrt2 * laplaceQuantile(u); };
    case DensityKind::StudentT:
        return [=, t = boost::math::students_t(cubeRootNu(density.nu))](
                   double u) { return root3 * boost::math::quantile(t, u); };
    case DensityKind::Normal:
        break;
    }
    return [=](double u) { return root3 * boost::math::quantile(boost::math::normal(), u); };
}

/// The expected largest magnitude of a block, of densities of natural scale (standard deviation or scale 1).
double expectedMaximum(const Density& density, double blockSize)
{
    const double spread = 2 * std::log(blockSize / std::numbers::pi);
    switch (density.kind) {
    case DensityKind::Laplace:
        return std::numbers::egamma + std::log(blockSize);
    case DensityKind::StudentT:
        return std::pow(spread, (density.nu - 3) / (2 * density.nu)) * std::pow(blockSize, 1 / density.nu)
            * std::sqrt(density.nu / (density.nu - 2));
    case DensityKind::Normal:
        break;
    }
    return std::sqrt(spread);
}

/// The quantile of `distribution` cut off at ±1/scale, times scale: within [-1, 1].
template <class Distribution>
Quantile cutOff(const Distribution& distribution, double scale)
{
    const double low = boost::math::cdf(distribution, -1 / scale);
    return [=](double u) {
        if (u <= 0 || u >= 1) {
            return u <= 0 ? -1.0 : 1.0;
        }
        return scale * boost::math::quantile(distribution, low + u * (1 - 2 * low));
    };
}

Quantile forUnitMaximum(const Density& density, double blockSize)
{
    const double maximum = expectedMaximum(density, blockSize);
    switch (density.kind) {
    case DensityKind::Laplace: {
        const double scale = 3 / maximum;
        const double end = std::exp(-1 / scale);
        return [=](double u) {
            return u < 0.5 ? scale * std::log(2 * u * (1 - end) + end) : -scale * std::log(2 - end - 2 * u * (1 - end));
        };
    }
    case DensityKind::StudentT: {
        const double nu = cubeRootNu(density.nu);
        return cutOff(boost::math::students_t(nu), std::sqrt(density.nu / nu) / maximum);
    }
    case DensityKind::Normal:
        break;
    }
    return cutOff(boost::math::normal(), std::numbers::sqrt3 / maximum);
}

/// `count` evenly spaced points of [low, high], with or without its ends.
std::vector<double> spaced(double low, double high, int count, bool withLow, bool withHigh)
{
    const int parts = count + 1 - (withLow ? 1 : 0) - (withHigh ? 1 : 0);
    std::vector<double> points;
    for (int i = 0; i < count; ++i) {
        points.push_back(low + (high - low) * (i + (withLow ? 0 : 1)) / parts);
    }
    return points;
}

bool isMirrored(int count, ZeroLevel zero)
{
    return zero == ZeroLevel::Symmetric || (zero == ZeroLevel::Asymmetric && count % 2 == 1);
}

/// Shares of the wider density at which the levels stand.
std::vector<double> shares(int count, ZeroLevel zero, bool withEnds)
{
    if (isMirrored(count, zero)) {
        return spaced(0, 1, count, withEnds, withEnds);
    }
    auto points = spaced(0, 0.5, (count + 1) / 2, withEnds && zero != ZeroLevel::OneEnded, true);
    const auto positive = spaced(0.5, 1, count / 2, false, withEnds);
    points.insert(points.end(), positive.begin(), positive.end());
    return points;
}

float rounded(double level)
{
    int exponent = 0;
    const double mantissa = std::frexp(level, &exponent);
    return static_cast<float>(std::ldexp(std::round(mantissa * 0x1p21), exponent - 21));
}
} // namespace

std::vector<float> cubeRootLevels(const Density& density, int count, ZeroLevel zero, std::optional<double> blockSize)
{
    const Quantile quantile
        = blockSize ? forUnitMaximum(density, std::max(*blockSize, smallestBlock)) : forUnitRms(density);
    std::vector<float> levels;
    for (const double share : shares(count, zero, blockSize.has_value())) {
        levels.push_back(share == 0.5 ? 0.0F : rounded(quantile(share)));
    }
    if (isMirrored(count, zero)) {
        // Mirrored exactly, whatever the rounding of the two tails.
        for (std::size_t i = 0; i < levels.size() / 2; ++i) {
            levels[i] = -levels[levels.size() - 1 - i];
        }
    }
    return levels;
}

} // namespace bw
