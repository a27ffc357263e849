// llama.cpp's block types as formats: exact bytes, pieces, grids, and what rows they take.

#include "core/formats/format_family.h"
#include "core/gguf/block_type.h"
#include "tests/core/formats/format_support.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

QuantizedTensor quantized(const std::string& format, const TensorView& matrix)
{
    return encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {});
}

void forEachType(const std::function<void(const GgufBlockType&)>& check)
{
    for (const auto* type : ggufBlockTypes().entries()) {
        SCOPED_TRACE(type->id);
        check(*type);
    }
    EXPECT_EQ(ggufBlockTypes().entries().size(), 16U);
}

TEST(GgufFamily, CodesAreTheRowsBlocks)
{
    const auto values = gaussian(3 * 40960, 1); // more than a block of parallel work
    const auto matrix = makeTensor({ 3, 40960 }, values);
    forEachType([&](const GgufBlockType& type) {
        const auto tensor = quantized(std::string(type.id), matrix);
        ASSERT_EQ(tensor.parts.size(), 1U);
        const auto& bytes = tensor.parts.front().data.bytes;
        EXPECT_EQ(tensor.bits(), 8 * bytes.size());
        EXPECT_DOUBLE_EQ(static_cast<double>(tensor.bits()) / static_cast<double>(values.size()), type.bitsPerWeight());
        std::vector<std::byte> rows(ggufBytes(type, values.size()));
        for (std::size_t row = 0; row < 3; ++row) {
            ggufEncodeRow(type, std::span(values).subspan(row * 40960, 40960), {},
                std::span(rows).subspan(ggufBytes(type, row * 40960), ggufBytes(type, 40960)));
        }
        EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), rows.begin(), rows.end()));
    });
}

TEST(GgufFamily, AnyPieceDecodesAsTheWhole)
{
    const auto matrix = makeTensor({ 2, 768 }, gaussian(1536, 2));
    forEachType([&](const GgufBlockType& type) {
        const auto tensor = quantized(std::string(type.id), matrix);
        const auto whole = toFloats(dequantize(tensor, {}));
        for (const std::size_t first : { 0, 1, 31, 32, 200, 256, 700, 1535 }) {
            for (const std::size_t count : { 1, 2, 57, 256, 300, 1000 }) {
                std::vector<float> piece(std::min(count, whole.size() - first));
                decodeTensor(tensor, first, piece);
                ASSERT_TRUE(std::equal(piece.begin(), piece.end(), whole.begin() + static_cast<std::ptrdiff_t>(first)))
                    << first << " " << count;
            }
        }
    });
}

TEST(GgufFamily, ValuesAreLevelsOfTheirGroupAlsoAfterRestoring)
{
    auto values = gaussian(2048, 3);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] *= 0.01F * static_cast<float>(1 + i / 64);
    }
    const auto matrix = makeTensor({ 2, 1024 }, values);
    forEachType([&](const GgufBlockType& type) {
        const auto fitted = fitCodec(parseFormat(type.id), matrix, {});
        const auto tensor = encodeTensor(fitted, matrix, 0, {});
        const auto restored = restoreTensor(tensor.format, tensor.shape, 0, tensor.parts);
        const auto decoded = toFloats(dequantize(tensor, {}));
        const auto length = static_cast<std::size_t>(type.groupLength);
        ASSERT_EQ(tensor.codec->groupCount(), values.size() / length);
        EXPECT_EQ(fitted->typicalGroup(), tensor.codec->typicalGroup());
        EXPECT_EQ(restored.codec->typicalGroup(), tensor.codec->typicalGroup());
        for (std::size_t group = 0; group < values.size() / length; ++group) {
            const auto grid = tensor.codec->grid(group);
            ASSERT_EQ(fitted->grid(group), grid);
            ASSERT_EQ(restored.codec->grid(group), grid);
            ASSERT_LE(grid.levels.size(), type.levels.size());
            ASSERT_TRUE(std::is_sorted(grid.levels.begin(), grid.levels.end(), std::less_equal<>()));
            for (std::size_t i = group * length; i < (group + 1) * length; ++i) {
                ASSERT_TRUE(
                    std::binary_search(grid.levels.begin(), grid.levels.end(), static_cast<double>(decoded[i])));
            }
        }
    });
}

/// The group shown for the tensor has the median of the scales.
TEST(GgufFamily, TypicalGroupHasTheMedianScale)
{
    std::vector<float> values(32 * 101);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = (i % 2 == 0 ? -8.0F : 3.0F) * static_cast<float>(1 + i / 32 * 37 % 101);
    }
    const auto tensor = quantized("q4_0", makeTensor({ 1, 32 * 101 }, values));
    const auto grid = tensor.codec->grid(tensor.codec->typicalGroup());
    EXPECT_EQ(grid.levels.front(), -8.0 * 51);
    EXPECT_EQ(grid.levels.size(), 16U);
    EXPECT_EQ(grid.cellEdges.front(), -7.5 * 51);
}

TEST(GgufFamily, DecodedValuesStayWhereTheTypeSaysSo)
{
    for (const float size : { 1.0F, 0.02F, 1e-6F, 1e-30F, 1e5F, 3e37F }) {
        auto values = gaussian(2048, 4);
        for (auto& value : values) {
            value *= size;
        }
        const auto matrix = makeTensor({ 2, 1024 }, values);
        std::size_t stable = 0;
        forEachType([&](const GgufBlockType& type) {
            const auto tensor = quantized(std::string(type.id), matrix);
            EXPECT_EQ(tensor.codec->isIdempotent(), type.isStable);
            if (type.isStable) {
                EXPECT_FALSE(firstUnstable(tensor, {}).has_value()) << size;
                ++stable;
            }
        });
        EXPECT_EQ(stable, 7U);
    }
}

TEST(GgufFamily, NegatedWeightsGiveNegatedValuesWhereClaimed)
{
    const auto values = gaussian(2048, 5);
    auto negated = values;
    std::transform(negated.begin(), negated.end(), negated.begin(), std::negate<>());
    forEachType([&](const GgufBlockType& type) {
        if (!type.isOdd) {
            return;
        }
        const auto plus = toFloats(dequantize(quantized(std::string(type.id), makeTensor({ 2, 1024 }, values)), {}));
        auto minus = toFloats(dequantize(quantized(std::string(type.id), makeTensor({ 2, 1024 }, negated)), {}));
        std::transform(minus.begin(), minus.end(), minus.begin(), std::negate<>());
        EXPECT_EQ(plus, minus);
    });
}

std::string standIn(const std::string& format, const Shape& shape)
{
    const auto fallback = fallbackFor(parseFormat(format), shape);
    return fallback ? formatText(fallback->format) : std::string();
}

TEST(GgufFamily, RowsThatAreNoWholeBlocksFallBackAsInLlamaCpp)
{
    EXPECT_EQ(standIn("q4_k", { 8, 512 }), "");
    EXPECT_EQ(standIn("q4_k", { 8, 64, 2, 2 }), "");
    EXPECT_EQ(standIn("q4_k", { 8, 32, 3, 3 }), "q5_0");
    EXPECT_EQ(standIn("q5_k", { 8, 288 }), "q5_1");
    EXPECT_EQ(standIn("q6_k", { 8, 288 }), "q8_0");
    EXPECT_EQ(standIn("q2_k", { 8, 288 }), "q4_0");
    EXPECT_EQ(standIn("q3_k", { 8, 288 }), "q4_0");
    EXPECT_EQ(standIn("iq4_xs", { 8, 288 }), "iq4_nl");
    EXPECT_EQ(standIn("tq1_0", { 8, 288 }), "q4_0");
    EXPECT_EQ(standIn("q4_k", { 8, 27 }), "f16");
    EXPECT_EQ(standIn("q4_0", { 8, 144 }), "f16");
    EXPECT_EQ(standIn("q4_0", { 64 }), "");
    EXPECT_EQ(standIn("q4_0", { 0, 5 }), "");
    EXPECT_EQ(standIn("int4/c", { 8, 27 }), "");
    try {
        fitCodec(parseFormat("q4_k"), makeTensor({ 8, 288 }, gaussian(2304, 1)), {});
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_EQ(error.message().english(),
            "q4_k takes rows of whole blocks of 256 weights, and these have 288: use q5_0 for them");
    }
}

TEST(GgufFamily, StoredScalesThatAreNoNumbersAreRefused)
{
    const auto tensor = quantized("q4_0", makeTensor({ 1, 96 }, gaussian(96, 6)));
    for (const std::uint16_t bad : { std::uint16_t { 0x7C00 }, std::uint16_t { 0xFC00 }, std::uint16_t { 0x7E00 } }) {
        auto bytes = std::vector<std::byte>(tensor.parts[0].data.bytes.begin(), tensor.parts[0].data.bytes.end());
        std::memcpy(bytes.data() + 2 * 18, &bad, 2);
        try {
            restoreTensor(tensor.format, tensor.shape, 0, { { "codes", makeTensor(DType::U8, { 54 }, bytes) } });
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadFile);
            EXPECT_NE(error.fullEnglish().find("block 2"), std::string::npos) << error.fullEnglish();
        }
    }
}

} // namespace
} // namespace bw::test
