#include "core/evaluate/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace bw {
namespace {

struct McNemarCase
{
    std::uint64_t onlyA;
    std::uint64_t onlyB;
    double p;
};

// min(1, 2·Σ_{k ≤ min} C(n, k) / 2^n) in exact fractions.
TEST(Metrics, McNemarIsTheExactTest)
{
    for (const McNemarCase& known : { McNemarCase { 0, 0, 1 }, { 1, 0, 1 }, { 3, 3, 1 }, { 5, 1, 0.21875 },
             { 1, 5, 0.21875 }, { 10, 20, 0.09873714670538902 }, { 0, 12, 0.00048828125 },
             { 150, 90, 0.00012987667540779148 }, { 400, 900, 1.20134568642395e-44 } }) {
        EXPECT_NEAR(mcnemarP(known.onlyA, known.onlyB) / known.p, 1, 1e-9) << known.onlyA << " " << known.onlyB;
    }
}

struct WilsonCase
{
    std::uint64_t successes;
    std::uint64_t n;
    double low;
    double high;
};

TEST(Metrics, ProportionsHaveWilsonIntervals)
{
    for (const WilsonCase& known :
        { WilsonCase { 0, 10, 0, 0.2775327998628892 }, { 10, 10, 0.7224672001371107, 1 },
            { 5, 10, 0.236593090512564, 0.7634069094874361 }, { 1, 2000, 8.826773070546787e-05, 0.0028268625032662133 },
            { 1636, 2000, 0.8004855285111957, 0.8342952294179272 } }) {
        const auto metric = proportion("top1", known.successes, known.n);
        EXPECT_DOUBLE_EQ(metric.value, static_cast<double>(known.successes) / static_cast<double>(known.n));
        EXPECT_NEAR(metric.low, known.low, 1e-12);
        EXPECT_NEAR(metric.high, known.high, 1e-12);
        EXPECT_EQ(metric.n, known.n);
        EXPECT_EQ(metric.name, "top1");
    }
    EXPECT_EQ(proportion("x", 0, 0), (Metric { "x", 0, 0, 1, 0 }));
}

TEST(Metrics, MeansHaveNormalIntervals)
{
    const auto metric = meanMetric("cross_entropy", std::vector<double> { 0.1, 0.5, 0.2, 0.9, 1.4 });
    EXPECT_NEAR(metric.value, 0.62, 1e-15);
    EXPECT_NEAR(metric.low, 0.1504260055030276, 1e-12);
    EXPECT_NEAR(metric.high, 2 * 0.62 - 0.1504260055030276, 1e-12);
    const auto one = meanMetric("x", std::vector<double> { 3 });
    EXPECT_EQ(one, (Metric { "x", 3, 3, 3, 1 }));
}

TEST(Metrics, QuantilesAreValuesOfTheSample)
{
    std::vector<double> values(1000);
    std::iota(values.begin(), values.end(), 1.0);
    std::reverse(values.begin(), values.end());
    const auto metric = quantileMetric("kl_p99", values, 0.99);
    EXPECT_EQ(metric.value, 990);
    EXPECT_EQ(metric.low, 983); // 990 ± 1.96·√9.9
    EXPECT_EQ(metric.high, 998);
    EXPECT_EQ(quantileMetric("x", { 7 }, 0.99), (Metric { "x", 7, 7, 7, 1 }));
}

TEST(Metrics, RatiosInDecibels)
{
    const auto metric
        = ratioDbMetric("sqnr_db", std::vector<double> { 4, 9, 1 }, std::vector<double> { 0.04, 0.01, 0.05 });
    EXPECT_NEAR(metric.value, 21.46128035678238, 1e-12);
    EXPECT_NEAR(metric.high - metric.value, 5.967090211041429, 1e-12);
    EXPECT_NEAR(metric.value - metric.low, 5.967090211041429, 1e-12);
    EXPECT_EQ(ratioDbMetric("x", std::vector<double> { 1 }, std::vector<double> { 0 }).value, 300);
}

TEST(Metrics, LogProbabilities)
{
    std::vector<double> out;
    logProbabilities(std::vector<float> { 1.5F, -2, 0.25F }, false, out);
    EXPECT_NEAR(out[0], -0.2751302622476355, 1e-15);
    EXPECT_NEAR(out[1], -3.7751302622476355, 1e-15);
    EXPECT_NEAR(out[2], -1.5251302622476355, 1e-15);
    logProbabilities(std::vector<float> { 3000, -3000 }, false, out); // no overflow
    EXPECT_EQ(out[0], 0);
    EXPECT_EQ(out[1], -6000);
    logProbabilities(std::vector<float> { 0.25F, 0.75F, 0 }, true, out);
    EXPECT_DOUBLE_EQ(out[1], std::log(0.75));
    EXPECT_NEAR(out[2], std::log(1e-38), 1e-9);
}

TEST(Metrics, Divergence)
{
    const std::vector<double> p { std::log(0.7), std::log(0.2), std::log(0.1) };
    const std::vector<double> q { std::log(0.5), std::log(0.25), std::log(0.25) };
    EXPECT_NEAR(klDivergence(p, q), 0.09927278218459154, 1e-15);
    EXPECT_EQ(klDivergence(p, p), 0);
    const std::vector<double> certain { 0, -std::numeric_limits<double>::infinity() };
    EXPECT_EQ(klDivergence(certain, certain), 0);
    EXPECT_EQ(klDivergence(q, { std::vector<double> { 0, -std::numeric_limits<double>::infinity(), -1 } }),
        std::numeric_limits<double>::infinity());
}

TEST(Metrics, Ranks)
{
    EXPECT_EQ(argmax(std::vector<float> { 1, 3, 3, 2 }), 1);
    const std::vector<float> outputs { 6, 5, 4, 3, 2, 2, 1 };
    EXPECT_TRUE(isInTopFive(outputs, 4));
    EXPECT_FALSE(isInTopFive(outputs, 5)); // equal, but later
    EXPECT_FALSE(isInTopFive(outputs, 6));
}

TEST(Metrics, Probabilities)
{
    EXPECT_TRUE(looksLikeProbabilities(std::vector<float> { 0.25F, 0.75F, 1, 0 }, 2));
    EXPECT_FALSE(looksLikeProbabilities(std::vector<float> { 0.25F, 0.75F, 1, 0.1F }, 2));
    EXPECT_FALSE(looksLikeProbabilities(std::vector<float> { -0.25F, 1.25F }, 2));
    EXPECT_FALSE(looksLikeProbabilities(std::vector<float> { std::nanf(""), 1 }, 2));
    EXPECT_FALSE(looksLikeProbabilities(std::vector<float> { 1, 1 }, 1));
}

TEST(Metrics, ComparisonsCountWhatOnlyOneGetsRight)
{
    std::vector<bool> a(2000, true);
    std::vector<bool> b(2000, true);
    std::fill_n(b.begin(), 30, false); // only a right
    std::fill_n(a.begin() + 100, 12, false); // only b right
    const auto comparison = compareCorrect(a, b);
    EXPECT_DOUBLE_EQ(comparison.difference, -0.009);
    EXPECT_NEAR(comparison.low, -0.015398668579577578, 1e-12);
    EXPECT_NEAR(comparison.high, -0.0025833494024404017, 1e-12);
    EXPECT_EQ(comparison.p, mcnemarP(30, 12));
    EXPECT_EQ(comparison.metric, "top1");
    const auto same = compareCorrect(std::vector<bool>(100, true), std::vector<bool>(100, true));
    EXPECT_EQ(same.difference, 0);
    EXPECT_NEAR(same.high, 0.019215333181765236, 1e-12);
    EXPECT_EQ(same.p, 1);
}

} // namespace
} // namespace bw
