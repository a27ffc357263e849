#include "core/base/half.h"
#include "core/base/parallel.h"
#include "core/base/text.h"
#include "core/distributions/distribution_fit.h"
#include "core/distributions/magnitude_counts.h"
#include "tests/core/distributions/samples.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

DistributionFit fitted(std::vector<float> values)
{
    const auto count = static_cast<std::int64_t>(values.size());
    return fitDistribution(makeTensor({ count }, std::move(values)));
}

TensorView inBytes(DType dtype, const std::vector<float>& values, std::uint16_t (*convert)(float))
{
    std::vector<std::byte> bytes(values.size() * 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto half = convert(values[i]);
        std::memcpy(bytes.data() + 2 * i, &half, 2);
    }
    return makeTensor(dtype, { static_cast<std::int64_t>(values.size()) }, std::move(bytes));
}

TEST(MagnitudeCounts, EveryWeightIsInItsCell)
{
    std::vector<float> values { 0.0F, -0.0F, 1.0F, -1.0F, 1.001F, 1e-45F, -1e-39F, 3e38F, NAN, INFINITY,
        std::numeric_limits<float>::max(), -0.7F };
    const auto counts = countMagnitudes(makeTensor({ 12 }, values), {});
    EXPECT_EQ(counts.zeros, 2U);
    EXPECT_EQ(counts.nonFinite, 2U);
    EXPECT_EQ(counts.count, 8U);
    EXPECT_EQ(counts.largest, static_cast<double>(std::numeric_limits<float>::max()));
    std::uint64_t positive = 0;
    double end = 0;
    for (const auto& cell : counts.cells) {
        EXPECT_LE(end, cell.begin);
        EXPECT_LT(cell.begin, cell.end);
        EXPECT_LE(cell.begin, cell.magnitude);
        EXPECT_GE(cell.end, cell.magnitude);
        end = cell.end;
        positive += cell.positive;
        const auto inCell = std::count_if(values.begin(), values.end(), [&](float value) {
            const auto x = static_cast<double>(std::abs(value));
            return x > 0 && x >= cell.begin && x < cell.end;
        });
        EXPECT_EQ(cell.count(), static_cast<std::uint64_t>(inCell)) << cell.magnitude;
    }
    EXPECT_EQ(positive, 5U);
}

TEST(DistributionFit, FindsTheDensityTheWeightsWereDrawnFrom)
{
    constexpr std::size_t count = std::size_t { 1 } << 18;
    const struct
    {
        Density density;
        double nuTolerance;
    } cases[] { { normalDensity, 0 }, { laplaceDensity, 0 }, { studentDensity(2.5), 0.05 }, { studentDensity(5), 0.15 },
        { studentDensity(12), 0.8 }, { studentDensity(40), 10 } };
    for (const auto& [density, tolerance] : cases) {
        SCOPED_TRACE(toText(density.nu));
        const auto fit = fitted(scaled(drawn(density, count, 5), 0.03F));
        ASSERT_TRUE(fit.exists());
        const auto& best = fit.chosen();
        EXPECT_EQ(best.density.kind, density.kind);
        EXPECT_EQ(fit.count, count);
        if (density.kind == DensityKind::StudentT) {
            EXPECT_NEAR(best.density.nu, density.nu, tolerance);
        }
        const double scale = 0.03 / UnitDensity::rmsPerScale(density);
        EXPECT_NEAR(best.scale / scale, 1, 0.01);
        EXPECT_LT(fit.ksDistance, 1.63 / std::sqrt(count)) << "a chance of 1 %";
        EXPECT_LT(fit.divergence, 1e-4);
        // The mean of -ln p is the entropy of the density, up to chance.
        const double nats = UnitDensity(density).entropy() * std::log(2.0) + std::log(0.03);
        EXPECT_NEAR(-best.logLikelihood, nats, 0.01);
    }
}

/// torch.distributions and L-BFGS in float64, over every single weight.
TEST(DistributionFit, AgreesWithAnIndependentMaximumLikelihood)
{
    TempDir dir;
    for (const Density& density : { studentDensity(3.2), studentDensity(8), laplaceDensity }) {
        const auto values = scaled(drawn(density, 40000, 11), 0.05F);
        const auto path = dir / "values.f32";
        writeFile(path, { reinterpret_cast<const char*>(values.data()), values.size() * 4 });
        std::istringstream answer(runPython(R"(
import sys, torch
x = torch.frombuffer(bytearray(open(sys.argv[1], 'rb').read()), dtype=torch.float32).double()
parameters = torch.tensor([1.5, float(x.abs().mean().log())], dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.LBFGS([parameters], lr=0.5, max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-16,
                              line_search_fn='strong_wolfe')
def loss():
    optimizer.zero_grad()
    value = -torch.distributions.StudentT(parameters[0].exp(), 0.0, parameters[1].exp()).log_prob(x).mean()
    value.backward()
    return value
optimizer.step(loss)
zero = torch.zeros(1, dtype=torch.float64)
scale = x.abs().mean()
laplaceDensity = float(torch.distributions.Laplace(zero, scale).log_prob(x).mean())
deviation = (x * x).mean().sqrt()
normalDensity = float(torch.distributions.Normal(zero, deviation).log_prob(x).mean())
nu, s = (float(v) for v in parameters.exp())
print(repr(nu), repr(s), repr(-float(loss())), repr(float(scale)), repr(laplaceDensity), repr(float(deviation)), repr(normalDensity))
)",
            { path.string() }));
        double nu = 0, s = 0, likelihood = 0, mean = 0, laplaceLikelihood = 0, deviation = 0, normalLikelihood = 0;
        answer >> nu >> s >> likelihood >> mean >> laplaceLikelihood >> deviation >> normalLikelihood;
        ASSERT_GT(nu, 0);
        const auto fit = fitted(values);
        EXPECT_NEAR(fit.candidates[2].density.nu / nu, 1, 1e-3);
        EXPECT_NEAR(fit.candidates[2].scale / s, 1, 1e-4);
        EXPECT_NEAR(fit.candidates[2].logLikelihood, likelihood, 4e-5) << "weights count as the middle of their cell";
        EXPECT_NEAR(fit.candidates[1].scale / mean, 1, 1e-9);
        EXPECT_NEAR(fit.candidates[1].logLikelihood, laplaceLikelihood, 1e-9);
        EXPECT_NEAR(fit.candidates[0].scale / deviation, 1, 1e-9);
        EXPECT_NEAR(fit.candidates[0].logLikelihood, normalLikelihood, 1e-9);
    }
}

/// Against the definition, over every single weight.
TEST(DistributionFit, GoodnessIsWhatItSays)
{
    auto values = drawn(studentDensity(5), 20000, 3);
    for (std::size_t i = 0; i < 4000; ++i) {
        values[i] = 0.5F + values[i] * 0.2F; // a bump on one side
    }
    const auto fit = fitted(values);
    const UnitDensity unit(fit.chosen().density);
    std::sort(values.begin(), values.end());
    double distance = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double below = 1 - unit.shareAbove(static_cast<double>(values[i]) / fit.chosen().rms());
        const auto n = static_cast<double>(values.size());
        distance = std::max({ distance, std::abs(static_cast<double>(i) / n - below),
            std::abs(static_cast<double>(i + 1) / n - below) });
    }
    EXPECT_GT(distance, 0.05);
    EXPECT_NEAR(fit.ksDistance, distance, 1e-3);
}

/// A density between two of the kinds: half the weights of one size, half of another. The divergence is known.
TEST(DistributionFit, DivergenceIsThatOfTheDensities)
{
    constexpr std::size_t count = std::size_t { 1 } << 19;
    auto values = drawn(normalDensity, count, 9);
    for (std::size_t i = 0; i < count; i += 2) {
        values[i] *= 8;
    }
    const auto fit = fitted(values);
    const UnitDensity unit(fit.chosen().density);
    const UnitDensity small(normalDensity);
    double divergence = 0;
    for (double x = 0.0005; x < 60; x += 0.001) {
        const double p = small.at(x) / 2 + small.at(x / 8) / 16;
        const double q = unit.at(x / fit.chosen().rms()) / fit.chosen().rms();
        divergence += p > 0 ? 2 * p * std::log(p / q) * 0.001 : 0;
    }
    EXPECT_GT(divergence, 0.02);
    EXPECT_NEAR(fit.divergence, divergence, 0.05 * divergence);
}

TEST(DistributionFit, NothingToFit)
{
    for (const auto& values :
        { std::vector<float> {}, std::vector<float> { 0, -0.0F, 0 }, std::vector<float> { NAN, INFINITY, 0 } }) {
        const auto fit = fitted(values);
        EXPECT_FALSE(fit.exists());
        EXPECT_EQ(fit.ksDistance, 0);
    }
    EXPECT_EQ(fitted({ 0, 0, NAN }).zeros, 2U);
    EXPECT_EQ(fitted({ 0, 0, NAN }).nonFinite, 1U);
}

TEST(DistributionFit, AwkwardWeightsGiveUsableFigures)
{
    std::vector<float> manyOrders = drawn(normalDensity, 3000, 1);
    for (std::size_t i = 0; i < manyOrders.size(); ++i) {
        manyOrders[i] *= std::pow(10.0F, static_cast<float>(i % 60) - 30);
    }
    auto outlier = drawn(normalDensity, 3000, 1);
    outlier[7] = 1e6F;
    constexpr float largest = std::numeric_limits<float>::max();
    for (const auto& values : { std::vector<float> { 0.3F }, std::vector<float>(100, -0.25F), manyOrders, outlier,
             std::vector<float> { largest, -largest, 1 }, scaled(drawn(laplaceDensity, 3000, 2), 1e-40F),
             scaled(drawn(laplaceDensity, 3000, 2), 1e37F), std::vector<float> { 1e-45F, -1e-45F } }) {
        SCOPED_TRACE(values.front());
        const auto fit = fitted(values);
        ASSERT_TRUE(fit.exists());
        for (const auto& candidate : fit.candidates) {
            EXPECT_TRUE(std::isfinite(candidate.logLikelihood));
            EXPECT_GT(candidate.scale, 0);
        }
        EXPECT_GE(fit.ksDistance, 0);
        EXPECT_LE(fit.ksDistance, 1);
        EXPECT_TRUE(std::isfinite(fit.divergence));
        const auto limits = limitsAt(fit, 4);
        EXPECT_TRUE(std::isfinite(limits.shannon) && limits.shannon > 0);
    }
    EXPECT_TRUE(fitted(manyOrders).isHeaviest());
    EXPECT_GE(fitted(std::vector<float>(100, -0.25F)).ksDistance, 0.5) << "all on one side";
}

TEST(DistributionFit, DependsOnNothingButTheWeights)
{
    auto values = drawn(studentDensity(4), 300000, 21);
    const auto fit = fitted(values);
    // Scale and sign.
    const auto larger = fitted(scaled(values, -1024));
    EXPECT_EQ(larger.chosen().density, fit.chosen().density);
    EXPECT_DOUBLE_EQ(larger.chosen().scale, 1024 * fit.chosen().scale);
    // Weights too small for bfloat16's normalDensity numbers.
    const auto tiny = fitted(scaled(values, 0x1p-130F));
    EXPECT_NEAR(tiny.chosen().density.nu, fit.chosen().density.nu, 1e-3);
    // Zeros.
    auto pruned = values;
    pruned.insert(pruned.end(), 100000, 0.0F);
    const auto sparse = fitted(pruned);
    EXPECT_NEAR(sparse.chosen().density.nu, fit.chosen().density.nu, 1e-6);
    EXPECT_EQ(sparse.zeroShare(), 0.25);
    EXPECT_NEAR(limitsAt(sparse, 3).shannon, limitsAt(fit, 3).shannon * std::exp2(3 - 4), 1e-6);
    // Storage.
    const auto halves = fitDistribution(inBytes(DType::F16, values, floatToHalf));
    EXPECT_NEAR(halves.chosen().density.nu, fit.chosen().density.nu, 0.005);
    const auto brain = fitDistribution(inBytes(DType::BF16, values, floatToBfloat));
    EXPECT_NEAR(brain.chosen().density.nu, fit.chosen().density.nu, 0.005);
    EXPECT_NEAR(brain.ksDistance, fit.ksDistance, 1e-3);
    // Threads.
    const auto big = makeTensor({ 3, 1 << 20 }, drawn(laplaceDensity, std::size_t { 3 } << 20, 4));
    setThreadCount(1);
    const auto one = fitDistribution(big);
    setThreadCount(2);
    const auto two = fitDistribution(big);
    setThreadCount(0);
    EXPECT_EQ(one.chosen().scale, two.chosen().scale);
    EXPECT_EQ(one.candidates[2].density.nu, two.candidates[2].density.nu);
    EXPECT_EQ(one.ksDistance, two.ksDistance);
    EXPECT_EQ(one.divergence, two.divergence);
}

TEST(DistributionFit, CanBeCancelled)
{
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(
        fitDistribution(makeTensor({ 1000 }, drawn(normalDensity, 1000, 1)), JobContext(source.get_token())), Canceled);
}

} // namespace
} // namespace bw::test
