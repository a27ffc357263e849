#include "core/distributions/entropy_coded.h"

#include "core/base/error.h"
#include "core/distributions/limits.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <vector>

#include <boost/math/quadrature/gauss.hpp>

namespace bw {

namespace {
/// Cells that are summed one by one on either side of 0. Beyond, a cell is less than 1/200 of its distance from 0, and
/// sums over cells are integrals.
constexpr int explicitCells = 256;
constexpr double unimportant = 1e-14;
/// Below, what cells make of a density's bend is lost in the rounding of sums: the limits for high rates are better.
constexpr double finest = 0x1p-10;

double informationOf(double share)
{
    return share > 0 ? -share * std::log2(share) : 0;
}

/// ∫ -p·log2 p from `from` > 0 to infinity.
double entropyAbove(const UnitDensity& density, double from)
{
    constexpr double ln2 = 0.6931471805599453;
    const auto information = [&](double x) { return -density.at(x) * density.logAt(x) / ln2; };
    double sum = 0;
    for (double low = from; density.shareAbove(low) * (1 + std::abs(density.logAt(low))) > unimportant; low *= 1.5) {
        sum += boost::math::quadrature::gauss<double, 25>::integrate(information, low, low * 1.5);
    }
    return sum;
}
} // namespace

UniformGrid uniformGrid(const Density& density, double step, double zeroShare)
{
    const UnitDensity unit(density);
    if (step < finest) {
        const double entropy = unit.entropy() - std::log2(step);
        return { step, informationOf(zeroShare) + informationOf(1 - zeroShare) + (1 - zeroShare) * entropy,
            step / std::sqrt(12.0) };
    }
    double edge = step / 2;
    double above = unit.shareAbove(edge);
    double first = unit.firstAbove(edge);
    const double inner = 1 - 2 * above;
    const double outer = 1 - inner;
    double entropy = 0; // of the levels other than 0
    double gain = 0; // of the levels over all weights becoming 0
    for (int k = 1; k < explicitCells && above > 0; ++k) {
        edge = (k + 0.5) * step;
        const double nextAbove = unit.shareAbove(edge);
        const double nextFirst = unit.firstAbove(edge);
        const double level = k * step;
        entropy += 2 * informationOf(above - nextAbove);
        gain += 2 * level * (2 * (first - nextFirst) - level * (above - nextAbove));
        above = nextAbove;
        first = nextFirst;
    }
    if (above > 0) {
        entropy += 2 * (entropyAbove(unit, edge) - above * std::log2(step));
        gain += 2 * (unit.secondAbove(edge) - above * step * step / 12);
    }
    entropy = (1 - zeroShare) * entropy + outer * informationOf(1 - zeroShare)
        + informationOf(zeroShare + (1 - zeroShare) * inner);
    return { step, entropy, std::sqrt(std::max(0.0, 1 - gain)) };
}

UniformGrid uniformGridWithEntropy(const Density& density, double bits, double zeroShare)
{
    if (!(bits >= leastLimitBits && bits <= mostLimitBits)) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "an entropy-coded grid has 0.01 to 24 bits per weight, not %1"), toText(bits));
    }
    // The entropy falls with the step all the way; at high rates by one bit per doubling.
    double low = 0;
    double high = std::numeric_limits<double>::infinity();
    UniformGrid grid = uniformGrid(density, std::exp2(UnitDensity(density).entropy() - bits), zeroShare);
    for (int i = 0; i < 200 && std::abs(grid.entropy - bits) > 1e-10 * bits; ++i) {
        (grid.entropy > bits ? low : high) = grid.step;
        double next = grid.step * std::exp2(std::clamp(grid.entropy - bits, -1.0, 1.0));
        // At low rates it falls faster, and the step would go back and forth.
        if (next <= low || next >= high || i % 8 == 7) {
            next = std::isinf(high) ? 2 * low : low == 0 ? high / 2 : std::sqrt(low * high);
        }
        grid = uniformGrid(density, next, zeroShare);
    }
    return grid;
}

double huffmanBits(const Density& density, double step)
{
    const UnitDensity unit(density);
    std::priority_queue<double, std::vector<double>, std::greater<>> shares;
    double above = unit.shareAbove(step / 2);
    shares.push(1 - 2 * above);
    for (int k = 1; above > 1e-12 && k < (1 << 20); ++k) {
        const double next = unit.shareAbove((k + 0.5) * step);
        shares.push(above - next);
        shares.push(above - next);
        above = next;
    }
    double bits = 0; // a weight costs one bit for every node on the way to its level
    while (shares.size() > 1) {
        double node = shares.top();
        shares.pop();
        node += shares.top();
        shares.pop();
        bits += node;
        shares.push(node);
    }
    return bits;
}

} // namespace bw
