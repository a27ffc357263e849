#include "core/formats/scale_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace bw {

namespace {
constexpr std::size_t mostBins = 2048;
constexpr std::size_t fewestBins = 64;
constexpr int candidates = 64;
constexpr double smallestShare = 0.1;

/// Counts of the values in equal bins over [-largest, largest], and the bins' centres.
struct Bins
{
    Bins(const GroupValues& values, double largest, const JobContext& ctx)
        : counts(std::clamp<std::size_t>(static_cast<std::size_t>(values.count() / 8), fewestBins, mostBins))
        , width(2 * largest / static_cast<double>(counts.size()))
        , low(-largest)
    {
        const auto last = static_cast<double>(counts.size() - 1);
        values.forEachPiece(ctx, [&](std::span<const float> piece) {
            for (const float value : piece) {
                const double bin = std::floor((static_cast<double>(value) - low) / width);
                counts[static_cast<std::size_t>(std::clamp(bin, 0.0, last))] += 1;
            }
        });
    }
    double centre(std::size_t bin) const { return low + (static_cast<double>(bin) + 0.5) * width; }

    std::vector<double> counts;
    double width;
    double low;
};

/// KL(p ‖ q) in nats · n: p has what lies beyond the grid in its outermost bins inside, q spreads the count of each
/// cell of the grid evenly over those of its bins that are not empty (Migacz, "8-bit inference with TensorRT", 2017).
double divergence(const Bins& bins, const UnitGrid& grid, double scale)
{
    const auto thresholds = grid.thresholds();
    const double lowEnd = static_cast<double>(grid.levels().front()) * scale;
    const double highEnd = static_cast<double>(grid.levels().back()) * scale;
    const std::size_t count = bins.counts.size();
    std::size_t first = 0;
    std::size_t last = count - 1;
    while (first < last && bins.centre(first) < std::min(lowEnd, highEnd)) {
        ++first;
    }
    while (last > first && bins.centre(last) > std::max(lowEnd, highEnd)) {
        --last;
    }
    std::vector<double> p(bins.counts.begin() + static_cast<std::ptrdiff_t>(first),
        bins.counts.begin() + static_cast<std::ptrdiff_t>(last) + 1);
    double below = 0;
    double above = 0;
    for (std::size_t i = 0; i < first; ++i) {
        below += bins.counts[i];
    }
    for (std::size_t i = last + 1; i < count; ++i) {
        above += bins.counts[i];
    }
    double divergence = 0;
    double lost = below + above;
    std::size_t level = 0;
    for (std::size_t i = 0; i < p.size();) {
        const auto cellOf = [&](std::size_t bin) {
            while (level < thresholds.size()
                && static_cast<double>(thresholds[level]) * scale < bins.centre(first + bin)) {
                ++level;
            }
            return level;
        };
        const std::size_t cell = cellOf(i);
        std::size_t end = i;
        double sum = 0;
        double filled = 0;
        while (end < p.size() && cellOf(end) == cell) {
            sum += p[end];
            filled += p[end] > 0 ? 1 : 0;
            ++end;
        }
        for (; i < end; ++i) {
            const double clipped = p[i] + (i == 0 ? below : 0) + (i + 1 == p.size() ? above : 0);
            if (p[i] > 0) {
                divergence += clipped * std::log(clipped * filled / sum);
            } else if (clipped > 0) {
                // Only clipped values here, which q gives no share: as if it had half a value.
                divergence += clipped * std::log(clipped / 0.5);
            }
        }
    }
    // q lacks the clipped values, p has them: both are made to sum to 1.
    const double total = static_cast<double>(std::accumulate(bins.counts.begin(), bins.counts.end(), 0.0));
    return divergence + total * std::log((total - lost) / total);
}
} // namespace

extern const ScaleRule klDivergenceRule;
const ScaleRule klDivergenceRule {
    .id = "kl",
    .title = BW_TR_NOOP("core", "Least KL divergence"),
    .help = BW_TR_NOOP("core",
        "The clipping point that changes the distribution of a group's weights least, as calibrators of activations "
        "choose it; meant for long groups."),
    .choose =
        [](const ScaleTask& task) {
            return scalesByGroup(task, [&](const GroupValues& values) {
                const float start = largestScale(task, values);
                const auto largest = static_cast<double>(start) * static_cast<double>(task.grid.span());
                const Bins bins(values, largest, task.ctx);
                float best = start;
                double least = std::numeric_limits<double>::infinity();
                for (int i = 0; i < candidates; ++i) {
                    task.ctx.checkpoint();
                    const double share = 1 - (1 - smallestShare) * i / (candidates - 1);
                    const float scale = storedScale(task, largest * share, task.grid.span());
                    const double found = divergence(bins, task.grid, static_cast<double>(scale));
                    if (found < least) {
                        least = found;
                        best = scale;
                    }
                }
                return best;
            });
        },
};

} // namespace bw
