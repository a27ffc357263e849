#include "core/base/parallel.h"
#include "core/stats/layer_stats.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace bw {
namespace {

std::vector<float> normalValues(std::size_t count, unsigned seed, float mean = 0, float deviation = 1)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(mean, deviation);
    std::vector<float> values(count);
    for (float& value : values) {
        value = normal(random);
    }
    return values;
}

TEST(LayerStats, SmallExampleByHand)
{
    const auto stats = computeStats(makeTensor({ 2, 3 }, { 0, 1, 2, -3, 4, -0.0F }));
    EXPECT_EQ(stats.count, 6U);
    EXPECT_EQ(stats.zeroCount, 2U);
    EXPECT_EQ(stats.min, -3);
    EXPECT_EQ(stats.max, 4);
    EXPECT_EQ(stats.absMax, 4);
    EXPECT_DOUBLE_EQ(stats.mean, 4.0 / 6);
    EXPECT_DOUBLE_EQ(stats.rms, std::sqrt(30.0 / 6));
    EXPECT_DOUBLE_EQ(stats.std, std::sqrt(30.0 / 6 - 16.0 / 36));
    ASSERT_EQ(stats.channels.size(), 2U);
    EXPECT_EQ(stats.channels[0], (ChannelRange { 0, 2, std::sqrt(5.0F / 3) }));
    EXPECT_EQ(stats.channels[1].min, -3);
    ASSERT_EQ(stats.outliers.size(), 6U);
    EXPECT_EQ(stats.outliers[0], (Outlier { 4, 4 }));
    EXPECT_EQ(stats.outliers[1], (Outlier { 3, -3 }));
}

TEST(LayerStats, SameForAnyNumberOfThreads)
{
    const auto tensor = makeTensor({ 1500, 1001 }, normalValues(1500 * 1001, 1));
    setThreadCount(1);
    const auto one = computeStatsAndHistogram(tensor, 100);
    setThreadCount(4);
    const auto four = computeStatsAndHistogram(tensor, 100);
    setThreadCount(0);
    EXPECT_EQ(one.stats, four.stats);
    EXPECT_EQ(one.histogram, four.histogram);
    EXPECT_EQ(computeHistogram(tensor, 100), one.histogram);
    EXPECT_NEAR(one.stats.kurtosis, 3, 0.02);
    EXPECT_NEAR(one.stats.share3Sigma, 0.0027, 0.0002);
}

} // namespace
} // namespace bw
