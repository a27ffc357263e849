#include "core/base/error.h"
#include "core/formats/format_family.h"
#include "tests/core/formats/format_support.h"

#include <cmath>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

std::vector<int> codesOf(const char* format, Shape shape, std::vector<float> values)
{
    const auto matrix = makeTensor(std::move(shape), std::move(values));
    const auto codec = fitCodec(parseFormat(format), matrix, {});
    const auto codes = encodeAll(*codec, toFloats(matrix));
    return { codes.begin(), codes.end() };
}

TEST(IntFormat, HalvesRoundAwayFromZeroAndTheGridIsAsymmetric)
{
    // scale = 7/7 = 1
    EXPECT_EQ(codesOf("int4", { 8 }, { 7, -7, 0.5F, -0.5F, 1.5F, -1.5F, 0.49999997F, -0.49999997F }),
        (std::vector<int> { 15, 1, 9, 7, 10, 6, 8, 8 }));
    EXPECT_EQ(codesOf("int4s", { 4 }, { 7, -7, 0.5F, -0.5F }), (std::vector<int> { 14, 0, 8, 6 }));
}

TEST(IntFormat, DividesByTheStoredScale)
{
    // absmax 1: scale 1/7 = 0.142857 is stored as bfloat16 0.142578125; 0.925 / 0.142578 = 6.488, while 0.925 · 7
    // = 6.475
    const auto matrix = makeTensor({ 2 }, { 1.0F, 0.927F });
    const auto codec = fitCodec(parseFormat("int4s"), matrix, {});
    EXPECT_EQ(toFloats(codec->sideParts().front().data).front(), 0.142578125F);
    const auto tensor = encodeTensor(codec, matrix, 0, {});
    EXPECT_EQ(toFloats(dequantize(tensor, {})), (std::vector<float> { 7 * 0.142578125F, 7 * 0.142578125F }));
}

TEST(IntFormat, GranularitiesShareScalesAsSpelt)
{
    const std::vector<float> values { 7, 1, 14, 2, 21, 3, 28, 4, 35, 5 };
    const auto scales = [&](const char* format, Shape shape) {
        return toFloats(
            fitCodec(parseFormat(format), makeTensor(std::move(shape), values), {})->sideParts().front().data);
    };
    EXPECT_EQ(scales("int4", { 2, 5 }), (std::vector<float> { 5 }));
    EXPECT_EQ(scales("int4/c", { 2, 5 }), (std::vector<float> { 3, 5 }));
    EXPECT_EQ(scales("int4/c", { 10 }), (std::vector<float> { 5 })); // one dimension is one channel
    EXPECT_EQ(
        scales("int4/b2", { 2, 5 }), (std::vector<float> { 1, 2, 3, 4, 5, 0.71484375F })); // last block of row 0: {21}
}

TEST(IntFormat, BitsCountCodesAndScalesExactly)
{
    const auto matrix = makeTensor({ 3, 70 }, std::vector<float>(210, 0.5F));
    const auto tensor = encodeTensor(fitCodec(parseFormat("int3/b32"), matrix, {}), matrix, 0, {});
    EXPECT_EQ(tensor.bits(), 210U * 3 + 9 * 16);
    EXPECT_EQ(tensor.parts[0].data.bytes.size(), 79U);
    EXPECT_EQ(tensor.parts[1].data.shape, (Shape { 3, 3 }));
}

TEST(IntFormat, NonFiniteValuesAreRefusedByIndex)
{
    std::vector<float> values(100000, 1.0F);
    values[70001] = NAN;
    values[99999] = INFINITY;
    const auto matrix = makeTensor({ 10, 10000 }, values);
    for (const char* format : { "int4", "int4/b32" }) {
        try {
            fitCodec(parseFormat(format), matrix, {});
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            EXPECT_NE(error.fullEnglish().find("value 70001 is not"), std::string::npos) << error.fullEnglish();
        }
    }
}

TEST(IntFormat, OutputAxisGoesBackToItsPlace)
{
    // a layer of shape [2, 3] whose outputs are dimension 1
    const auto layer = makeTensor({ 2, 3 }, { 1, 2, 3, 4, 5, 6 });
    const auto matrix = withAxisFirst(layer, 1);
    const auto tensor = encodeTensor(fitCodec(parseFormat("int16/c:f32"), matrix, {}), matrix, 1, {});
    const auto back = dequantize(tensor, {});
    EXPECT_EQ(back.shape, layer.shape);
    const auto values = toFloats(back);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(values[i], static_cast<float>(i + 1), 1e-3);
    }
}

} // namespace
} // namespace bw::test
