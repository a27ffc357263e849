#include "core/formats/format_family.h"
#include "core/formats/row_groups.h"
#include "core/stats/error_metrics.h"
#include "tests/core/formats/format_support.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// Rows of standard deviation 1 and 10 in turn.
TensorView twoPopulations()
{
    auto values = gaussian(64 * 500, 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] *= i / 500 % 2 == 0 ? 1.0F : 10.0F;
    }
    return makeTensor({ 64, 500 }, std::move(values));
}

std::vector<float> quantized(const char* format, const TensorView& matrix)
{
    const auto tensor = encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {});
    const auto restored = restoreTensor(parseFormat(formatText(tensor.format)), tensor.shape, 0, tensor.parts);
    const auto values = toFloats(dequantize(tensor, {}));
    EXPECT_EQ(toFloats(dequantize(restored, {})), values);
    return values;
}

/// SQNR within the rows of one population.
double sqnr(const TensorView& matrix, const std::vector<float>& decoded, std::size_t parity)
{
    const auto values = matrix.asFloats();
    double error = 0;
    double signal = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i / 500 % 2 == parity) {
            error += std::pow(static_cast<double>(values[i]) - static_cast<double>(decoded[i]), 2);
            signal += std::pow(static_cast<double>(values[i]), 2);
        }
    }
    return 10 * std::log10(signal / error);
}

TEST(RowGroups, TwoPopulationsAreFoundExactly)
{
    const auto groups = groupRows(twoPopulations(), 2, false, {});
    for (std::size_t row = 0; row < groups.size(); ++row) {
        EXPECT_EQ(groups[row], row % 2) << row;
    }
}

TEST(RowGroups, AGroupedCodebookBeatsOneByFiveDecibels)
{
    const auto matrix = twoPopulations();
    const auto one = quantized("kmeans3/t", matrix);
    const auto two = quantized("kmeans3/t/groups=2", matrix);
    EXPECT_GT(sqnr(matrix, two, 0), sqnr(matrix, one, 0) + 5);
    EXPECT_GE(sqnr(matrix, two, 1), sqnr(matrix, one, 1));
}

/// One group in the order it has: the format itself.
TEST(RowGroups, OneGroupChangesNothing)
{
    const auto matrix = twoPopulations();
    EXPECT_EQ(quantized("kmeans3/t/groups=1", matrix), quantized("kmeans3/t", matrix));
}

/// A searched exponent may differ between groups; the file then says which each has.
TEST(RowGroups, SearchedParametersMayDiffer)
{
    auto values = gaussian(64 * 500, 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = i / 500 % 2 == 0 ? values[i] : std::copysign(std::pow(std::abs(values[i]), 3.0F), values[i]);
    }
    const auto matrix = makeTensor({ 64, 500 }, std::move(values));
    const auto tensor = encodeTensor(fitCodec(parseFormat("pow4/c/groups=2"), matrix, {}), matrix, 0, {});
    EXPECT_EQ(formatText(tensor.format), "pow4/c/groups=2");
    EXPECT_TRUE(std::any_of(
        tensor.parts.begin(), tensor.parts.end(), [](const TensorPart& part) { return part.name == "group_formats"; }));
    const auto one = quantized("pow4/c", matrix);
    const auto two = quantized("pow4/c/groups=2", matrix);
    EXPECT_LT(rmseOverRms(errorSums(matrix.asFloats(), two)), rmseOverRms(errorSums(matrix.asFloats(), one)));
    EXPECT_FALSE(firstUnstable(tensor, {}));
}

TEST(RowGroups, TheOrderOfTheRowsIsCountedApart)
{
    const auto matrix = makeTensor({ 64, 50 }, gaussian(3200, 3));
    for (const char* format : { "int4/t/groups=2", "kmeans3/t/sparse=1%/groups=2/rans" }) {
        EXPECT_EQ(rowOrderBits(encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {})), 64U * 32);
    }
    EXPECT_EQ(rowOrderBits(encodeTensor(fitCodec(parseFormat("int4/t"), matrix, {}), matrix, 0, {})), 0U);
}

TEST(RowGroups, MoreGroupsThanRowsAndSingleRows)
{
    for (const Shape& shape :
        { Shape { 3, 70 }, Shape { 1, 210 }, Shape { 210 }, Shape { 3, 5, 14 }, Shape { 0, 4 } }) {
        const auto matrix = makeTensor(shape, gaussian(elementCount(shape), 2));
        const auto tensor = encodeTensor(fitCodec(parseFormat("int4/t/groups=8"), matrix, {}), matrix, 0, {});
        EXPECT_EQ(dequantize(tensor, {}).shape, shape);
    }
}

} // namespace
} // namespace bw::test
