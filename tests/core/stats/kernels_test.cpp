#include "core/base/parallel.h"
#include "core/stats/binning.h"
#include "core/stats/layer_stats.h"
#include "core/stats/stats_kernels.h"
#include "tests/core/stats/random_values.h"
#include "tests/core/stats/reference_kernels.h"
#include "tests/support/instruction_sets.h"

#include <bit>
#include <functional>

#include <gtest/gtest.h>

namespace bw {
namespace {

std::vector<std::vector<float>> manyRuns()
{
    std::mt19937 random(5);
    std::vector<std::vector<float>> runs;
    for (std::size_t count = 1; count <= 100; ++count) {
        runs.push_back(test::normalValues(count, static_cast<unsigned>(count)));
        runs.push_back(test::nastyValues(random, count));
    }
    runs.push_back(test::normalValues(4096, 1));
    runs.push_back(test::normalValues(4095, 2, 1000, 0.001F));
    return runs;
}

std::uint64_t bitsOf(double value)
{
    return std::bit_cast<std::uint64_t>(value);
}

TEST(StatsKernels, EveryInstructionSetGivesTheBitsOfTheReference)
{
    const auto runs = manyRuns();
    test::forEachInstructionSet([&] {
        for (const auto& run : runs) {
            const auto expected = test::referenceRunSums(run);
            const auto sums = stats::runSums(run);
            ASSERT_EQ(sums.isFinite, expected.isFinite) << run.size();
            if (!sums.isFinite) {
                continue;
            }
            EXPECT_EQ(sums.min, expected.min);
            EXPECT_EQ(sums.max, expected.max);
            EXPECT_EQ(sums.zeros, expected.zeros);
            EXPECT_EQ(bitsOf(sums.sum), bitsOf(expected.sum)) << run.size();
            EXPECT_EQ(bitsOf(sums.sumOfSquares), bitsOf(expected.sumOfSquares)) << run.size();
            const auto central = stats::centralSums(run, 0.25);
            const auto expectedCentral = test::referenceCentralSums(run, 0.25);
            EXPECT_EQ(bitsOf(central.second), bitsOf(expectedCentral.second));
            EXPECT_EQ(bitsOf(central.third), bitsOf(expectedCentral.third));
            EXPECT_EQ(bitsOf(central.fourth), bitsOf(expectedCentral.fourth));
        }
    });
}

TEST(StatsKernels, TailsAndLargeValuesAreFoundAsByTheReference)
{
    const auto runs = manyRuns();
    test::forEachInstructionSet([&] {
        for (const auto& run : runs) {
            const stats::Tails near { -0.5F, 1.0F };
            const stats::Tails far { -1.0F, 2.0F };
            const auto counts = stats::countTails(run, near, far);
            const auto expected = test::referenceCountTails(run, near, far);
            EXPECT_EQ(counts.near, expected.near);
            EXPECT_EQ(counts.far, expected.far);
            for (const float threshold : { -1.0F, 0.0F, 0.7F, 1e30F }) {
                for (std::size_t start = 0; start <= run.size(); start += 1 + start) {
                    EXPECT_EQ(stats::findAbove(run, start, threshold), test::referenceFindAbove(run, start, threshold));
                }
            }
        }
    });
}

/// The bin by the definition: the last edge that is not above x.
std::size_t binByEdges(const std::vector<double>& edges, float x)
{
    if (!(x >= edges.front() && x <= edges.back())) {
        return edges.size() - 1;
    }
    const auto above = std::upper_bound(edges.begin(), edges.end(), static_cast<double>(x));
    return std::min(static_cast<std::size_t>(above - edges.begin()) - 1, edges.size() - 2);
}

TEST(StatsKernels, BinsFollowTheEdgesAlsoForValuesOnAndBesideThem)
{
    struct Range
    {
        float low;
        float high;
        int bins;
    };
    const std::vector<Range> ranges { { -1, 1, 256 }, { 0, 255, 255 }, { 0.1F, 0.7F, 1000 }, { -3e38F, -2e38F, 77 },
        { 1000, 1000.001F, 16 }, { -1e-40F, 1e-40F, 10 }, { 1, std::nextafter(1.0F, 2.0F), 4 }, { -0.3F, 5, 1 },
        { -7, 8, 4096 }, { 0, 1, 5000 }, { -3e38F, 3e38F, 64 } };
    test::forEachInstructionSet([&] {
        std::mt19937 random(3);
        for (const Range& range : ranges) {
            const stats::Binner binner(range.low, range.high, range.bins);
            std::vector<float> values;
            for (const double edge : binner.edges()) {
                const auto near = static_cast<float>(edge);
                values.insert(values.end(), { near, std::nextafter(near, -INFINITY), std::nextafter(near, INFINITY) });
            }
            for (int i = 0; i < 5000; ++i) {
                const double part = static_cast<double>(random()) / 0x1p32;
                values.push_back(static_cast<float>(range.low + part * (static_cast<double>(range.high) - range.low)));
            }
            values.insert(values.end(), { NAN, INFINITY, -INFINITY, range.low - 1, range.high + 1, 0.0F, -0.0F });
            std::vector<std::uint32_t> expected(binner.bins() + 1);
            std::uint64_t outside = 0;
            auto counts = binner.emptyCounts();
            for (std::size_t at = 0; at < values.size(); at += stats::groupSize) {
                outside += binner.count(
                    std::span(values).subspan(at, std::min<std::size_t>(stats::groupSize, values.size() - at)), counts);
            }
            for (const float value : values) {
                const std::size_t bin = binByEdges(binner.edges(), value);
                ++expected[bin];
                EXPECT_EQ(binner.binOf(value), bin) << value;
            }
            EXPECT_EQ(outside, expected.back());
            for (std::size_t bin = 0; bin < binner.bins(); ++bin) {
                ASSERT_EQ(counts.inBin(bin), expected[bin]) << range.low << " " << bin;
            }
        }
    });
}

TEST(StatsKernels, WholeStatisticsAreTheSameOnEveryInstructionSet)
{
    std::vector<StatsAndHistogram> results;
    auto values = test::normalValues(300 * 1007, 9, 0.1F, 2);
    values[1234] = NAN;
    values[200000] = INFINITY;
    const auto tensor = makeTensor({ 300, 1007 }, std::move(values));
    test::forEachInstructionSet([&] { results.push_back(computeStatsAndHistogram(tensor, 300)); });
    for (const auto& result : results) {
        EXPECT_EQ(result.stats, results.front().stats);
        EXPECT_EQ(result.histogram, results.front().histogram);
    }
}

} // namespace
} // namespace bw
