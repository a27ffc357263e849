#include "core/exponent/exponent_search.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bw {

namespace {
/// Counts of magnitudes in 64 steps per octave (the top 6 bits of the mantissa): moments from them are good to 1e-4.
constexpr int mantissaBits = 6;
constexpr int droppedBits = 23 - mantissaBits;
constexpr std::size_t binCount = std::size_t { 1 } << (8 + mantissaBits);

struct Magnitudes
{
    std::vector<std::uint32_t> counts = std::vector<std::uint32_t>(binCount);
    float largest = 0;
};

Magnitudes countMagnitudes(const TensorView& matrix, std::uint64_t first, std::uint64_t last, const JobContext& ctx)
{
    Magnitudes magnitudes;
    FloatChunks chunks(matrix);
    for (std::uint64_t at = first; at < last; at += FloatChunks::chunkSize) {
        ctx.checkpoint();
        for (const float value : chunks.values(at, std::min<std::uint64_t>(last, at + FloatChunks::chunkSize))) {
            const float size = std::abs(value);
            magnitudes.largest = size > magnitudes.largest ? size : magnitudes.largest;
            ++magnitudes.counts[std::bit_cast<std::uint32_t>(size) >> droppedBits];
        }
    }
    return magnitudes;
}

void merge(Magnitudes& total, const Magnitudes& part)
{
    total.largest = std::max(total.largest, part.largest);
    for (std::size_t i = 0; i < binCount; ++i) {
        total.counts[i] += part.counts[i];
    }
}

struct Bin
{
    double logarithm; ///< ln(|w|/M)
    double count;
};

/// J'(a) = -2/a - 2 E[u^(2-2a) ln u] / E[u^(2-2a)] with u = |w|/M: increasing, as J is convex.
double slope(const std::vector<Bin>& bins, double a)
{
    double weight = 0;
    double sum = 0;
    for (const auto& bin : bins) {
        const double w = bin.count * std::exp((2 - 2 * a) * bin.logarithm);
        weight += w;
        sum += w * bin.logarithm;
    }
    return -2 / a - 2 * sum / weight;
}
} // namespace

double theoreticalExponent(const TensorView& matrix, const JobContext& ctx)
{
    constexpr std::uint64_t block = std::uint64_t { 1 } << 20;
    const auto magnitudes = parallelReduce(
        matrix.count(), block, ctx, Magnitudes {},
        [&](std::uint64_t first, std::uint64_t last) { return countMagnitudes(matrix, first, last, ctx); }, merge);
    if (magnitudes.largest == 0) {
        return 1;
    }
    std::vector<Bin> bins;
    for (std::size_t i = 1; i < binCount; ++i) { // the first holds zeros and the smallest subnormals
        if (magnitudes.counts[i] > 0) {
            const auto middle = static_cast<std::uint32_t>(i << droppedBits) + (1U << (droppedBits - 1));
            const auto size
                = std::min(static_cast<double>(std::bit_cast<float>(middle)), static_cast<double>(magnitudes.largest));
            bins.push_back({ std::log(size / static_cast<double>(magnitudes.largest)),
                static_cast<double>(magnitudes.counts[i]) });
        }
    }
    double low = minExponent;
    double high = 1.45; // beyond 1.5 the moment of a density that is finite at 0 diverges
    for (int i = 0; i < 40 && !bins.empty(); ++i) {
        const double middle = (low + high) / 2;
        (slope(bins, middle) < 0 ? low : high) = middle;
    }
    return (low + high) / 2;
}

} // namespace bw
