// What extras promise beyond the conformance of the whole table.

#include "core/base/error.h"
#include "core/formats/format_extra.h"
#include "core/formats/format_family.h"
#include "core/formats/largest_weights.h"
#include "core/formats/random_rotation.h"
#include "core/stats/error_metrics.h"
#include "tests/core/formats/format_support.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

std::vector<float> quantized(const char* format, const TensorView& matrix)
{
    return toFloats(dequantize(encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {}), {}));
}

TEST(FormatExtras, AnyOrderIsReadAndTheCanonicalOnePrinted)
{
    EXPECT_EQ(formatText(parseFormat("int4/c/rot=3/sparse=0.001")), "int4/c/sparse=0.1%/rot=3");
    EXPECT_EQ(formatText(parseFormat("int4/sparse=12.5%")), "int4/t/sparse=12.5%");
}

TEST(FormatExtras, WrongSpellingsSayWhatIsWrong)
{
    const auto messageOf = [](const char* text) {
        try {
            parseFormat(text);
        } catch (const Error& error) {
            return error.fullEnglish();
        }
        return std::string();
    };
    EXPECT_NE(messageOf("int4/c/sparse").find("needs a value, as in /sparse=0.1%"), std::string::npos);
    EXPECT_NE(messageOf("int4/c/sparse=x").find("needs a value"), std::string::npos);
    EXPECT_NE(messageOf("int4/c/sparse=1%/sparse=1%").find("given twice"), std::string::npos);
    EXPECT_NE(messageOf("int4/c/spares=1%").find("did you mean /sparse=0.1%?"), std::string::npos);
    EXPECT_NE(messageOf("f16/sparse=1%").find("takes no extras"), std::string::npos);
    EXPECT_FALSE(messageOf("int4/c/sparse=51%").empty());
    EXPECT_FALSE(messageOf("int4/c/rot=-1").empty());
}

TEST(LargestWeights, AreTheLargestAndOfEqualOnesTheFirst)
{
    const auto tensor = makeTensor({ 7 }, { 1, -3, 2, 3, 0, -2, 2 });
    const auto positions = [&](std::uint64_t count) {
        std::vector<std::uint64_t> found;
        forEachLargest(tensor, count, {}, [&](std::uint64_t position, float) { found.push_back(position); });
        return found;
    };
    EXPECT_EQ(positions(0), std::vector<std::uint64_t> {});
    EXPECT_EQ(positions(1), (std::vector<std::uint64_t> { 1 }));
    EXPECT_EQ(positions(4), (std::vector<std::uint64_t> { 1, 2, 3, 5 }));
    EXPECT_EQ(positions(99).size(), 7U);

    const auto values = gaussian(100000, 5);
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(
        order.begin(), order.end(), [&](auto a, auto b) { return std::abs(values[a]) > std::abs(values[b]); });
    order.resize(1000);
    std::sort(order.begin(), order.end());
    std::size_t next = 0;
    forEachLargest(makeTensor({ 100, 1000 }, values), 1000, {}, [&](std::uint64_t position, float value) {
        ASSERT_LT(next, order.size());
        ASSERT_EQ(position, order[next]);
        ASSERT_EQ(value, values[order[next]]);
        ++next;
    });
    EXPECT_EQ(next, order.size());
    EXPECT_EQ(lastOfLargest(tensor, 3, {}), 2);
}

TEST(SparseExtra, OutliersSurviveInBfloat)
{
    auto values = gaussian(200000, 1);
    values[0] = 100;
    values[70000] = -200.3F;
    values[199999] = 50;
    const auto matrix = makeTensor({ 100, 2000 }, values);
    const auto decoded = quantized("int3/t/sparse=0.0015%", matrix); // floor(3.0) of 200,000
    EXPECT_EQ(decoded[0], 100);
    EXPECT_EQ(decoded[70000], roundToStore("bf16", -200.3));
    EXPECT_EQ(decoded[199999], 50);
    EXPECT_LT(rmseOverRms(errorSums(values, decoded)), 0.6);
    EXPECT_GT(rmseOverRms(errorSums(values, quantized("int3/t", matrix))), 0.8);
}

TEST(SparseExtra, CostsThirtyTwoBitsAnOutlier)
{
    const auto matrix = makeTensor({ 100, 2000 }, gaussian(200000, 1));
    const auto dense = encodeTensor(fitCodec(parseFormat("int3/t"), matrix, {}), matrix, 0, {});
    const auto sparse = encodeTensor(fitCodec(parseFormat("int3/t/sparse=1%"), matrix, {}), matrix, 0, {});
    EXPECT_EQ(sparse.bits(), dense.bits() + 2000 * 32 + 4 * 32);
}

TEST(RandomRotation, IsOrthogonalForEverySize)
{
    for (const std::size_t size : { 1U, 2U, 3U, 27U, 64U, 100U, 144U, 1000U }) {
        const RandomRotation rotation(3, size);
        std::vector<double> work;
        std::vector<double> row(size);
        for (std::size_t i = 0; i < size; ++i) {
            row[i] = std::sin(static_cast<double>(i)) + 0.1;
        }
        const auto original = row;
        rotation.apply(row, work);
        EXPECT_NEAR(std::inner_product(row.begin(), row.end(), row.begin(), 0.0),
            std::inner_product(original.begin(), original.end(), original.begin(), 0.0),
            1e-9 * static_cast<double>(size));
        rotation.undo(row, work);
        for (std::size_t i = 0; i < size; ++i) {
            ASSERT_NEAR(row[i], original[i], 1e-12);
        }
    }
}

/// One outlier a row becomes many small values; sizes that are no power of two too.
TEST(RandomRotation, SpreadsOutliers)
{
    for (const std::size_t size : { 128U, 144U, 1000U }) {
        double worst = 0;
        for (std::size_t at = 0; at < size; ++at) {
            const RandomRotation rotation(1, size);
            std::vector<double> work;
            std::vector<double> row(size);
            row[at] = 1;
            rotation.apply(row, work);
            worst = std::max(worst, std::abs(*std::max_element(row.begin(), row.end(), [](double a, double b) {
                return std::abs(a) < std::abs(b);
            })));
        }
        EXPECT_LT(worst, 0.75) << size;
    }
}

TEST(RotationExtra, ErrorIsThatOfTheRotatedWeights)
{
    auto values = gaussian(64 * 100, 2);
    for (std::size_t row = 0; row < 64; ++row) {
        values[row * 100 + row] *= 30; // an outlier each
    }
    const auto matrix = makeTensor({ 64, 100 }, values);
    const auto plain = rmseOverRms(errorSums(values, quantized("int4s/c", matrix)));
    const auto rotated = rmseOverRms(errorSums(values, quantized("int4s/c/rot=1", matrix)));
    EXPECT_LT(rotated, plain);

    // The same error before the rotation is undone: it keeps lengths.
    const RandomRotation rotation(1, 100);
    std::vector<double> work;
    std::vector<float> turned(values.size());
    for (std::size_t row = 0; row < 64; ++row) {
        std::vector<double> line(values.begin() + static_cast<std::ptrdiff_t>(row * 100),
            values.begin() + static_cast<std::ptrdiff_t>(row * 100 + 100));
        rotation.apply(line, work);
        std::transform(line.begin(), line.end(), turned.begin() + static_cast<std::ptrdiff_t>(row * 100),
            [](double v) { return static_cast<float>(v); });
    }
    const auto inner = rmseOverRms(errorSums(turned, quantized("int4s/c", makeTensor({ 64, 100 }, turned))));
    EXPECT_NEAR(rotated, inner, 1e-6);
}

} // namespace
} // namespace bw::test
