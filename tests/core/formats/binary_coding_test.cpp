// Binary coding against figures that were computed independently, and what the mathematics promises.

#include "core/formats/binary_coding.h"
#include "core/formats/format_family.h"
#include "core/stats/error_metrics.h"
#include "tests/core/formats/format_support.h"

#include <cmath>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// Relative squared error over 400 groups.
double relativeError(const std::string& format, const std::vector<float>& values, std::int64_t group)
{
    const auto rows = static_cast<std::int64_t>(values.size()) / group;
    const auto matrix = makeTensor({ rows, group }, values);
    const auto tensor = encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {});
    const double error = rmseOverRms(errorSums(values, toFloats(dequantize(tensor, {}))));
    return error * error;
}

/// Mean relative errors that an alternating solver in numpy reached; equal or better is right.
TEST(BinaryCoding, ReachesTheErrorsOfTheReference)
{
    const auto longGroups = gaussian(400 * 1024, 1);
    const double expectedLong[] { .3632, .1168, .0366, .0110 };
    for (int planes = 1; planes <= 4; ++planes) {
        const double error = relativeError("bcq" + std::to_string(planes) + "/c:f32", longGroups, 1024);
        EXPECT_LE(error, expectedLong[planes - 1] * 1.01) << planes;
        EXPECT_GE(error, expectedLong[planes - 1] * 0.85) << planes;
    }
    const auto shortGroups = gaussian(400 * 128, 2);
    const double expectedShort[] { .1129, .0348, .0108 };
    for (int planes = 2; planes <= 4; ++planes) {
        const double error = relativeError("bcq" + std::to_string(planes) + "/c:f32", shortGroups, 128);
        EXPECT_LE(error, expectedShort[planes - 2] * 1.03) << planes;
        EXPECT_GE(error, expectedShort[planes - 2] * 0.85) << planes;
    }
}

/// One plane: the mean magnitude is the best factor, 1 - 2/pi of the energy is left of normal weights.
TEST(BinaryCoding, OnePlaneIsTheMeanMagnitude)
{
    const auto values = gaussian(100000, 3);
    double sum = 0;
    for (const float value : values) {
        sum += std::abs(static_cast<double>(value));
    }
    const auto factors = fitBinaryFactors(SortedValues(values, {}), 1, {});
    EXPECT_NEAR(factors.front(), sum / 100000, 1e-9);
}

TEST(BinaryCoding, RecoversSumsOfFactors)
{
    std::mt19937 random(4);
    const double factors[] { 1.0, 0.45, 0.2 };
    std::vector<float> values(1024);
    for (auto& value : values) {
        for (const double factor : factors) {
            value += static_cast<float>(random() % 2 == 0 ? factor : -factor);
        }
    }
    const auto found = fitBinaryFactors(SortedValues(values, {}), 3, {});
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(found[i], factors[i], 1e-6);
    }
}

TEST(BinaryCoding, LevelsAreAllSumsAndCodesSayTheirSigns)
{
    const std::vector<float> factors { 1.0F, 0.5F };
    const BinaryLevels binary(factors);
    EXPECT_EQ(binary.levels, (std::vector<float> { -1.5F, -0.5F, 0.5F, 1.5F }));
    EXPECT_EQ(binary.codes, (std::vector<std::uint16_t> { 0, 2, 1, 3 }));
}

TEST(BinaryCoding, ScalesWithTheWeights)
{
    auto values = gaussian(1024, 5);
    const auto one = fitBinaryFactors(SortedValues(values, {}), 3, {});
    for (auto& value : values) {
        value *= 8;
    }
    const auto eight = fitBinaryFactors(SortedValues(values, {}), 3, {});
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_DOUBLE_EQ(eight[i], 8 * one[i]);
    }
}

} // namespace
} // namespace bw::test
