#pragma once

#include <cstdint>
#include <span>

namespace bw::stats {

/// The vector kernels of statistics. All sums run over `sumLanes` partial sums that are folded in order, without fused
/// multiply-add, so every instruction set gives the same bits. Spans may have any alignment and length.
inline constexpr std::size_t sumLanes = 16;

/// Figures of a run of values. If `isFinite` is false the other fields mean nothing.
struct RunSums
{
    float min = 0;
    float max = 0;
    bool isFinite = true;
    std::uint64_t zeros = 0;
    double sum = 0;
    double sumOfSquares = 0;
};
/// `values` must not be empty.
RunSums runSums(std::span<const float> values);

/// Σ(x-mean)^k, k = 2, 3, 4, of finite values.
struct CentralSums
{
    double second = 0;
    double third = 0;
    double fourth = 0;
};
CentralSums centralSums(std::span<const float> values, double mean);

/// How many values x have x ≤ low or x ≥ high.
std::uint64_t countOutside(std::span<const float> values, float low, float high);

/// Index of the first finite x at or after `start` with |x| > threshold; values.size() if there is none.
std::size_t findAbove(std::span<const float> values, std::size_t start, float threshold);

} // namespace bw::stats
