#pragma once
// value header

#include "core/distributions/density.h"

#include <vector>

namespace bw {

inline constexpr int maxOptimalLevels = 1024;

/// The quantizer of so many levels with the least squared error on a density of root mean square 1 (Lloyd 1957/1982,
/// Max 1960), from the density itself, not from samples.
struct OptimalQuantizer
{
    std::vector<double> levels; ///< ascending, symmetric about 0
    double error = 1; ///< R: its root mean squared error
};

/// Levels from 1 to maxOptimalLevels, otherwise Error{BadInput}. Each level is the mean of its cell to about 1e-8 of
/// the cell. The density is to have 2.05 degrees of freedom or more.
OptimalQuantizer optimalQuantizer(const Density& density, int levels);

} // namespace bw
