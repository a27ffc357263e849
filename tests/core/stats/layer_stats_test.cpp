#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/parallel.h"
#include "core/stats/layer_stats.h"
#include "tests/core/stats/random_values.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

namespace bw {
namespace {

using test::normalValues;
constexpr float infinity = std::numeric_limits<float>::infinity();

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
    EXPECT_EQ(stats.outliers[4], (Outlier { 0, 0 })) << "ties by index";
}

TEST(LayerStats, NanAndInfinityAreCountedAndLeftOut)
{
    const auto stats = computeStats(makeTensor({ 3, 2 }, { NAN, 1, infinity, 3, NAN, -infinity }));
    EXPECT_EQ(stats.nanCount, 2U);
    EXPECT_EQ(stats.infCount, 2U);
    EXPECT_EQ(stats.finiteCount(), 2U);
    EXPECT_EQ(stats.min, 1);
    EXPECT_EQ(stats.max, 3);
    EXPECT_EQ(stats.mean, 2);
    EXPECT_EQ(stats.std, 1);
    EXPECT_EQ(stats.kurtosis, 1);
    EXPECT_EQ(stats.share3Sigma, 0);
    EXPECT_EQ(stats.channels[0], (ChannelRange { 1, 1, 1 }));
    EXPECT_EQ(stats.channels[2], ChannelRange {});
    ASSERT_EQ(stats.outliers.size(), 2U);
    EXPECT_EQ(stats.outliers[0], (Outlier { 3, 3 }));
}

TEST(LayerStats, EmptyOneValueAndNothingFinite)
{
    const auto empty = computeStatsAndHistogram(makeTensor({ 0, 7 }, std::vector<float> {}), 5);
    EXPECT_EQ(empty.stats, LayerStats {});
    EXPECT_EQ(empty.histogram.counts, std::vector<std::uint64_t>(5));
    const auto one = computeStats(makeTensor({}, { -2.5F }));
    EXPECT_EQ(one.mean, -2.5);
    EXPECT_EQ(one.rms, 2.5);
    EXPECT_EQ(one.std, 0);
    EXPECT_EQ(one.kurtosis, 0);
    EXPECT_EQ(one.channels.size(), 1U);
    const auto none = computeStatsAndHistogram(makeTensor({ 2 }, { NAN, infinity }), 3);
    EXPECT_EQ(none.stats.min, 0);
    EXPECT_TRUE(none.stats.outliers.empty());
    EXPECT_EQ(none.histogram.nanCount + none.histogram.infCount, 2U);
}

TEST(LayerStats, ConstantsHaveExactlyNoSpread)
{
    for (const float value : { 0.1F, -3e38F, 1e-45F, 0.0F }) {
        const auto stats = computeStats(makeTensor({ 100, 1001 }, std::vector<float>(100100, value)));
        EXPECT_EQ(stats.mean, static_cast<double>(value));
        EXPECT_EQ(stats.std, 0);
        EXPECT_EQ(stats.skewness, 0);
        EXPECT_EQ(stats.kurtosis, 0);
        EXPECT_EQ(stats.share3Sigma, 0);
        ASSERT_EQ(stats.outliers.size(), topOutliers);
        EXPECT_EQ(stats.outliers.back().index, topOutliers - 1);
    }
}

TEST(LayerStats, HugeAndTinyValuesKeepTheirShape)
{
    const auto ordinary = normalValues(50000, 3);
    const auto expected = computeStats(makeTensor({ 50000 }, ordinary));
    for (const float scale : { 0x1p120F, 0x1p-100F }) {
        auto values = ordinary;
        for (float& value : values) {
            value *= scale;
        }
        const auto stats = computeStats(makeTensor({ 50000 }, values));
        EXPECT_EQ(stats.kurtosis, expected.kurtosis) << "scaling by a power of two changes no digit";
        EXPECT_EQ(stats.skewness, expected.skewness);
        EXPECT_EQ(stats.std, expected.std * static_cast<double>(scale));
        EXPECT_EQ(stats.share3Sigma, expected.share3Sigma);
    }
    const auto extremes
        = computeStats(makeTensor({ 2 }, { std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest() }));
    EXPECT_EQ(extremes.std, static_cast<double>(std::numeric_limits<float>::max()));
    EXPECT_EQ(extremes.kurtosis, 1);
    const auto denormals = computeStats(makeTensor({ 4 }, { 1e-45F, -1e-45F, 1e-45F, -1e-45F }));
    EXPECT_EQ(denormals.kurtosis, 1);
}

TEST(LayerStats, SharesAreOfTheExactDistances)
{
    auto values = normalValues(200000, 12, 0.5F, 0.1F);
    values[7] = 3;
    values[70000] = -3;
    const auto stats = computeStats(makeTensor({ 400, 500 }, values));
    std::uint64_t beyond3 = 0;
    std::uint64_t beyond6 = 0;
    for (const float value : values) {
        const double distance = std::abs(static_cast<double>(value) - stats.mean);
        beyond3 += distance > 3 * stats.std ? 1 : 0;
        beyond6 += distance > 6 * stats.std ? 1 : 0;
    }
    EXPECT_EQ(stats.share3Sigma, static_cast<double>(beyond3) / 200000);
    EXPECT_EQ(stats.share6Sigma, static_cast<double>(beyond6) / 200000);
    EXPECT_EQ(beyond6, 2U);
}

TEST(LayerStats, ThresholdsNearZeroBesideHugeValuesAreFoundAtOnce)
{
    // mean - 3 std is nearly nothing here: the neighbours of 0 must not be tried one by one.
    const auto stats = computeStats(makeTensor({ 11 }, { 1e38F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1e-45F }));
    EXPECT_NEAR(stats.share3Sigma, 1.0 / 11, 1e-15);
    EXPECT_EQ(stats.share6Sigma, 0);
}

TEST(LayerStats, LargestMagnitudesAndChannelsOfManyBlocks)
{
    const std::size_t columns = 3001;
    const std::size_t rows = 1100;
    const auto values = normalValues(rows * columns, 21);
    const auto stats
        = computeStats(makeTensor({ static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns) }, values));
    std::vector<std::uint64_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + topOutliers, order.end(), [&](std::uint64_t a, std::uint64_t b) {
        return std::pair(-std::abs(values[a]), a) < std::pair(-std::abs(values[b]), b);
    });
    ASSERT_EQ(stats.outliers.size(), topOutliers);
    for (std::size_t i = 0; i < topOutliers; ++i) {
        EXPECT_EQ(stats.outliers[i], (Outlier { order[i], values[order[i]] }));
    }
    for (std::size_t row = 0; row < rows; ++row) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(row * columns);
        const auto [low, high] = std::minmax_element(first, first + columns);
        double squares = 0;
        std::for_each(first, first + columns, [&](float value) { squares += static_cast<double>(value) * value; });
        EXPECT_EQ(stats.channels[row].min, *low);
        EXPECT_EQ(stats.channels[row].max, *high);
        EXPECT_FLOAT_EQ(stats.channels[row].rms, static_cast<float>(std::sqrt(squares / columns)));
    }
}

TEST(LayerStats, SameForAnyNumberOfThreads)
{
    const auto tensor = makeTensor({ 1500, 2001 }, normalValues(1500 * 2001, 1));
    setThreadCount(1);
    const auto one = computeStatsAndHistogram(tensor, 100);
    setThreadCount(2);
    const auto two = computeStatsAndHistogram(tensor, 100);
    setThreadCount(0);
    EXPECT_EQ(one.stats, two.stats);
    EXPECT_EQ(one.histogram, two.histogram);
    EXPECT_EQ(computeHistogram(tensor, 100), one.histogram);
    EXPECT_EQ(computeStats(tensor), one.stats);
    EXPECT_NEAR(one.stats.kurtosis, 3, 0.02);
    EXPECT_NEAR(one.stats.share3Sigma, 0.0027, 0.0002);
}

TEST(LayerStats, OtherTypesAndAlignmentsGiveTheSameFigures)
{
    std::vector<float> values = normalValues(5000, 4);
    std::vector<std::byte> brains;
    std::vector<std::byte> doubles;
    std::vector<std::byte> crooked(1);
    const auto append = [](std::vector<std::byte>& to, const auto& value) {
        const auto bytes = std::as_bytes(std::span(&value, 1));
        to.insert(to.end(), bytes.begin(), bytes.end());
    };
    for (float& value : values) {
        const std::uint16_t brain = floatToBfloat(value);
        value = bfloatToFloat(brain);
        append(brains, brain);
        append(doubles, static_cast<double>(value));
        append(crooked, value);
    }
    const auto expected = computeStats(makeTensor({ 50, 100 }, values));
    EXPECT_EQ(computeStats(makeTensor(DType::BF16, { 50, 100 }, brains)), expected);
    EXPECT_EQ(computeStats(makeTensor(DType::F64, { 50, 100 }, doubles)), expected);
    const TensorView unaligned { DType::F32, { 50, 100 }, std::span<const std::byte>(crooked).subspan(1), {} };
    EXPECT_EQ(computeStats(unaligned), expected);
    const auto bytes
        = computeStats(makeTensor(DType::I8, { 3 }, { std::byte { 0xFF }, std::byte { 0 }, std::byte { 127 } }));
    EXPECT_EQ(bytes.min, -1);
    EXPECT_EQ(bytes.max, 127);
    EXPECT_EQ(bytes.zeroCount, 1U);
}

TEST(LayerStats, StopsWhenAsked)
{
    std::stop_source stop;
    stop.request_stop();
    const auto tensor = makeTensor({ 100000 }, std::vector<float>(100000));
    EXPECT_THROW(computeStats(tensor, JobContext(stop.get_token())), Canceled);
    EXPECT_THROW(computeHistogram(tensor, 10, JobContext(stop.get_token())), Canceled);
    EXPECT_THROW(computeLogHistogram(tensor, 1, JobContext(stop.get_token())), Canceled);
}

} // namespace
} // namespace bw
