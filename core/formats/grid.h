#pragma once
// value header

#include <vector>

namespace bw {

/// The values one group of weights may become, and where each cell ends: what plots draw over a histogram. In weight
/// units.
struct Grid
{
    std::vector<double> levels; ///< ascending, distinct
    std::vector<double> cellEdges; ///< levels.size() - 1 decision thresholds between neighbours
    double clipLow = 0; ///< below it, values saturate to levels.front()
    double clipHigh = 0;
    friend bool operator==(const Grid&, const Grid&) = default;
};

} // namespace bw
