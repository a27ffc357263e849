#include "core/formats/kmeans.h"
#include "tests/core/formats/format_support.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

std::vector<float> studentT(std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::student_t_distribution<double> heavy(3);
    std::vector<float> values(count);
    for (auto& value : values) {
        value = static_cast<float>(heavy(random));
    }
    return values;
}

double errorOf(const SortedValues& sorted, const std::vector<double>& levels)
{
    double error = 0;
    for (std::size_t i = 0; i < sorted.count(); ++i) {
        double nearest = std::numeric_limits<double>::infinity();
        for (const double level : levels) {
            nearest = std::min(nearest, std::abs(level - static_cast<double>(sorted.value(i))));
        }
        error += sorted.weight(i) * nearest * nearest;
    }
    return error;
}

/// All ways to cut the sorted values into runs.
double exhaustive(const SortedValues& sorted, std::size_t from, std::size_t levels)
{
    if (from == sorted.count()) {
        return 0;
    }
    if (levels == 0) {
        return std::numeric_limits<double>::infinity();
    }
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t to = from + 1; to <= sorted.count(); ++to) {
        const auto a = sorted.sumsOf(from);
        const auto b = sorted.sumsOf(to);
        const double weight = b.weight - a.weight;
        const double mean = weight > 0 ? (b.first - a.first) / weight : 0;
        best = std::min(best, squaredErrorOf(a, b, mean) + exhaustive(sorted, to, levels - 1));
    }
    return best;
}

TEST(KMeans, SmallCasesAreTheBestOfAllPartitions)
{
    std::mt19937 random(1);
    for (int round = 0; round < 60; ++round) {
        auto values = gaussian(12, static_cast<unsigned>(round));
        std::vector<float> weights(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = std::round(values[i] * 4) / 4; // ties
            weights[i] = static_cast<float>(random() % 4);
        }
        const SortedValues sorted = round % 2 == 0 ? SortedValues(values, {}) : SortedValues(values, weights, {});
        for (const std::size_t levels : { 1U, 2U, 3U, 4U }) {
            const auto found = optimalLevels(sorted, levels, {});
            EXPECT_LE(found.size(), levels);
            EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
            EXPECT_NEAR(errorOf(sorted, found), exhaustive(sorted, 0, levels), 1e-9);
        }
    }
}

TEST(KMeans, CellsAndLloydComeCloseToTheOptimum)
{
    struct Case
    {
        std::size_t levels;
        double excess;
    };
    for (const auto& values : { gaussian(16000, 2), studentT(16000, 3) }) {
        const SortedValues sorted(values, {});
        for (const auto& [levels, excess] : { Case { 4, 1e-5 }, Case { 16, 3e-4 }, Case { 64, 3e-3 } }) {
            const auto exact = optimalLevels(sorted, levels, KMeansLimits { 1U << 20, 0 }, {});
            const auto quick = optimalLevels(sorted, levels, {});
            EXPECT_EQ(quick.size(), levels);
            const double best = errorOf(sorted, exact);
            EXPECT_GE(errorOf(sorted, quick), best * (1 - 1e-9));
            EXPECT_LE(errorOf(sorted, quick), best * (1 + excess)) << levels;
        }
    }
}

/// The optimal quantizers of a normal density: 0.3634, 0.1175, 0.03454, 0.009497 (Max 1960, table I).
TEST(KMeans, NormalDataGiveTheLloydMaxQuantizer)
{
    constexpr std::size_t count = std::size_t { 1 } << 20;
    const SortedValues sorted(gaussian(count, 4), {});
    const double expected[] { 0.3634, 0.1175, 0.03454, 0.009497 };
    for (int bits = 1; bits <= 4; ++bits) {
        const auto levels = optimalLevels(sorted, std::size_t { 1 } << bits, {});
        EXPECT_NEAR(errorOf(sorted, levels) / count, expected[bits - 1], 0.004 * expected[bits - 1]);
    }
    const double positive[] { .128395, .388048, .656759, .942340, 1.256231, 1.618046, 2.069017, 2.732590 };
    const auto levels = optimalLevels(sorted, 16, {});
    for (std::size_t i = 0; i < 8; ++i) {
        // Moving all levels together by some hundredths hardly changes the error, so a sample does not fix it closer.
        EXPECT_NEAR(levels[8 + i], positive[i], 0.04);
        EXPECT_NEAR(levels[7 - i], -positive[i], 0.04);
        EXPECT_NEAR((levels[8 + i] - levels[7 - i]) / 2, positive[i], 0.01);
    }
}

TEST(KMeans, FewDistinctValuesAreKeptExactly)
{
    const SortedValues sorted({ 3, 1, 1, 2, 2, 2, 1 }, {});
    EXPECT_EQ(optimalLevels(sorted, 4, {}), (std::vector<double> { 1, 2, 3 }));
    EXPECT_EQ(optimalLevels(SortedValues({ 5, 5, 5 }, {}), 2, {}), (std::vector<double> { 5 }));
    EXPECT_TRUE(optimalLevels(SortedValues({}, {}), 4, {}).empty());
}

TEST(SortedValues, SortsEveryFloatAsComparisonDoes)
{
    std::mt19937 random(5);
    for (const std::size_t count : { 0U, 1U, 2U, 1000U, 1024U, 100000U }) {
        std::vector<float> values;
        while (values.size() < count) {
            const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
            if (std::isfinite(value)) {
                values.push_back(random() % 8 == 0 ? std::round(value) : value);
            }
        }
        std::vector<float> weights(count);
        for (std::size_t i = 0; i < count; ++i) {
            weights[i] = static_cast<float>(i);
        }
        auto expected = values;
        std::sort(expected.begin(), expected.end());
        auto alone = values;
        sortFloats(alone, {});
        EXPECT_EQ(alone, expected);
        auto keys = values;
        sortFloats(keys, weights, {});
        EXPECT_EQ(keys, expected);
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_EQ(values[static_cast<std::size_t>(weights[i])], keys[i]);
            ASSERT_TRUE(i == 0 || std::bit_cast<std::uint32_t>(keys[i - 1]) != std::bit_cast<std::uint32_t>(keys[i])
                || weights[i - 1] < weights[i]);
        }
    }
}

TEST(SortedValues, SumsAreThoseOfTheSmallestValues)
{
    const auto values = gaussian(1000, 6);
    const auto weights = studentT(1000, 7);
    std::vector<float> positive;
    for (const float weight : weights) {
        positive.push_back(std::abs(weight));
    }
    const SortedValues sorted(values, positive, {});
    SortedValues::Sums sums;
    for (std::size_t rank = 0; rank <= 1000; ++rank) {
        const auto found = sorted.sumsOf(rank);
        EXPECT_NEAR(found.weight, sums.weight, 1e-9);
        EXPECT_NEAR(found.first, sums.first, 1e-9);
        EXPECT_NEAR(found.second, sums.second, 1e-9);
        if (rank < 1000) {
            const auto x = static_cast<double>(sorted.value(rank));
            sums.weight += sorted.weight(rank);
            sums.first += sorted.weight(rank) * x;
            sums.second += sorted.weight(rank) * x * x;
        }
    }
    EXPECT_EQ(sorted.countBelow(static_cast<double>(sorted.value(500))), 500U);
    EXPECT_EQ(sorted.countUpTo(static_cast<double>(sorted.value(500))), 501U);
}

} // namespace
} // namespace bw::test
