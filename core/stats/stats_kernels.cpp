#include "core/stats/stats_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace bw::stats {

namespace {
using Lanes = std::array<double, sumLanes>;

double fold(const Lanes& lanes)
{
    double total = 0;
    for (const double lane : lanes) {
        total += lane;
    }
    return total;
}
} // namespace

RunSums runSums(std::span<const float> values)
{
    RunSums result { values[0], values[0], true, 0, 0, 0 };
    Lanes sums {};
    Lanes squares {};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float value = values[i];
        result.isFinite = result.isFinite && std::isfinite(value);
        result.min = std::min(result.min, value);
        result.max = std::max(result.max, value);
        result.zeros += value == 0 ? 1 : 0;
        const double wide = value;
        sums[i % sumLanes] += wide;
        squares[i % sumLanes] += wide * wide;
    }
    result.sum = fold(sums);
    result.sumOfSquares = fold(squares);
    return result;
}

CentralSums centralSums(std::span<const float> values, double mean)
{
    std::array<Lanes, 3> powers {};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double distance = static_cast<double>(values[i]) - mean;
        const double square = distance * distance;
        powers[0][i % sumLanes] += square;
        powers[1][i % sumLanes] += square * distance;
        powers[2][i % sumLanes] += square * square;
    }
    return { fold(powers[0]), fold(powers[1]), fold(powers[2]) };
}

std::uint64_t countOutside(std::span<const float> values, float low, float high)
{
    std::uint64_t count = 0;
    for (const float value : values) {
        count += value <= low || value >= high ? 1 : 0;
    }
    return count;
}

std::size_t findAbove(std::span<const float> values, std::size_t start, float threshold)
{
    for (std::size_t i = start; i < values.size(); ++i) {
        const float magnitude = std::abs(values[i]);
        if (magnitude > threshold && magnitude <= std::numeric_limits<float>::max()) {
            return i;
        }
    }
    return values.size();
}

} // namespace bw::stats
