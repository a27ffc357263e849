#include "core/base/error.h"
#include "core/stats/histogram.h"
#include "core/stats/layer_stats.h"
#include "tests/core/stats/random_values.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

namespace bw {
namespace {

std::uint64_t sumOf(const std::vector<std::uint64_t>& counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t { 0 });
}

TEST(Histogram, SmallExampleByHand)
{
    const auto histogram = computeHistogram(makeTensor({ 6 }, { 0, 1, 2, 3, 4, NAN }), 4);
    EXPECT_EQ(histogram.edges, (std::vector<double> { 0, 1, 2, 3, 4 }));
    EXPECT_EQ(histogram.counts, (std::vector<std::uint64_t> { 1, 1, 1, 2 })) << "the last bin holds its right edge";
    EXPECT_EQ(histogram.nanCount, 1U);
}

TEST(Histogram, TenThousandRandomTensorsAddUp)
{
    std::mt19937 random(7);
    for (int round = 0; round < 10000; ++round) {
        const std::size_t count = 1 + random() % (round % 100 == 0 ? 9000 : 60);
        const auto values = test::nastyValues(random, count);
        const int bins = 1 + static_cast<int>(random() % 300);
        const auto tensor = makeTensor({ static_cast<std::int64_t>(count) }, values);
        const auto both = computeStatsAndHistogram(tensor, bins);
        const Histogram& histogram = both.histogram;
        ASSERT_EQ(sumOf(histogram.counts) + histogram.nanCount + histogram.infCount, count);
        ASSERT_EQ(histogram.nanCount, both.stats.nanCount);
        ASSERT_EQ(histogram.infCount, both.stats.infCount);
        ASSERT_EQ(histogram.edges.size(), histogram.counts.size() + 1);
        ASSERT_TRUE(std::is_sorted(histogram.edges.begin(), histogram.edges.end(), std::less_equal<>()))
            << "edges rise strictly";
        std::vector<std::uint64_t> expected(histogram.counts.size());
        for (const float value : values) {
            if (std::isfinite(value)) {
                const auto above
                    = std::upper_bound(histogram.edges.begin(), histogram.edges.end(), static_cast<double>(value));
                ++expected[std::min(
                    static_cast<std::size_t>(above - histogram.edges.begin()) - 1, expected.size() - 1)];
            }
        }
        ASSERT_EQ(histogram.counts, expected) << "round " << round;
        ASSERT_EQ(computeHistogram(tensor, bins), histogram);
    }
}

TEST(Histogram, ConstantsGetARangeAroundThem)
{
    const auto one = computeHistogram(makeTensor({ 3 }, { 2, 2, 2 }), 10);
    EXPECT_EQ(one.edges.front(), 1.5);
    EXPECT_EQ(one.edges.back(), 2.5);
    EXPECT_EQ(sumOf(one.counts), 3U);
    const auto huge = computeHistogram(makeTensor({ 1 }, { 3e38F }), 10);
    EXPECT_LT(huge.edges.front(), huge.edges.back());
    EXPECT_EQ(sumOf(huge.counts), 1U);
}

TEST(Histogram, RefusesImpossibleRequests)
{
    const auto tensor = makeTensor({ 3 }, { 0, 1, 2 });
    EXPECT_THROW(computeHistogram(tensor, 0), Error);
    EXPECT_THROW(computeHistogram(tensor, -1), Error);
    EXPECT_THROW(computeHistogram(tensor, (1 << 24) + 1), Error);
    EXPECT_THROW(computeHistogram(tensor, 0, 1, 4), Error) << "2 lies outside";
    EXPECT_THROW(computeHistogram(tensor, 2, 0, 4), Error);
    EXPECT_THROW(computeHistogram(tensor, NAN, 2, 4), Error);
    EXPECT_THROW(computeHistogram(tensor, -INFINITY, 2, 4), Error);
    EXPECT_EQ(computeHistogram(tensor, -1, 3, 4).counts, (std::vector<std::uint64_t> { 0, 1, 1, 1 }));
}

TEST(LogHistogram, OctavesOfEveryKindOfNumber)
{
    const auto histogram
        = computeLogHistogram(makeTensor({ 9 }, { 1, -1.5F, 2, 3.99F, 0.25F, 0, -0.0F, NAN, INFINITY }), 1);
    EXPECT_EQ(histogram.edges.front(), -2);
    EXPECT_EQ(histogram.edges.back(), 2);
    EXPECT_EQ(histogram.counts, (std::vector<std::uint64_t> { 1, 0, 2, 2 }));
    EXPECT_EQ(histogram.zeroCount, 2U);
    EXPECT_EQ(histogram.nanCount, 1U);
    EXPECT_EQ(histogram.infCount, 1U);
    const auto smallest = computeLogHistogram(makeTensor({ 2 }, { 1e-45F, 3e-39F }), 1);
    EXPECT_EQ(smallest.edges.front(), -149);
    EXPECT_EQ(smallest.edges.back(), -127);
}

TEST(LogHistogram, PartsOfOctavesFollowTheirEdges)
{
    const auto values = test::normalValues(20000, 8);
    const auto histogram = computeLogHistogram(makeTensor({ 20000 }, values), 5);
    EXPECT_EQ(sumOf(histogram.counts), 20000U);
    std::vector<std::uint64_t> expected(histogram.counts.size());
    for (const float value : values) {
        const double place = (std::log2(std::abs(static_cast<double>(value))) - histogram.edges.front()) * 5;
        ++expected[static_cast<std::size_t>(std::floor(place))];
    }
    EXPECT_EQ(histogram.counts, expected);
    EXPECT_EQ(computeLogHistogram(makeTensor({ 0 }, std::vector<float> {}), 3).counts.size(), 0U);
}

} // namespace
} // namespace bw
