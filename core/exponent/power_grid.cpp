#include "core/exponent/power_grid.h"

#include <cmath>

namespace bw {

double powerMap(double w, double a)
{
    return std::copysign(std::pow(std::abs(w), a), w);
}

PowerMagnitudes powerMagnitudes(int bits, double a)
{
    const int last = (1 << (bits - 1)) - 1;
    PowerMagnitudes grid;
    grid.levels.push_back(0);
    for (int k = 1; k <= last; ++k) {
        // a = 1 by itself, as x/L·L is not always x.
        const auto at = [&](double t) { return a == 1 ? t : last * powerMap(t / last, 1 / a); };
        grid.thresholds.push_back(at(k - 0.5));
        grid.levels.push_back(k == last ? last : at(k));
    }
    return grid;
}

UnitGrid powerGrid(int bits, double a)
{
    const auto half = powerMagnitudes(bits, a);
    std::vector<float> levels;
    std::vector<float> thresholds;
    for (std::size_t k = half.levels.size(); k-- > 1;) {
        levels.push_back(-static_cast<float>(half.levels[k]));
        thresholds.push_back(thresholdForLower(-half.thresholds[k - 1]));
    }
    levels.push_back(0);
    for (std::size_t k = 1; k < half.levels.size(); ++k) {
        levels.push_back(static_cast<float>(half.levels[k]));
        thresholds.push_back(thresholdForUpper(half.thresholds[k - 1]));
    }
    return { std::move(levels), std::move(thresholds) };
}

} // namespace bw
