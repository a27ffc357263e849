#include "core/base/text.h"
#include "core/stats/layer_stats.h"
#include "tests/core/stats/random_values.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

namespace bw {
namespace {

/// Prints the figures of the float32 values in file argv[1], then the counts and edges of a histogram of argv[2] bins.
constexpr const char* numpyProgram = R"(
import sys
import numpy as np
x = np.fromfile(sys.argv[1], dtype='<f4').astype(np.float64)
nan, inf = int(np.isnan(x).sum()), int(np.isinf(x).sum())
x = x[np.isfinite(x)]
m, s = x.mean(), x.std()
d = x - m
z = d / s
figures = [nan, inf, int((x == 0).sum()), x.min(), x.max(), m, s, np.sqrt((x * x).mean()), (z ** 3).mean(), (z ** 4).mean(),
           (np.abs(d) > 3 * s).mean(), (np.abs(d) > 6 * s).mean()]
print(' '.join(repr(float(f)) for f in figures))
counts, edges = np.histogram(x, bins=int(sys.argv[2]), range=(x.min(), x.max()))
print(' '.join(str(c) for c in counts))
print(' '.join(repr(float(e)) for e in edges))
)";

std::vector<double> numbers(const std::string& line)
{
    std::vector<double> out;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
        out.push_back(parseDouble(word).value_or(NAN));
    }
    return out;
}

void expectNear(double actual, double expected, const char* what)
{
    EXPECT_NEAR(actual, expected, 1e-9 * std::max(std::abs(expected), 1e-6)) << what;
}

struct Case
{
    const char* name;
    std::vector<float> values;
    int bins;
};

std::vector<Case> cases()
{
    using test::normalValues;
    std::vector<Case> all { { "normal", normalValues(300000, 1, 0.01F, 0.05F), 256 },
        { "far from zero", normalValues(100000, 2, 10, 0.01F), 100 }, { "few", normalValues(17, 3), 10 },
        { "one bin", normalValues(1000, 4), 1 }, { "many bins", normalValues(50000, 5), 10000 } };
    auto heavy = normalValues(200000, 6);
    for (float& value : heavy) {
        value = value * value * value;
    }
    all.push_back({ "heavy tails", heavy, 999 });
    auto whole = normalValues(100000, 7, 0, 40);
    for (float& value : whole) {
        value = std::round(value);
    }
    all.push_back({ "whole numbers", whole, 128 });
    auto grid = normalValues(100000, 8);
    for (float& value : grid) {
        value = std::round(value * 10) * 0.1F;
    }
    all.push_back({ "values on edges", grid, 80 });
    auto holes = normalValues(70000, 9);
    for (std::size_t i = 0; i < holes.size(); i += 3) {
        holes[i] = i % 2 == 0 ? NAN : i % 5 == 0 ? INFINITY : 0;
    }
    all.push_back({ "holes", holes, 64 });
    return all;
}

TEST(AgainstNumpy, FiguresAndHistogramsAgree)
{
    const test::TempDir dir;
    for (const Case& example : cases()) {
        SCOPED_TRACE(example.name);
        test::writeFile(dir / "values", test::floatBytes(example.values));
        std::istringstream output(
            test::runPython(numpyProgram, { (dir / "values").string(), std::to_string(example.bins) }));
        std::string figureLine;
        std::string countLine;
        std::string edgeLine;
        ASSERT_TRUE(
            std::getline(output, figureLine) && std::getline(output, countLine) && std::getline(output, edgeLine));
        const auto figures = numbers(figureLine);
        ASSERT_EQ(figures.size(), 12U);
        const auto both = computeStatsAndHistogram(
            makeTensor({ static_cast<std::int64_t>(example.values.size()) }, example.values), example.bins);
        const LayerStats& stats = both.stats;
        EXPECT_EQ(static_cast<double>(stats.nanCount), figures[0]);
        EXPECT_EQ(static_cast<double>(stats.infCount), figures[1]);
        EXPECT_EQ(static_cast<double>(stats.zeroCount), figures[2]);
        EXPECT_EQ(stats.min, figures[3]);
        EXPECT_EQ(stats.max, figures[4]);
        expectNear(stats.mean, figures[5], "mean");
        expectNear(stats.std, figures[6], "std");
        expectNear(stats.rms, figures[7], "rms");
        expectNear(stats.skewness, figures[8], "skewness");
        expectNear(stats.kurtosis, figures[9], "kurtosis");
        EXPECT_EQ(stats.share3Sigma, figures[10]);
        EXPECT_EQ(stats.share6Sigma, figures[11]);
        const auto counts = numbers(countLine);
        EXPECT_EQ(std::vector<double>(both.histogram.counts.begin(), both.histogram.counts.end()), counts);
        EXPECT_EQ(both.histogram.edges, numbers(edgeLine));
    }
}

} // namespace
} // namespace bw
