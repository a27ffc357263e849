#include "core/stats/error_metrics.h"
#include "tests/core/formats/format_support.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

TEST(ErrorMetrics, SumsAreThoseOfThePlainLoop)
{
    for (const std::size_t count : { 0U, 1U, 7U, 8U, 1001U }) {
        const auto x = gaussian(count, 1);
        const auto q = gaussian(count, 2);
        ErrorSums expected;
        expected.count = count;
        for (std::size_t i = 0; i < count; ++i) {
            const auto a = static_cast<double>(x[i]);
            const auto b = static_cast<double>(q[i]);
            expected.squaredError += (b - a) * (b - a);
            expected.squaredSignal += a * a;
            expected.squaredQuantized += b * b;
            expected.product += a * b;
            expected.maxAbsError = std::max(expected.maxAbsError, std::abs(b - a));
        }
        const auto sums = errorSums(x, q);
        EXPECT_EQ(sums.count, count);
        EXPECT_NEAR(sums.squaredError, expected.squaredError, 1e-12 * expected.squaredError);
        EXPECT_NEAR(sums.squaredSignal, expected.squaredSignal, 1e-12 * expected.squaredSignal);
        EXPECT_NEAR(sums.squaredQuantized, expected.squaredQuantized, 1e-12 * expected.squaredQuantized);
        EXPECT_NEAR(sums.product, expected.product, 1e-12 * std::abs(expected.squaredSignal));
        EXPECT_EQ(sums.maxAbsError, expected.maxAbsError);
    }
}

TEST(ErrorMetrics, FiguresFollowFromTheSums)
{
    const std::vector<float> x { 3, 4 };
    const std::vector<float> q { 3, 3 };
    auto sums = errorSums(x, q);
    EXPECT_DOUBLE_EQ(rmseOverRms(sums), 0.2);
    EXPECT_DOUBLE_EQ(sqnrDb(sums), 10 * std::log10(25.0));
    EXPECT_DOUBLE_EQ(cosineSimilarity(sums), 21 / (5 * std::sqrt(18.0)));
    EXPECT_EQ(sums.maxAbsError, 1);
    auto twice = sums;
    twice.add(sums);
    EXPECT_EQ(twice.count, 4U);
    EXPECT_DOUBLE_EQ(rmseOverRms(twice), 0.2);
}

TEST(ErrorMetrics, ZerosHaveNoErrorUnlessTheyBecameSomething)
{
    const std::vector<float> zeros { 0, 0 };
    const std::vector<float> ones { 1, 1 };
    EXPECT_EQ(rmseOverRms(errorSums(zeros, zeros)), 0);
    EXPECT_EQ(sqnrDb(errorSums(ones, ones)), std::numeric_limits<double>::infinity());
    EXPECT_EQ(rmseOverRms(errorSums(zeros, ones)), std::numeric_limits<double>::infinity());
    EXPECT_EQ(cosineSimilarity(errorSums(zeros, zeros)), 1);
    EXPECT_EQ(cosineSimilarity(errorSums(zeros, ones)), 0);
}

} // namespace
} // namespace bw::test
