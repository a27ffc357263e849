// The limits of theory, against figures that were computed independently (numpy and scipy) and textbooks.

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/distributions/entropy_coded.h"
#include "core/distributions/limit_lines.h"
#include "core/distributions/limits.h"
#include "core/distributions/lloyd_max.h"
#include "tests/core/distributions/samples.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <sstream>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

const std::vector<Density> densities { normalDensity, laplaceDensity, studentDensity(5), studentDensity(7),
    studentDensity(2.1), studentDensity(3), studentDensity(100) };

/// ∫ f from a to b by Simpson's rule.
template <class F>
double integral(double a, double b, F&& f)
{
    constexpr int parts = 20000;
    double sum = 0;
    for (int i = 0; i <= parts; ++i) {
        const double x = a + (b - a) * i / parts;
        sum += (i == 0 || i == parts ? 1 : i % 2 == 0 ? 2 : 4) * f(x);
    }
    return sum * (b - a) / parts / 3;
}

TEST(UnitDensity, ClosedFormsAreTheIntegrals)
{
    for (const Density& density : densities) {
        SCOPED_TRACE(density.nu);
        const UnitDensity unit(density);
        for (const auto& [from, to] : { std::pair(0.0, 0.7), std::pair(0.3, 2.0), std::pair(2.0, 9.0) }) {
            const auto p = [&](double x) { return unit.at(x); };
            EXPECT_NEAR(unit.shareAbove(from) - unit.shareAbove(to), integral(from, to, p), 1e-11);
            EXPECT_NEAR(unit.firstAbove(from) - unit.firstAbove(to),
                integral(from, to, [&](double x) { return x * p(x); }), 1e-11);
            EXPECT_NEAR(unit.secondAbove(from) - unit.secondAbove(to),
                integral(from, to, [&](double x) { return x * x * p(x); }), 1e-10);
        }
        EXPECT_NEAR(unit.shareAbove(-1.3), 1 - unit.shareAbove(1.3), 1e-14);
        EXPECT_NEAR(2 * unit.secondAbove(0), 1, 1e-12) << "root mean square 1";
        EXPECT_EQ(unit.shareAbove(std::numeric_limits<double>::infinity()), 0);
        for (const double share : { 1e-6, 0.1, 0.5, 0.9 }) {
            EXPECT_NEAR(unit.shareAbove(unit.pointWithShareAbove(share)) / share, 1, 1e-9);
        }
        // p^(1/3) and its shares, in ln x.
        const auto rootTail = [&](double from) {
            return integral(
                std::log(from), std::log(1e12), [&](double u) { return std::exp(unit.logAt(std::exp(u)) / 3 + u); });
        };
        if (density.kind != DensityKind::StudentT || density.nu >= 5) {
            const double whole = 2 * rootTail(1e-14);
            EXPECT_NEAR(std::pow(whole, 3) / unit.cubeRootNorm(), 1, 1e-5);
            EXPECT_NEAR(rootTail(unit.cubeRootPointAbove(0.2)) / whole, 0.2, 1e-5);
        }
    }
}

/// Section 1.16 of the reference figures: entropy, Shannon's bound, entropy-coded limit, fixed-length limit.
TEST(Limits, PublishedFigures)
{
    const struct
    {
        Density density;
        double entropy, shannon, entropyCoded, fixedLength;
    } rows[] { { normalDensity, 2.047096, 1.000000, 1.193017, 1.649454 },
        { laplaceDensity, 1.942695, 0.930191, 1.109734, 2.121320 },
        { studentDensity(5), 1.979507, 0.954232, 1.138415, 2.565100 },
        { studentDensity(7), 2.017093, 0.979418, 1.168462, 2.184805 } };
    for (const auto& row : rows) {
        EXPECT_NEAR(UnitDensity(row.density).entropy(), row.entropy, 1e-6);
        EXPECT_NEAR(shannonBound(row.density), row.shannon, 1e-6);
        EXPECT_NEAR(entropyCodedLimit(row.density), row.entropyCoded, 1e-6);
        EXPECT_NEAR(fixedLengthLimit(row.density), row.fixedLength, 2e-6);
    }
}

Density densityOfRow(const std::string& distribution, const std::string& params)
{
    return distribution == "Normal"                ? normalDensity
        : distribution == "Laplace"                ? laplaceDensity
        : params.find("df=5") != std::string::npos ? studentDensity(5)
                                                   : studentDensity(7);
}

/// R and bits per weight of a scheme of the table; nothing if the table's row is no figure of theory.
std::optional<std::pair<double, double>> theoryFor(const std::string& scheme, const Density& density, int bits)
{
    const double levels = 1 << bits;
    if (scheme == "bound_shannon_lower") {
        return { { shannonBound(density) / levels, bits } };
    }
    if (scheme == "asymptote_ecsq_high_rate") {
        return { { entropyCodedLimit(density) / levels, bits } };
    }
    if (scheme == "asymptote_panter_dite_fixed") {
        return { { fixedLengthLimit(density) / levels, bits } };
    }
    if (scheme == "lloyd_max_rms") {
        return { { optimalQuantizer(density, 1 << bits).error, bits } };
    }
    if (scheme == "ecsq_uniform_rms_shannon") {
        return { { uniformGridWithEntropy(density, bits).error, bits } };
    }
    if (scheme == "ecsq_uniform_rms_huffman") {
        const auto grid = uniformGridWithEntropy(density, bits);
        return { { grid.error, huffmanBits(density, grid.step) } };
    }
    return {};
}

TEST(Limits, RowsOfTheReferenceTable)
{
    const auto table = sharedDesign() / "reference-rmse.csv";
    if (sharedDesign().empty() || !std::filesystem::exists(table)) {
        GTEST_SKIP() << "skipped: no ../shared/design";
    }
    std::istringstream lines(readFile(table));
    std::map<std::string, std::size_t> checked;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        std::vector<std::string> fields;
        std::istringstream stream(line);
        for (std::string field; std::getline(stream, field, ',');) {
            fields.push_back(field);
        }
        const int bits = static_cast<int>(parseInt(fields[4]).value_or(0));
        const auto figures = theoryFor(fields[2], densityOfRow(fields[0], fields[1]), bits);
        if (!figures) {
            continue;
        }
        const double expected = parseDouble(fields[6]).value();
        EXPECT_NEAR(figures->first / expected, 1, 1e-5) << line;
        EXPECT_NEAR(figures->second, parseDouble(fields[5]).value(), 2e-6) << line;
        EXPECT_NEAR(figures->first * std::exp2(figures->second) / parseDouble(fields[7]).value(), 1, 2e-5) << line;
        ++checked[fields[2]];
    }
    EXPECT_EQ(checked["bound_shannon_lower"], 28U);
    EXPECT_EQ(checked["asymptote_ecsq_high_rate"], 28U);
    EXPECT_EQ(checked["asymptote_panter_dite_fixed"], 28U);
    EXPECT_EQ(checked["ecsq_uniform_rms_shannon"], 28U);
    EXPECT_EQ(checked["ecsq_uniform_rms_huffman"], 28U);
    EXPECT_EQ(checked["lloyd_max_rms"], 28U);
}

/// Max 1960, table I: distortions of the normalDensity density.
TEST(LloydMax, TextbookErrorsOfTheNormalDensity)
{
    const std::map<int, double> squaredErrors { { 1, 1 }, { 2, 0.3634 }, { 3, 0.1902 }, { 4, 0.1175 }, { 5, 0.07994 },
        { 7, 0.04400 }, { 8, 0.03454 }, { 16, 0.009497 } };
    for (const auto& [levels, error] : squaredErrors) {
        EXPECT_NEAR(std::pow(optimalQuantizer(normalDensity, levels).error, 2) / error, 1, 5e-4) << levels;
    }
}

TEST(LloydMax, EveryLevelIsTheMeanOfItsCell)
{
    for (const Density& density : densities) {
        const UnitDensity unit(density);
        double before = 2;
        for (const int count : { 1, 2, 3, 4, 5, 8, 11, 16, 33, 64, 128, 255, 256, 1024 }) {
            SCOPED_TRACE(toText(density.nu) + " " + toText(count));
            const auto quantizer = optimalQuantizer(density, count);
            const auto& levels = quantizer.levels;
            ASSERT_EQ(levels.size(), static_cast<std::size_t>(count));
            EXPECT_TRUE(std::is_sorted(levels.begin(), levels.end(), std::less_equal<>()));
            EXPECT_LT(quantizer.error, before);
            before = quantizer.error;
            for (std::size_t i = levels.size() / 2; i < levels.size(); ++i) {
                EXPECT_EQ(levels[i], -levels[levels.size() - 1 - i]);
                if (levels[i] == 0) {
                    continue;
                }
                const double begin = (levels[i] + levels[i - 1]) / 2;
                const double end
                    = i + 1 < levels.size() ? (levels[i] + levels[i + 1]) / 2 : std::numeric_limits<double>::infinity();
                const double mean
                    = (unit.firstAbove(begin) - unit.firstAbove(end)) / (unit.shareAbove(begin) - unit.shareAbove(end));
                EXPECT_NEAR(mean, levels[i], 1e-6 * (levels[i] - begin)) << i;
            }
        }
        EXPECT_NEAR(before * 1024 / fixedLengthLimit(density), 1, density.nu < 5 ? 1 : 0.01);
    }
    EXPECT_THROW(optimalQuantizer(normalDensity, 0), Error);
    EXPECT_THROW(optimalQuantizer(normalDensity, maxOptimalLevels + 1), Error);
}

/// Sums over cells by brute force.
TEST(EntropyCoded, GridFiguresAreTheSumsOverItsCells)
{
    for (const Density& density : { normalDensity, laplaceDensity, studentDensity(5), studentDensity(3) }) {
        const UnitDensity unit(density);
        for (const double zeroShare : { 0.0, 0.3 }) {
            for (const double step : { 0.05, 0.4, 1.5, 6.0 }) {
                double entropy = 0;
                double error = 0;
                for (int k = 0; k < static_cast<int>(2000 / step); ++k) {
                    const double begin = k == 0 ? 0 : (k - 0.5) * step;
                    const double end = (k + 0.5) * step;
                    const double share = 2 * (unit.shareAbove(begin) - unit.shareAbove(end));
                    const double first = 2 * (unit.firstAbove(begin) - unit.firstAbove(end));
                    const double second = 2 * (unit.secondAbove(begin) - unit.secondAbove(end));
                    const double found = (1 - zeroShare) * share + (k == 0 ? zeroShare : 0);
                    entropy -= found > 1e-300 ? found * std::log2(k == 0 ? found : found / 2) : 0;
                    error += second - 2 * k * step * first + k * step * k * step * share;
                }
                const auto grid = uniformGrid(density, step, zeroShare);
                EXPECT_NEAR(grid.entropy, entropy, 2e-6) << step;
                EXPECT_NEAR(grid.error * grid.error, error, 2e-6) << step;
            }
        }
    }
}

TEST(EntropyCoded, StepForAnEntropy)
{
    for (const Density& density : densities) {
        double before = 2;
        for (const double bits : { 0.01, 0.5, 1.0, 2.75, 4.0, 9.5, 16.0, 24.0 }) {
            const auto grid = uniformGridWithEntropy(density, bits);
            EXPECT_NEAR(uniformGrid(density, grid.step).entropy, bits, 1e-8);
            EXPECT_LT(grid.error, before);
            EXPECT_GE(grid.error * std::exp2(bits), shannonBound(density) * (1 - 1e-9)) << bits;
            before = grid.error;
        }
        EXPECT_NEAR(before * 0x1p24 / entropyCodedLimit(density), 1, 1e-6);
    }
    EXPECT_THROW(uniformGridWithEntropy(normalDensity, 0), Error);
    EXPECT_THROW(uniformGridWithEntropy(normalDensity, NAN), Error);
}

TEST(LimitLines, OfOneTensorTheyAreItsOwn)
{
    const auto fit = fitDistribution(makeTensor({ 20000 }, drawn(studentDensity(5), 20000, 3)));
    const ShannonLine line(std::span(&fit, 1));
    for (const double bits : { 0.1, 1.0, 2.5, 4.0, 9.0 }) {
        const auto limits = knownLimits(fit, bits);
        EXPECT_NEAR(*line.at(bits) / limits->shannon, 1, 1e-12);
        EXPECT_NEAR(knownLimits(std::span(&fit, 1), bits)->lloydMax / limits->lloydMax, 1, 1e-12);
        EXPECT_NEAR(*line.distance(bits, 2 * limits->shannon), 20 * std::log10(2.0), 1e-9);
    }
    EXPECT_FALSE(line.at(0));
    EXPECT_FALSE(line.at(100));
    EXPECT_FALSE(line.distance(4, 0));
    EXPECT_FALSE(ShannonLine().at(4));
    const DistributionFit none = fitDistribution(makeTensor({ 3 }, std::vector<float>(3)));
    EXPECT_FALSE(ShannonLine(std::span(&none, 1)).at(4));
    EXPECT_FALSE(knownLimits(std::span(&none, 1), 4));
    EXPECT_TRUE(limitLines(std::span(&none, 1), 2, 8, {}).empty());
}

TEST(LimitLines, OfSeveralTensorsErrorsAddUp)
{
    // A third of the weights at three times the size have 9/11 of the power.
    const std::vector<DistributionFit> fits { fitDistribution(makeTensor({ 20000 }, drawn(normalDensity, 20000, 1))),
        fitDistribution(makeTensor({ 10000 }, scaled(drawn(laplaceDensity, 10000, 2), 3))) };
    for (const double bits : { 2.0, 4.0, 6.0 }) {
        const double first = limitsAt(fits[0], bits).lloydMax;
        const double second = limitsAt(fits[1], bits).lloydMax;
        const double power = 20000 * fits[0].rms * fits[0].rms;
        const double other = 10000 * fits[1].rms * fits[1].rms;
        EXPECT_NEAR(other / (power + other), 9.0 / 11, 0.02);
        EXPECT_NEAR(knownLimits(fits, bits)->lloydMax,
            std::sqrt((power * first * first + other * second * second) / (power + other)), 1e-9);
        EXPECT_NEAR(*ShannonLine(fits).at(bits) / knownLimits(fits, bits)->shannon, 1, 1e-12);
    }
    const auto lines = limitLines(fits, 2, 6, {});
    ASSERT_GE(lines.size(), 16U);
    EXPECT_EQ(lines.front().bits, 2);
    EXPECT_EQ(lines.back().bits, 6);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_NEAR(std::exp2(lines[i].bits), std::round(std::exp2(lines[i].bits)), 1e-9);
        EXPECT_TRUE(i == 0 || lines[i].bits > lines[i - 1].bits);
        EXPECT_LT(lines[i].shannon, lines[i].entropyCoded);
        EXPECT_LT(lines[i].entropyCoded, lines[i].lloydMax);
    }
    EXPECT_EQ(lines.back(), *knownLimits(fits, 6));
}

TEST(Limits, OrderAtEveryRate)
{
    for (const Density& density : densities) {
        for (const double zeroShare : { 0.0, 0.001, 0.5, 0.95 }) {
            for (const double bits : { 0.5, 1.0, 2.0, 2.5, 3.0, 4.25, 6.0, 9.0 }) {
                SCOPED_TRACE(toText(density.nu) + " " + toText(zeroShare) + " " + toText(bits));
                const auto limits = limitsAt(density, bits, zeroShare);
                EXPECT_EQ(limits.bits, bits);
                EXPECT_LE(limits.shannon, limits.entropyCoded * (1 + 1e-9));
                // 2^bits is no whole number of levels for all of these.
                const double levels = std::round(std::exp2(bits));
                if (zeroShare < 0.9 && levels == std::exp2(bits)) {
                    EXPECT_LE(limits.shannon, limits.lloydMax);
                    EXPECT_LE(limits.lloydMax, levels * (1 + 1e-9));
                }
                EXPECT_GT(limits.shannon, 0);
            }
        }
    }
}

} // namespace
} // namespace bw::test
