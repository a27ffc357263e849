#include "core/stats/histogram.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/stats/binning.h"
#include "core/stats/stats_kernels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr std::uint64_t blockSize = stats::groupSize * 256;

/// Calls `work(values)` for the groups of one block after another, polling for cancellation.
template <class Work>
void forGroups(const TensorView& view, std::uint64_t first, std::uint64_t last, const JobContext& ctx, Work&& work)
{
    FloatChunks chunks(view);
    for (std::uint64_t at = first; at < last; at += stats::groupSize) {
        ctx.checkpoint();
        work(chunks.values(at, std::min(last, at + stats::groupSize)));
    }
}

struct FiniteRange
{
    float min = std::numeric_limits<float>::infinity();
    float max = -std::numeric_limits<float>::infinity();

    void add(std::span<const float> values)
    {
        const auto sums = stats::runSums(values);
        if (sums.isFinite) {
            merge({ sums.min, sums.max });
            return;
        }
        for (const float value : values) {
            if (std::isfinite(value)) {
                merge({ value, value });
            }
        }
    }
    void merge(const FiniteRange& other)
    {
        min = std::min(min, other.min);
        max = std::max(max, other.max);
    }
};

FiniteRange finiteRange(const TensorView& view, const JobContext& ctx)
{
    const auto work = [&](std::uint64_t first, std::uint64_t last) {
        FiniteRange range;
        forGroups(view, first, last, ctx, [&](std::span<const float> values) { range.add(values); });
        return range;
    };
    return parallelReduce(view.count(), blockSize, ctx, FiniteRange {}, work,
        [](FiniteRange& total, const FiniteRange& part) { total.merge(part); });
}
} // namespace

Histogram computeHistogram(const TensorView& view, double low, double high, int bins, const JobContext& ctx)
{
    stats::HistogramCounter counter(stats::binRange(low, high), bins);
    parallelBlocks(view.count(), blockSize, ctx, [&](std::uint64_t first, std::uint64_t last) {
        stats::HistogramCounter::Local local(counter);
        forGroups(view, first, last, ctx, [&](std::span<const float> values) { local.add(values); });
    });
    return counter.take();
}

Histogram computeHistogram(const TensorView& view, int bins, const JobContext& ctx)
{
    const FiniteRange range = finiteRange(view, ctx);
    if (range.min > range.max) {
        return computeHistogram(view, 0, 1, bins, ctx);
    }
    return computeHistogram(
        view, static_cast<double>(range.min) + 0.0, static_cast<double>(range.max) + 0.0, bins, ctx);
}

namespace {
constexpr int lowestExponent = -149; // of the smallest denormal float32
constexpr int exponentCount = 277;
constexpr std::uint32_t mantissaBits = 23;
constexpr std::uint32_t mantissaMask = (1U << mantissaBits) - 1;
constexpr int mostPerOctave = 64;

/// Counts magnitudes by exponent and by part of the octave.
class OctaveCounter
{
public:
    explicit OctaveCounter(int perOctave)
        : m_counts(static_cast<std::size_t>(exponentCount * perOctave))
    {
        for (int i = 1; i < perOctave; ++i) {
            // The first float mantissa at or above 2^(i/perOctave).
            m_starts.push_back(
                static_cast<std::uint32_t>(std::ceil((std::exp2(static_cast<double>(i) / perOctave) - 1) * 0x1p23)));
        }
    }
    void add(std::span<const float> values)
    {
        for (const float value : values) {
            add(value);
        }
    }
    void merge(const OctaveCounter& other)
    {
        for (std::size_t i = 0; i < m_counts.size(); ++i) {
            m_counts[i] += other.m_counts[i];
        }
        m_zeros += other.m_zeros;
        m_nans += other.m_nans;
        m_infinities += other.m_infinities;
    }
    LogHistogram result() const
    {
        LogHistogram histogram { {}, {}, m_zeros, m_nans, m_infinities };
        const auto isFilled = [](std::uint64_t count) { return count > 0; };
        const auto first = std::find_if(m_counts.begin(), m_counts.end(), isFilled);
        if (first == m_counts.end()) {
            return histogram;
        }
        const auto last = std::find_if(m_counts.rbegin(), m_counts.rend(), isFilled).base();
        histogram.counts.assign(first, last);
        const auto perOctave = static_cast<double>(m_starts.size() + 1);
        for (auto edge = first - m_counts.begin(); edge <= last - m_counts.begin(); ++edge) {
            histogram.edges.push_back(lowestExponent + static_cast<double>(edge) / perOctave);
        }
        return histogram;
    }

private:
    void add(float value)
    {
        std::uint32_t bits = std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU;
        if (bits == 0) {
            ++m_zeros;
            return;
        }
        if (bits >= 0x7F800000U) {
            ++(bits == 0x7F800000U ? m_infinities : m_nans);
            return;
        }
        int exponent = static_cast<int>(bits >> mantissaBits) - 127;
        if (exponent == -127) {
            const int shift = std::countl_zero(bits) - 8;
            exponent = -126 - shift;
            bits <<= shift;
        }
        const auto part = std::upper_bound(m_starts.begin(), m_starts.end(), bits & mantissaMask) - m_starts.begin();
        const auto octave = static_cast<std::size_t>(exponent - lowestExponent);
        ++m_counts[octave * (m_starts.size() + 1) + static_cast<std::size_t>(part)];
    }

    std::vector<std::uint64_t> m_counts;
    std::vector<std::uint32_t> m_starts; ///< mantissas where parts 1, 2, … of an octave begin
    std::uint64_t m_zeros = 0;
    std::uint64_t m_nans = 0;
    std::uint64_t m_infinities = 0;
};
} // namespace

LogHistogram computeLogHistogram(const TensorView& view, int perOctave, const JobContext& ctx)
{
    if (perOctave < 1 || perOctave > mostPerOctave) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "a logarithmic histogram has 1 to %1 bins per octave, not %2"), toText(mostPerOctave),
            toText(perOctave));
    }
    const auto work = [&](std::uint64_t first, std::uint64_t last) {
        OctaveCounter counter(perOctave);
        forGroups(view, first, last, ctx, [&](std::span<const float> values) { counter.add(values); });
        return counter;
    };
    return parallelReduce(view.count(), blockSize, ctx, OctaveCounter(perOctave), work,
        [](OctaveCounter& total, const OctaveCounter& part) { total.merge(part); })
        .result();
}

} // namespace bw
