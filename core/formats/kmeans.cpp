#include "core/formats/kmeans.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace bw {

namespace {
using Sums = SortedValues::Sums;

/// Consecutive cells of sorted values: the sums before each cell, and the total at the end.
using Cells = std::vector<Sums>;

double meanOf(const Sums& from, const Sums& to)
{
    const double weight = to.weight - from.weight;
    return weight > 0 ? (to.first - from.first) / weight : 0;
}

/// Σw(x - mean)² of the cells from … to.
double spread(const Sums& from, const Sums& to)
{
    const double weight = to.weight - from.weight;
    const double first = to.first - from.first;
    return weight > 0 ? std::max((to.second - from.second) - first * first / weight, 0.0) : 0;
}

/// Best split of cells 0 … n into `parts`, as the n+1 borders between parts (first 0, last n).
class Partition
{
public:
    Partition(const Cells& cells, std::size_t parts, const JobContext& ctx)
        : m_cells(cells)
        , m_count(cells.size() - 1)
        , m_ctx(ctx)
    {
        std::vector<double> best(m_count + 1);
        for (std::size_t end = 0; end <= m_count; ++end) {
            best[end] = spread(m_cells[0], m_cells[end]);
        }
        m_cuts.assign(parts, std::vector<std::uint32_t>(m_count + 1, 0));
        for (std::size_t part = 1; part < parts; ++part) {
            m_ctx.checkpoint();
            m_before.swap(best);
            best.assign(m_count + 1, 0);
            solve(m_cuts[part], best, part + 1, m_count, part, m_count);
        }
    }

    std::vector<std::size_t> borders() const
    {
        std::vector<std::size_t> borders(m_cuts.size() + 1);
        borders.back() = m_count;
        for (std::size_t part = m_cuts.size(); part-- > 1;) {
            borders[part] = m_cuts[part][borders[part + 1]];
        }
        return borders;
    }

private:
    /// Fills ends first … last, whose best last cut is known to lie in low … high (split points never move left as the
    /// end moves right).
    void solve(std::vector<std::uint32_t>& cuts, std::vector<double>& best, std::size_t first, std::size_t last,
        std::size_t low, std::size_t high)
    {
        if (first > last) {
            return;
        }
        const std::size_t end = first + (last - first) / 2;
        double least = std::numeric_limits<double>::infinity();
        std::size_t cut = low;
        for (std::size_t candidate = low; candidate <= std::min(high, end - 1); ++candidate) {
            const double error = m_before[candidate] + spread(m_cells[candidate], m_cells[end]);
            if (error < least) {
                least = error;
                cut = candidate;
            }
        }
        best[end] = least;
        cuts[end] = static_cast<std::uint32_t>(cut);
        if (last - first > 4096) {
            m_ctx.checkpoint();
        }
        solve(cuts, best, first, end - 1, low, cut);
        solve(cuts, best, end + 1, last, cut, high);
    }

    const Cells& m_cells;
    std::size_t m_count;
    const JobContext& m_ctx;
    std::vector<double> m_before;
    std::vector<std::vector<std::uint32_t>> m_cuts; ///< per part and end, the best start of the last part
};

std::vector<double> levelsOf(const Cells& cells, std::size_t levels, const JobContext& ctx)
{
    std::vector<double> means;
    const auto borders = Partition(cells, levels, ctx).borders();
    for (std::size_t k = 0; k + 1 < borders.size(); ++k) {
        means.push_back(meanOf(cells[borders[k]], cells[borders[k + 1]]));
    }
    return means;
}

/// One cell per distinct value; nothing if there are more than `limit`.
Cells distinctCells(const SortedValues& sorted, std::size_t limit)
{
    Cells cells { Sums {} };
    Sums sums;
    for (std::size_t i = 0; i < sorted.count(); ++i) {
        const double w = sorted.weight(i);
        const auto x = static_cast<double>(sorted.value(i));
        sums.weight += w;
        sums.first += w * x;
        sums.second += w * x * x;
        if (i + 1 == sorted.count() || sorted.value(i) != sorted.value(i + 1)) {
            if (cells.size() > limit) {
                return {};
            }
            cells.push_back(sums);
        }
    }
    return cells;
}

/// The first rank at which `share` of the values, and of distinct ones their numbers, lies below.
std::size_t rankOfShare(const SortedValues& sorted, double share)
{
    if (!sorted.isCounted()) {
        return static_cast<std::size_t>(static_cast<double>(sorted.count()) * share);
    }
    const double wanted = sorted.sumsOf(sorted.count()).weight * share;
    std::size_t begin = 0;
    for (std::size_t end = sorted.count(); begin < end;) {
        const std::size_t middle = begin + (end - begin) / 2;
        if (sorted.sumsOf(middle).weight < wanted) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

/// Values between two ranks.
double numberBetween(const SortedValues& sorted, std::size_t from, std::size_t to)
{
    return sorted.isCounted() ? sorted.sumsOf(to).weight - sorted.sumsOf(from).weight : static_cast<double>(to - from);
}

/// Ranks that cut the values into at most 2·`pieces` runs: half of the cuts at equal counts, half at equal distances.
std::vector<std::size_t> evenCuts(const SortedValues& sorted, std::size_t pieces)
{
    const auto low = static_cast<double>(sorted.value(0));
    const auto width = static_cast<double>(sorted.value(sorted.count() - 1)) - low;
    std::vector<std::size_t> byCount;
    std::vector<std::size_t> byDistance;
    for (std::size_t i = 0; i < pieces; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(pieces);
        byCount.push_back(rankOfShare(sorted, share));
        byDistance.push_back(i == 0 ? 0 : sorted.countUpTo(low + width * share));
    }
    std::vector<std::size_t> cuts(2 * pieces);
    std::merge(byCount.begin(), byCount.end(), byDistance.begin(), byDistance.end(), cuts.begin());
    cuts.push_back(sorted.count());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    return cuts;
}

/// About `limit` cells, as wide as levels would be: their density follows the cube root of the values' density (Panter
/// and Dite 1951).
Cells coarseCells(const SortedValues& sorted, std::size_t limit)
{
    const auto cuts = evenCuts(sorted, 2 * limit);
    std::vector<double> running { 0 };
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        const auto from = static_cast<double>(sorted.value(cuts[i] > 0 ? cuts[i] - 1 : 0));
        const double width = static_cast<double>(sorted.value(cuts[i + 1] - 1)) - from;
        running.push_back(running.back() + std::cbrt(numberBetween(sorted, cuts[i], cuts[i + 1]) * width * width));
    }
    Cells cells { Sums {} };
    for (std::size_t i = 1; i < cuts.size(); ++i) {
        // A cell ends where the next piece would take it past its share.
        const double share = running.back() / static_cast<double>(limit);
        if (i + 1 == cuts.size() || std::floor(running[i] / share) < std::floor(running[i + 1] / share)) {
            cells.push_back(sorted.sumsOf(cuts[i]));
        }
    }
    return cells;
}

constexpr int lloydRounds = 300;

/// Lloyd's iteration until no value changes its level.
void improve(const SortedValues& sorted, std::vector<double>& levels, const JobContext& ctx)
{
    std::vector<std::size_t> ranks(levels.size(), 0);
    ranks.back() = sorted.count();
    for (int round = 0; round < lloydRounds; ++round) {
        ctx.checkpoint();
        bool changed = false;
        for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
            const auto rank = sorted.countUpTo((levels[k] + levels[k + 1]) / 2);
            changed = changed || rank != ranks[k];
            ranks[k] = rank;
        }
        if (!changed) {
            return;
        }
        Sums from;
        for (std::size_t k = 0; k < levels.size(); ++k) {
            const Sums to = sorted.sumsOf(ranks[k]);
            levels[k] = to.weight > from.weight ? meanOf(from, to) : levels[k];
            from = to;
        }
    }
}
} // namespace

std::vector<double> optimalLevels(
    const SortedValues& values, std::size_t levels, const KMeansLimits& limits, const JobContext& ctx)
{
    if (values.count() == 0) {
        return {};
    }
    const Cells distinct = distinctCells(values, limits.exactValues);
    if (!distinct.empty()) {
        return levelsOf(distinct, std::min(levels, distinct.size() - 1), ctx);
    }
    auto found = levelsOf(coarseCells(values, limits.cells), levels, ctx);
    improve(values, found, ctx);
    return found;
}

std::vector<double> optimalLevels(const SortedValues& values, std::size_t levels, const JobContext& ctx)
{
    return optimalLevels(values, levels,
        KMeansLimits { std::max<std::size_t>(1024, 8 * levels), std::max<std::size_t>(512, 8 * levels) }, ctx);
}

} // namespace bw
