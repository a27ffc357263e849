#include "core/formats/rate_search.h"

#include "core/base/parallel.h"
#include "core/entropy/entropy_coder.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace bw {

namespace {
constexpr std::uint64_t blockValues = 1U << 20;
constexpr int halvings = 24; // then the step is known to 1e-7

/// Calls f(z) for the values of a block divided by their groups' sizes.
template <class F>
void forEachShare(const TensorView& matrix, const Groups& groups, std::span<const float> sizes, std::uint64_t first,
    std::uint64_t last, const JobContext& ctx, F&& f)
{
    FloatChunks chunks(matrix);
    for (std::uint64_t at = first; at < last; at += FloatChunks::chunkSize) {
        ctx.checkpoint();
        const auto values = chunks.values(at, std::min<std::uint64_t>(last, at + FloatChunks::chunkSize));
        groups.forEachPart(at, values.size(), [&](std::uint64_t group, std::size_t offset, std::size_t length) {
            const float size = sizes[group];
            for (const float value : values.subspan(offset, length)) {
                f(size == 0 ? 0.0F : value / size);
            }
        });
    }
}

double largestShare(const TensorView& matrix, const Groups& groups, std::span<const float> sizes, const JobContext& ctx)
{
    return parallelReduce(
        matrix.count(), blockValues, ctx, 0.0,
        [&](std::uint64_t first, std::uint64_t last) {
            float largest = 0;
            forEachShare(matrix, groups, sizes, first, last, ctx,
                [&](float share) { largest = std::max(largest, std::abs(share)); });
            return static_cast<double>(largest);
        },
        [](double& total, double part) { total = std::max(total, part); });
}

using Counts = std::vector<std::uint64_t>;

Counts countLevels(const TensorView& matrix, const Groups& groups, std::span<const float> sizes, double step, int reach,
    const JobContext& ctx)
{
    const auto inverse = static_cast<float>(1 / step);
    const auto most = static_cast<float>(reach);
    const Counts none(2 * static_cast<std::size_t>(reach) + 1);
    return parallelReduce(
        matrix.count(), blockValues, ctx, none,
        [&](std::uint64_t first, std::uint64_t last) {
            Counts counts = none;
            forEachShare(matrix, groups, sizes, first, last, ctx, [&](float share) {
                const float level = std::clamp(std::round(share * inverse), -most, most);
                ++counts[static_cast<std::size_t>(static_cast<int>(level) + reach)];
            });
            return counts;
        },
        [](Counts& total, const Counts& part) {
            std::transform(total.begin(), total.end(), part.begin(), total.begin(), std::plus<>());
        });
}

int reachOf(double largest, double step)
{
    return static_cast<int>(std::clamp(std::round(largest / step), 1.0, static_cast<double>(largestReach)));
}
} // namespace

RateStep stepForRate(
    const TensorView& matrix, const Groups& groups, std::span<const float> sizes, double rate, const JobContext& ctx)
{
    const double largest = largestShare(matrix, groups, sizes, ctx);
    if (largest == 0) {
        return {};
    }
    const auto count = static_cast<double>(matrix.count());
    const auto bitsAt = [&](double step) {
        return entropyBits(countLevels(matrix, groups, sizes, step, reachOf(largest, step), ctx)) / count;
    };
    // From all weights in the middle cell down to as many levels as codes can say.
    double coarse = std::log2(largest * 2.5);
    double fine = std::log2(largest / largestReach);
    if (bitsAt(std::exp2(fine)) <= rate) {
        coarse = fine;
    }
    for (int i = 0; i < halvings && coarse - fine > 1e-7; ++i) {
        ctx.report(Text(BW_TR_NOOP("core", "Searching the step")), static_cast<std::uint64_t>(i), halvings, {});
        const double middle = (coarse + fine) / 2;
        (bitsAt(std::exp2(middle)) <= rate ? coarse : fine) = middle;
    }
    const double step = std::exp2(coarse);
    return { step, reachOf(largest, step) };
}

} // namespace bw
