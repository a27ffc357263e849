#pragma once

#include "core/stats/stats_kernels.h"

#include <array>
#include <cmath>
#include <limits>

namespace bw::test {

/// The vector kernels of statistics, written as plainly as possible: what every instruction set must give to the last
/// bit.

inline double foldLanes(const std::array<double, stats::sumLanes>& lanes)
{
    double total = 0;
    for (const double lane : lanes) {
        total += lane;
    }
    return total;
}

inline stats::RunSums referenceRunSums(std::span<const float> values)
{
    stats::RunSums result { values[0], values[0], true, 0, 0, 0 };
    std::array<double, stats::sumLanes> sums {};
    std::array<double, stats::sumLanes> squares {};
    for (std::size_t i = 0; i < values.size(); ++i) {
        result.isFinite = result.isFinite && std::isfinite(values[i]);
        result.min = std::min(result.min, values[i]);
        result.max = std::max(result.max, values[i]);
        result.zeros += values[i] == 0 ? 1 : 0;
        const double wide = values[i];
        sums[i % stats::sumLanes] += wide;
        squares[i % stats::sumLanes] += wide * wide;
    }
    result.sum = foldLanes(sums);
    result.sumOfSquares = foldLanes(squares);
    return result;
}

inline stats::CentralSums referenceCentralSums(std::span<const float> values, double mean)
{
    std::array<std::array<double, stats::sumLanes>, 3> powers {};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double distance = static_cast<double>(values[i]) - mean;
        const double square = distance * distance;
        powers[0][i % stats::sumLanes] += square;
        powers[1][i % stats::sumLanes] += square * distance;
        powers[2][i % stats::sumLanes] += square * square;
    }
    return { foldLanes(powers[0]), foldLanes(powers[1]), foldLanes(powers[2]) };
}

inline stats::TailCounts referenceCountTails(
    std::span<const float> values, const stats::Tails& near, const stats::Tails& far)
{
    stats::TailCounts counts;
    for (const float value : values) {
        counts.near += value <= near.low || value >= near.high ? 1 : 0;
        counts.far += value <= far.low || value >= far.high ? 1 : 0;
    }
    return counts;
}

inline std::size_t referenceFindAbove(std::span<const float> values, std::size_t start, float threshold)
{
    for (std::size_t i = start; i < values.size(); ++i) {
        if (std::abs(values[i]) > threshold && std::isfinite(values[i])) {
            return i;
        }
    }
    return values.size();
}

} // namespace bw::test
