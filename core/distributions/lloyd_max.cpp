#include "core/distributions/lloyd_max.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace bw {

namespace {
/// One side of a symmetric quantizer: positive levels and the cells that end between them; with an odd number of levels
/// there is also 0, whose cell reaches to half of the first.
struct Side
{
    const UnitDensity& density;
    bool hasZero;

    double cellBegin(const std::vector<double>& levels, std::size_t i) const
    {
        return i == 0 ? (hasZero ? levels[0] / 2 : 0.0) : (levels[i - 1] + levels[i]) / 2;
    }
    /// Integrals of p, t·p and t²·p above every cell's beginning, and above infinity.
    struct Integrals
    {
        std::vector<double> share;
        std::vector<double> first;
    };
    Integrals integrals(const std::vector<double>& levels) const
    {
        Integrals result;
        for (std::size_t i = 0; i < levels.size(); ++i) {
            const double begin = cellBegin(levels, i);
            result.share.push_back(density.shareAbove(begin));
            result.first.push_back(density.firstAbove(begin));
        }
        result.share.push_back(0);
        result.first.push_back(0);
        return result;
    }
    /// Mean squared error when every level is the mean of its cell or any other value in it.
    double squaredError(const std::vector<double>& levels) const
    {
        const auto sums = integrals(levels);
        double gain = 0;
        for (std::size_t i = 0; i < levels.size(); ++i) {
            const double share = sums.share[i] - sums.share[i + 1];
            const double first = sums.first[i] - sums.first[i + 1];
            gain += levels[i] * (2 * first - levels[i] * share);
        }
        return 1 - 2 * gain;
    }
};

/// Newton's step for "every level is the mean of its cell", a tridiagonal symmetric system: the error's gradient and
/// its Hessian, halved.
std::vector<double> newtonStep(const Side& side, const std::vector<double>& levels)
{
    const std::size_t count = levels.size();
    const auto sums = side.integrals(levels);
    std::vector<double> diagonal(count);
    std::vector<double> gradient(count);
    std::vector<double> coupling(count); // of level i with level i - 1
    for (std::size_t i = 0; i < count; ++i) {
        const double share = sums.share[i] - sums.share[i + 1];
        gradient[i] = levels[i] * share - (sums.first[i] - sums.first[i + 1]);
        const double begin = side.cellBegin(levels, i);
        const bool moves = i > 0 || side.hasZero;
        coupling[i] = moves ? -side.density.at(begin) * (levels[i] - begin) / 2 : 0;
        diagonal[i] += share + coupling[i];
        if (i > 0) {
            diagonal[i - 1] += coupling[i];
        }
    }
    for (std::size_t i = 1; i < count; ++i) {
        const double factor = coupling[i] / diagonal[i - 1];
        diagonal[i] -= factor * coupling[i];
        gradient[i] -= factor * gradient[i - 1];
    }
    std::vector<double> step(count);
    for (std::size_t i = count; i-- > 0;) {
        const double next = i + 1 < count ? coupling[i + 1] * step[i + 1] : 0;
        step[i] = (-gradient[i] - next) / diagonal[i];
    }
    return step;
}

/// Every level to the mean of its cell: never worse.
void lloydStep(const Side& side, std::vector<double>& levels)
{
    const auto sums = side.integrals(levels);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        levels[i] = (sums.first[i] - sums.first[i + 1]) / (sums.share[i] - sums.share[i + 1]);
    }
}

bool ascends(const std::vector<double>& levels)
{
    return levels.front() > 0
        && std::adjacent_find(levels.begin(), levels.end(), std::greater_equal<>()) == levels.end()
        && std::isfinite(levels.back());
}

/// Tries Newton's whole step, then shorter ones. False if none makes the error smaller (or keeps it).
bool tryNewton(const Side& side, std::vector<double>& levels, double& error)
{
    const auto step = newtonStep(side, levels);
    for (double length = 1; length > 0.05; length /= 2) {
        auto moved = levels;
        for (std::size_t i = 0; i < moved.size(); ++i) {
            moved[i] += length * step[i];
        }
        if (!ascends(moved)) {
            continue;
        }
        // Differences below 1e-15 are the rounding of integrals.
        if (const double next = side.squaredError(moved); next <= error + 1e-15) {
            levels = std::move(moved);
            error = next;
            return true;
        }
    }
    return false;
}

double largestChange(const std::vector<double>& before, const std::vector<double>& after)
{
    double largest = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const double cell = after[i] - (i == 0 ? 0 : after[i - 1]);
        largest = std::max(largest, std::abs(after[i] - before[i]) / cell);
    }
    return largest;
}

/// As dense as the cube root of the density: near the optimum, the more so the more levels.
std::vector<double> startingLevels(Density density, int count)
{
    // With fewer degrees of freedom few levels stand nowhere near where theory has them for many.
    density.nu = std::max(density.nu, 3.5);
    const UnitDensity start(density);
    std::vector<double> levels;
    for (int fromTop = count / 2; fromTop > 0; --fromTop) {
        levels.push_back(start.cubeRootPointAbove(static_cast<double>(fromTop) / (count + 1)));
    }
    return levels;
}

constexpr int mostSteps = 500;
constexpr double smallChange = 1e-8;

std::vector<double> optimalSide(const Side& side, std::vector<double> levels)
{
    double error = side.squaredError(levels);
    for (int i = 0; i < mostSteps; ++i) {
        const auto before = levels;
        if (!tryNewton(side, levels, error)) {
            lloydStep(side, levels);
            error = side.squaredError(levels);
        }
        if (largestChange(before, levels) < smallChange) {
            break;
        }
    }
    return levels;
}
} // namespace

OptimalQuantizer optimalQuantizer(const Density& density, int levels)
{
    if (levels < 1 || levels > maxOptimalLevels) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "an optimal quantizer has 1 to %1 levels, not %2"),
            toText(maxOptimalLevels), toText(levels));
    }
    OptimalQuantizer result;
    if (levels == 1) {
        result.levels = { 0 };
        return result;
    }
    const UnitDensity unit(density);
    const Side side { unit, levels % 2 == 1 };
    const auto upper = optimalSide(side, startingLevels(density, levels));
    for (auto level = upper.rbegin(); level != upper.rend(); ++level) {
        result.levels.push_back(-*level);
    }
    if (side.hasZero) {
        result.levels.push_back(0);
    }
    result.levels.insert(result.levels.end(), upper.begin(), upper.end());
    result.error = std::sqrt(side.squaredError(upper));
    return result;
}

} // namespace bw
