#pragma once

#include "core/formats/unit_grid.h"

#include <vector>

namespace bw {

/// sgn(w)·|w|^a, the only continuous maps with phi(xy) = phi(x)phi(y) (PowerQuant §3).
double powerMap(double w, double a);

/// The levels ±L·(k/L)^(1/a), k = 0 … L = 2^(bits-1)-1, with thresholds ±L·((k-1/2)/L)^(1/a) that belong to the level
/// further from zero: rounding half away from zero in the power domain. a = 1 is exactly UnitGrid::integers(-L, L). The
/// span is L, so scales are those of symmetric integers. bits 2 … 8; a in [minExponent, maxExponent].
UnitGrid powerGrid(int bits, double a);

/// The magnitudes of powerGrid() in double: levels for k = 0 … L and the thresholds below levels 1 … L.
struct PowerMagnitudes
{
    std::vector<double> levels;
    std::vector<double> thresholds;
};
PowerMagnitudes powerMagnitudes(int bits, double a);

} // namespace bw
