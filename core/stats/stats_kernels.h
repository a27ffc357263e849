#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bw::stats {

/// The vector kernels of statistics. All sums run over `sumLanes` partial sums that are folded in order, without fused
/// multiply-add, so every instruction set gives the same bits. Spans may have any alignment and length.
inline constexpr std::size_t sumLanes = 16;

/// Figures of a run of values. If `isFinite` is false the other fields mean nothing.
struct RunSums
{
    float min = 0; ///< whether -0 counts as less than +0 is left open
    float max = 0;
    bool isFinite = true;
    std::uint64_t zeros = 0; ///< ±0
    double sum = 0; ///< value i is added to lane i mod sumLanes, in float64
    double sumOfSquares = 0; ///< so is its square
};
/// `values` must not be empty.
RunSums runSums(std::span<const float> values);
/// runSums() of consecutive rows of `length` > 0 values.
void runSumsOfRows(std::span<const float> values, std::size_t length, RunSums* sums);

/// Σ(x-mean)^k, k = 2, 3, 4, of finite values, lanes as above.
struct CentralSums
{
    double second = 0;
    double third = 0;
    double fourth = 0;
};
CentralSums centralSums(std::span<const float> values, double mean);

/// The values x ≤ low and x ≥ high.
struct Tails
{
    float low = 0;
    float high = 0;
};
struct TailCounts
{
    std::uint64_t near = 0;
    std::uint64_t far = 0;
};
/// How many values are in the tails; `far` lies inside `near`.
TailCounts countTails(std::span<const float> values, const Tails& near, const Tails& far);

/// Index of the first finite x at or after `start` with |x| > threshold; values.size() if there is none.
std::size_t findAbove(std::span<const float> values, std::size_t start, float threshold);

/// Bins between two float32 numbers, and the float32 arithmetic that finds nearly all bin numbers.
struct FloatBins
{
    float low = 0;
    float high = 1;
    std::span<const float> starts; ///< per bin its least float32 number, starts[0] = low; and +infinity
    float binsPerUnit = 0;
    float doubt = 0; ///< (x - low) · binsPerUnit is further from the truth nowhere; below 0.5

    std::uint32_t bins() const { return static_cast<std::uint32_t>(starts.size() - 1); }
};
/// Writes the bin number of each value to `numbers`: the last bin that starts at or below x; bins() for NaN and values
/// that are not from low to high. Returns how many values are in no bin.
std::size_t findBins(std::span<const float> values, const FloatBins& bins, std::uint32_t* numbers);

} // namespace bw::stats
