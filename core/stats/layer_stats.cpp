#include "core/stats/layer_stats.h"

#include "core/base/parallel.h"
#include "core/stats/binning.h"
#include "core/stats/moments.h"
#include "core/stats/stats_kernels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

namespace bw {

namespace {
using stats::groupSize;
using stats::Moments;

constexpr std::uint64_t blockSize = groupSize * 256; // a few milliseconds
constexpr std::uint64_t shortRow = 64; // values: up to here, calling a kernel for each row costs more than its work
constexpr std::size_t rowsAtOnce = 64;

/// The largest magnitudes among values that are added by rising index.
class TopValues
{
public:
    void add(std::span<const float> values, std::uint64_t firstIndex)
    {
        for (std::size_t i = 0;; ++i) {
            i = stats::findAbove(values, i, m_threshold);
            if (i == values.size()) {
                return;
            }
            insert({ firstIndex + i, values[i] });
        }
    }
    void merge(const TopValues& later)
    {
        for (const Outlier& outlier : later.m_values) {
            if (std::abs(outlier.value) > m_threshold) {
                insert(outlier);
            }
        }
    }
    const std::vector<Outlier>& values() const { return m_values; }
    float threshold() const { return m_threshold; }

private:
    void insert(const Outlier& outlier)
    {
        const auto at = std::upper_bound(m_values.begin(), m_values.end(), outlier,
            [](const Outlier& a, const Outlier& b) { return std::abs(a.value) > std::abs(b.value); });
        m_values.insert(at, outlier);
        if (m_values.size() > topOutliers) {
            m_values.pop_back();
        }
        if (m_values.size() == topOutliers) {
            m_threshold = std::abs(m_values.back().value);
        }
    }

    std::vector<Outlier> m_values; ///< by falling magnitude, then rising index
    float m_threshold = -1; ///< a magnitude must exceed it to get in
};

/// Figures of part of a row of the matrix, or of a group.
struct RowPart
{
    float min = std::numeric_limits<float>::infinity();
    float max = -std::numeric_limits<float>::infinity();
    double sumOfSquares = 0;
    std::uint64_t count = 0; ///< of finite values

    void merge(const RowPart& other)
    {
        min = std::min(min, other.min);
        max = std::max(max, other.max);
        sumOfSquares += other.sumOfSquares;
        count += other.count;
    }
    float magnitude() const { return std::max(-min, max); }
    ChannelRange range() const
    {
        if (count == 0) {
            return {};
        }
        // Adding 0 turns -0 into 0: which of the two is the smaller depends on the order of comparisons.
        return { min + 0.0F, max + 0.0F, static_cast<float>(std::sqrt(sumOfSquares / static_cast<double>(count))) };
    }
};

/// What the first pass knows about some consecutive values.
struct FirstPass
{
    Moments moments;
    RowPart all;
    std::uint64_t nans = 0;
    std::uint64_t infinities = 0;
    std::uint64_t zeros = 0;
    TopValues top;
    std::vector<std::pair<std::uint64_t, RowPart>> openRows; ///< rows that reach beyond these values, at most two
};

struct RowLayout
{
    std::uint64_t rowLength = 1;
    std::uint64_t rows = 0;
};

RowLayout layoutOf(const TensorView& matrix)
{
    const std::uint64_t count = matrix.count();
    if (count == 0) {
        return {};
    }
    const std::uint64_t rows = matrix.shape.size() < 2 ? 1 : static_cast<std::uint64_t>(matrix.shape.front());
    return { count / rows, rows };
}

/// Runs the first pass over one block of values, group by group and within groups row by row.
class FirstPassRunner
{
public:
    FirstPassRunner(const TensorView& matrix, const RowLayout& layout, std::vector<ChannelRange>& channels)
        : m_chunks(matrix)
        , m_layout(layout)
        , m_channels(channels)
    {
    }

    FirstPass run(std::uint64_t first, std::uint64_t last, const JobContext& ctx)
    {
        m_first = first;
        for (std::uint64_t at = first; at < last; at += groupSize) {
            ctx.checkpoint();
            addGroup(at, std::min(last, at + groupSize));
        }
        if (last % m_layout.rowLength != 0) {
            m_result.openRows.emplace_back(last / m_layout.rowLength, m_row);
        }
        return std::move(m_result);
    }

private:
    void addGroup(std::uint64_t first, std::uint64_t last)
    {
        const auto values = m_chunks.values(first, last);
        m_finite.clear();
        m_isClean = true;
        m_group = {};
        double sum = 0;
        std::uint64_t row = first / m_layout.rowLength;
        std::uint64_t rowEnd = (row + 1) * m_layout.rowLength;
        for (std::uint64_t at = first; at < last;) {
            const auto begin = static_cast<std::size_t>(at - first);
            const std::uint64_t rows = at + m_layout.rowLength == rowEnd ? (last - at) / m_layout.rowLength : 0;
            if (m_layout.rowLength <= shortRow && rows > 1) {
                const auto many = std::min<std::uint64_t>(rows, rowsAtOnce);
                sum += addRows(values, begin, row, static_cast<std::size_t>(many));
                row += many;
                rowEnd += many * m_layout.rowLength;
                at += many * m_layout.rowLength;
                continue;
            }
            const std::uint64_t end = std::min(last, rowEnd);
            sum += addRun(values, begin, static_cast<std::size_t>(end - first));
            if (end == rowEnd) {
                closeRow(row);
                ++row;
                rowEnd += m_layout.rowLength;
            }
            at = end;
        }
        const auto finite = m_isClean ? values : std::span<const float>(m_finite);
        addMoments(finite, sum);
        if (!m_isClean || m_group.magnitude() > m_result.top.threshold()) {
            m_result.top.add(values, first);
        }
        m_result.all.merge(m_group);
    }

    /// As addRun() for whole rows, of which the first is `row`.
    double addRows(std::span<const float> group, std::size_t begin, std::uint64_t row, std::size_t rows)
    {
        const auto length = static_cast<std::size_t>(m_layout.rowLength);
        std::array<stats::RunSums, rowsAtOnce> sums;
        stats::runSumsOfRows(group.subspan(begin, rows * length), length, sums.data());
        double sum = 0;
        for (std::size_t i = 0; i < rows; ++i, ++row, begin += length) {
            if (m_isClean && sums[i].isFinite) {
                const RowPart part { sums[i].min, sums[i].max, sums[i].sumOfSquares, length };
                m_group.merge(part);
                m_result.zeros += sums[i].zeros;
                m_channels[static_cast<std::size_t>(row)] = part.range();
                sum += sums[i].sum;
            } else {
                sum += addRun(group, begin, begin + length, sums[i]);
                closeRow(row);
            }
        }
        return sum;
    }

    /// Returns the sum of the finite values from `begin` to `end`, which belong to one row.
    double addRun(std::span<const float> group, std::size_t begin, std::size_t end)
    {
        return addRun(group, begin, end, stats::runSums(group.subspan(begin, end - begin)));
    }

    double addRun(std::span<const float> group, std::size_t begin, std::size_t end, stats::RunSums sums)
    {
        auto values = group.subspan(begin, end - begin);
        if (!sums.isFinite) {
            if (std::exchange(m_isClean, false)) {
                m_finite.assign(group.begin(), group.begin() + static_cast<std::ptrdiff_t>(begin));
            }
            values = keepFinite(values);
            if (values.empty()) {
                return 0;
            }
            sums = stats::runSums(values);
        } else if (!m_isClean) {
            m_finite.insert(m_finite.end(), values.begin(), values.end());
        }
        m_row.merge({ sums.min, sums.max, sums.sumOfSquares, values.size() });
        m_group.merge({ sums.min, sums.max, sums.sumOfSquares, values.size() });
        m_result.zeros += sums.zeros;
        return sums.sum;
    }

    std::span<const float> keepFinite(std::span<const float> values)
    {
        const std::size_t start = m_finite.size();
        for (const float value : values) {
            if (std::isfinite(value)) {
                m_finite.push_back(value);
            } else {
                ++(std::isnan(value) ? m_result.nans : m_result.infinities);
            }
        }
        return std::span<const float>(m_finite).subspan(start);
    }

    void addMoments(std::span<const float> finite, double sum)
    {
        if (finite.empty()) {
            return;
        }
        const double mean = sum / static_cast<double>(finite.size());
        const auto sums = stats::centralSums(finite, mean);
        m_result.moments.merge({ finite.size(), mean, sums.second, sums.third, sums.fourth });
    }

    void closeRow(std::uint64_t row)
    {
        if (row * m_layout.rowLength >= m_first) {
            m_channels[static_cast<std::size_t>(row)] = m_row.range();
        } else {
            m_result.openRows.emplace_back(row, m_row);
        }
        m_row = {};
    }

    FloatChunks m_chunks;
    const RowLayout& m_layout;
    std::vector<ChannelRange>& m_channels; ///< rows wholly inside a block are written by it, each by one block only
    std::uint64_t m_first = 0;
    FirstPass m_result;
    RowPart m_row;
    RowPart m_group;
    std::vector<float> m_finite; ///< the group's finite values, once one was not
    bool m_isClean = true;
};

/// Joins blocks in order, finishing the rows that cross their borders.
class FirstPassFold
{
public:
    explicit FirstPassFold(std::vector<ChannelRange>& channels)
        : m_channels(channels)
    {
    }

    void operator()(FirstPass& total, const FirstPass& block)
    {
        total.moments.merge(block.moments);
        total.all.merge(block.all);
        total.nans += block.nans;
        total.infinities += block.infinities;
        total.zeros += block.zeros;
        total.top.merge(block.top);
        for (const auto& [row, part] : block.openRows) {
            if (row != m_row) {
                m_row = row;
                m_part = {};
            }
            m_part.merge(part);
            m_channels[static_cast<std::size_t>(row)] = m_part.range();
        }
    }

private:
    std::vector<ChannelRange>& m_channels;
    std::uint64_t m_row = std::numeric_limits<std::uint64_t>::max();
    RowPart m_part;
};

LayerStats summary(const FirstPass& pass, std::uint64_t count)
{
    LayerStats result;
    result.count = count;
    result.nanCount = pass.nans;
    result.infCount = pass.infinities;
    result.zeroCount = pass.zeros;
    result.outliers = pass.top.values();
    if (pass.moments.count == 0) {
        return result;
    }
    const auto n = static_cast<double>(pass.moments.count);
    result.min = static_cast<double>(pass.all.min) + 0.0;
    result.max = static_cast<double>(pass.all.max) + 0.0;
    result.absMax = std::max(std::abs(result.min), std::abs(result.max));
    result.mean = pass.moments.mean;
    result.rms = std::sqrt(pass.all.sumOfSquares / n);
    if (result.min == result.max) {
        return result;
    }
    const double variance = pass.moments.second / n;
    result.std = std::sqrt(variance);
    result.skewness = pass.moments.third / n / (variance * result.std);
    result.kurtosis = pass.moments.fourth / n / (variance * variance);
    return result;
}

/// The float32 numbers in order, counted from 0.
float floatAt(std::int32_t place)
{
    const float magnitude = std::bit_cast<float>(std::abs(place));
    return place < 0 ? -magnitude : magnitude;
}

/// The least float32 x with x - mean > distance, as float64 has it; infinity if there is none.
float upperTail(double mean, double distance)
{
    constexpr auto end = std::bit_cast<std::int32_t>(std::numeric_limits<float>::infinity());
    std::int32_t near = -end; // not in the tail
    std::int32_t far = end;
    while (far - std::int64_t { near } > 1) {
        const auto middle = static_cast<std::int32_t>((std::int64_t { near } + far) >> 1);
        (static_cast<double>(floatAt(middle)) - mean > distance ? far : near) = middle;
    }
    return floatAt(far);
}

stats::Tails tailsBeyond(double mean, double distance)
{
    return { -upperTail(-mean, distance), upperTail(mean, distance) };
}

/// The second pass: shares beyond 3 and 6 standard deviations, and the histogram if one is wanted.
void runSecondPass(
    const TensorView& matrix, LayerStats& result, stats::HistogramCounter* histogram, const JobContext& ctx)
{
    const bool hasTails = result.std > 0;
    if (!hasTails && histogram == nullptr) {
        return;
    }
    const stats::Tails three = tailsBeyond(result.mean, 3 * result.std);
    const stats::Tails six = tailsBeyond(result.mean, 6 * result.std);
    const auto addTails = [](stats::TailCounts& sum, const stats::TailCounts& part) {
        sum.near += part.near;
        sum.far += part.far;
    };
    const auto work = [&](std::uint64_t first, std::uint64_t last) {
        FloatChunks chunks(matrix);
        stats::TailCounts tails;
        std::optional<stats::HistogramCounter::Local> local;
        if (histogram != nullptr) {
            local.emplace(*histogram);
        }
        for (std::uint64_t at = first; at < last; at += groupSize) {
            ctx.checkpoint();
            const auto values = chunks.values(at, std::min(last, at + groupSize));
            if (hasTails) {
                addTails(tails, stats::countTails(values, three, six));
            }
            if (local) {
                local->add(values);
            }
        }
        return tails;
    };
    const auto total = parallelReduce(result.count, blockSize, ctx, stats::TailCounts {}, work, addTails);
    if (hasTails) {
        // Infinities are in the tails, but not among the finite values.
        const auto n = static_cast<double>(result.finiteCount());
        result.share3Sigma = static_cast<double>(total.near - result.infCount) / n;
        result.share6Sigma = static_cast<double>(total.far - result.infCount) / n;
    }
}

LayerStats runFirstPass(const TensorView& matrix, const JobContext& ctx)
{
    const RowLayout layout = layoutOf(matrix);
    std::vector<ChannelRange> channels(static_cast<std::size_t>(layout.rows));
    const auto work = [&](std::uint64_t first, std::uint64_t last) {
        return FirstPassRunner(matrix, layout, channels).run(first, last, ctx);
    };
    const auto pass = parallelReduce(matrix.count(), blockSize, ctx, FirstPass {}, work, FirstPassFold(channels));
    LayerStats result = summary(pass, matrix.count());
    result.channels = std::move(channels);
    return result;
}
} // namespace

LayerStats computeStats(const TensorView& matrix, const JobContext& ctx)
{
    LayerStats result = runFirstPass(matrix, ctx);
    runSecondPass(matrix, result, nullptr, ctx);
    return result;
}

StatsAndHistogram computeStatsAndHistogram(const TensorView& matrix, int bins, const JobContext& ctx)
{
    StatsAndHistogram result { runFirstPass(matrix, ctx), {} };
    const bool isEmpty = result.stats.finiteCount() == 0;
    stats::HistogramCounter counter(
        isEmpty ? stats::BinRange {} : stats::binRange(result.stats.min, result.stats.max), bins);
    runSecondPass(matrix, result.stats, &counter, ctx);
    result.histogram = counter.take();
    return result;
}

} // namespace bw
