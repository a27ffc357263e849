#include "core/distributions/magnitude_counts.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <mutex>
#include <span>

namespace bw {

namespace {
constexpr std::uint64_t blockSize = std::uint64_t { 1 } << 20;
constexpr std::size_t numbers = 0x10000; ///< bfloat16 patterns: sign, exponent, 7 bits of mantissa
constexpr std::uint32_t signBit = 0x8000U;
constexpr std::uint32_t infinityPattern = 0x7F80U;
constexpr std::size_t lanes = 8;
/// Weights so small that bfloat16 has few or no numbers for them are counted 2^100 times larger.
constexpr float tiny = 0x1p-110F;
constexpr float enlargement = 0x1p100F;

/// Sums over one block, in an order that is always the same.
struct Sums
{
    double magnitudes = 0;
    double squares = 0;
    float largest = 0;
    std::uint64_t zeros = 0;
    std::uint64_t negativeZeros = 0;
    std::uint64_t nonFinite = 0;

    void add(const Sums& other)
    {
        magnitudes += other.magnitudes;
        squares += other.squares;
        largest = std::max(largest, other.largest);
        zeros += other.zeros;
        negativeZeros += other.negativeZeros;
        nonFinite += other.nonFinite;
    }
};

/// Counts of one thread's block by pattern; neighbouring values go to different copies, as adding to the same number
/// again has to wait for itself.
class Counter
{
public:
    Counter()
        : m_counts(2 * numbers)
    {
    }
    void add(std::span<const float> values, float factor)
    {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto bits = std::bit_cast<std::uint32_t>(values[i] * factor);
            // To the nearest, halves up; never on to infinity.
            const std::uint32_t magnitude = std::min(((bits & 0x7FFFFFFFU) + 0x8000U) >> 16U, infinityPattern - 1);
            const bool isFinite = (bits & 0x7F800000U) != 0x7F800000U;
            const std::uint32_t pattern = isFinite ? magnitude | (bits >> 16U & signBit) : infinityPattern;
            ++m_counts[(i & 1U) * numbers + pattern];
        }
    }
    void addTo(std::vector<std::uint64_t>& total) const
    {
        for (std::size_t i = 0; i < numbers; ++i) {
            total[i] += m_counts[i] + m_counts[numbers + i];
        }
    }

private:
    std::vector<std::uint32_t> m_counts;
};

Sums sumsOf(std::span<const float> values)
{
    std::array<double, lanes> magnitudes {};
    std::array<double, lanes> squares {};
    Sums sums;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool isFinite = std::isfinite(values[i]);
        const float magnitude = isFinite ? std::abs(values[i]) : 0.0F;
        const auto x = static_cast<double>(magnitude);
        magnitudes[i % lanes] += x;
        squares[i % lanes] += x * x;
        sums.largest = std::max(sums.largest, magnitude);
        sums.nonFinite += isFinite ? 0U : 1U;
        sums.zeros += values[i] == 0 ? 1U : 0U;
        sums.negativeZeros += std::bit_cast<std::uint32_t>(values[i]) == 0x80000000U ? 1U : 0U;
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        sums.magnitudes += magnitudes[lane];
        sums.squares += squares[lane];
    }
    return sums;
}

struct Pass
{
    Sums sums;
    std::vector<std::uint64_t> counts;
};

Pass countAll(const TensorView& view, float factor, const JobContext& ctx)
{
    Pass pass { {}, std::vector<std::uint64_t>(numbers) };
    std::mutex mutex;
    const auto work = [&](std::uint64_t first, std::uint64_t last) {
        FloatChunks chunks(view);
        Counter counter;
        Sums sums;
        for (std::uint64_t at = first; at < last; at += FloatChunks::chunkSize) {
            ctx.checkpoint();
            const auto values = chunks.values(at, std::min<std::uint64_t>(last, at + FloatChunks::chunkSize));
            counter.add(values, factor);
            sums.add(sumsOf(values));
        }
        const std::lock_guard lock(mutex);
        counter.addTo(pass.counts); // whole numbers: in any order the same
        return sums;
    };
    pass.sums = parallelReduce(
        view.count(), blockSize, ctx, Sums {}, work, [](Sums& total, const Sums& part) { total.add(part); });
    return pass;
}

double valueOf(std::uint32_t pattern)
{
    return static_cast<double>(std::bit_cast<float>(pattern << 16U));
}

/// Cells of all magnitudes but 0; weights nearest to 0 join the smallest.
void fillCells(MagnitudeCounts& result, const Pass& pass, double factor)
{
    const auto& counts = pass.counts;
    std::uint64_t positive = counts[0] - (pass.sums.zeros - pass.sums.negativeZeros);
    std::uint64_t negative = counts[signBit] - pass.sums.negativeZeros;
    for (std::uint32_t pattern = 1; pattern < infinityPattern; ++pattern) {
        positive += counts[pattern];
        negative += counts[pattern | signBit];
        if (positive + negative == 0) {
            continue;
        }
        const double value = valueOf(pattern);
        const double begin = pattern == 1 ? 0 : (value + valueOf(pattern - 1)) / 2;
        // The last cell holds all that there is beyond.
        const double end = pattern + 1 == infinityPattern ? 0x1p128 : (value + valueOf(pattern + 1)) / 2;
        result.cells.push_back({ value / factor, begin / factor, end / factor, positive, negative });
        result.count += positive + negative;
        positive = 0;
        negative = 0;
    }
}
} // namespace

MagnitudeCounts countMagnitudes(const TensorView& view, const JobContext& ctx)
{
    Pass pass = countAll(view, 1, ctx);
    float factor = 1;
    if (pass.sums.largest > 0 && pass.sums.largest < tiny) {
        factor = enlargement;
        pass.counts = countAll(view, factor, ctx).counts;
    }
    MagnitudeCounts result;
    result.zeros = pass.sums.zeros;
    result.nonFinite = pass.sums.nonFinite;
    result.sumOfMagnitudes = pass.sums.magnitudes;
    result.sumOfSquares = pass.sums.squares;
    result.largest = static_cast<double>(pass.sums.largest);
    fillCells(result, pass, static_cast<double>(factor));
    return result;
}

} // namespace bw
