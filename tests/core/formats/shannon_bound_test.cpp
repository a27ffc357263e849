// Nothing beats Shannon's lower bound: every format of the registry on independent draws of known densities.

#include "core/distributions/distribution_fit.h"
#include "core/formats/format_family.h"
#include "core/stats/error_metrics.h"
#include "tests/core/distributions/samples.h"
#include "tests/core/formats/format_support.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

constexpr std::int64_t rows = 32;
constexpr std::int64_t columns = 4096;
/// What chance may take off the error of so many draws: five standard errors of normal draws, and tails that they lack.
constexpr double margin = 0.015;

/// Root mean squared error · 2^bits, the density having a root mean square of 1; nothing for codes without an error.
std::optional<double> figureOf(const QuantFormat& format, const TensorView& matrix)
{
    const auto tensor = encodeTensor(fitCodec(format, matrix, {}), matrix, 0, {});
    const auto sums = errorSums(toFloats(matrix), toFloats(dequantize(tensor, {})));
    const double bits = static_cast<double>(tensor.bits()) / static_cast<double>(tensor.count());
    if (sums.squaredError == 0) {
        // Draws in float32 are not continuous: at that many bits a code may keep them as they are.
        EXPECT_GE(bits, 24) << formatText(format);
        return std::nullopt;
    }
    return std::sqrt(sums.squaredError / static_cast<double>(sums.count)) * std::exp2(bits);
}

TEST(ShannonBound, NoFormatIsBelow)
{
    for (const Density& density : { normalDensity, laplaceDensity, studentDensity(5), studentDensity(7) }) {
        const double bound = shannonBound(density);
        const auto matrix
            = makeTensor({ rows, columns }, drawn(density, static_cast<std::size_t>(rows * columns), 2026));
        double nearest = std::numeric_limits<double>::infinity();
        std::size_t checked = 0;
        for (const auto* family : formatFamilies().entries()) {
            for (const auto& example : family->examples) {
                if (const auto figure = figureOf(parseFormat(example), matrix)) {
                    EXPECT_GE(*figure, bound * (1 - margin)) << example << " on " << densityTitle(density).english();
                    nearest = std::min(nearest, *figure / bound);
                    ++checked;
                }
            }
        }
        EXPECT_GE(checked, 60U);
        // The bound is within reach: a test against a far smaller number would see nothing.
        EXPECT_LT(nearest, 2.0) << densityTitle(density).english();
    }
}

/// What the window and the command line compare with: the limits of a fit to the draws are those of the density.
TEST(ShannonBound, LimitsOfAFitAreThoseOfTheDensity)
{
    for (const Density& density : { normalDensity, laplaceDensity, studentDensity(5), studentDensity(7) }) {
        const auto fit = fitDistribution(
            makeTensor({ rows, columns }, drawn(density, static_cast<std::size_t>(rows * columns), 7)));
        const auto found = limitsAt(fit, 4);
        const auto expected = limitsAt(density, 4);
        EXPECT_NEAR(found.shannon / expected.shannon, 1, 0.01);
        EXPECT_NEAR(found.entropyCoded / expected.entropyCoded, 1, 0.01);
        EXPECT_NEAR(found.lloydMax / expected.lloydMax, 1, 0.03);
        EXPECT_NEAR(found.panterDite / expected.panterDite, 1, 0.06);
    }
}

} // namespace
} // namespace bw::test
