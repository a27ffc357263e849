#include "core/formats/size_figures.h"

#include "core/entropy/entropy_coder.h"
#include "core/formats/coded_codec.h"
#include "core/formats/format_family.h"
#include "tests/support/model_builders.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bw {

namespace {
QuantizedTensor quantized(const char* format, const TensorView& matrix)
{
    return encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {});
}
} // namespace

TEST(SizeFigures, WaysToChoose)
{
    EXPECT_EQ(log2Choose(10, 0), 0);
    EXPECT_EQ(log2Choose(10, 10), 0);
    EXPECT_NEAR(log2Choose(10, 3), std::log2(120.0), 1e-9);
    EXPECT_NEAR(log2Choose(52, 5), std::log2(2598960.0), 1e-9);
    EXPECT_NEAR(log2Choose(52, 47), log2Choose(52, 5), 1e-9);
    double sum = 0;
    for (int i = 0; i < 1000; ++i) {
        sum += std::log2((1e6 - i) / (i + 1.0));
    }
    EXPECT_NEAR(log2Choose(1000000, 1000) / 1e6, sum / 1e6, 1e-9);
    // Near the entropy of the share, N·H(p), for large numbers.
    const double p = 0.01;
    const double entropy = -p * std::log2(p) - (1 - p) * std::log2(1 - p);
    EXPECT_NEAR(log2Choose(4000000000, 40000000) / 4e9, entropy, 1e-7);
}

TEST(SizeFigures, IndexCostIsThatOfTheStoredParts)
{
    const auto matrix = test::normalTensor({ 300, 500 }, 3);
    for (const char* text : { "int4s/c/sparse=1%", "crd3(normal)/t:rms/sparse=0.1%", "kmeans2/t/sparse=5%/rot=1" }) {
        const auto tensor = quantized(text, matrix);
        std::uint64_t bits = 0;
        for (const auto& part : tensor.parts) {
            if (part.name == "outlier_offsets" || part.name == "outlier_ends") {
                bits += 8 * part.data.bytes.size();
            }
        }
        const auto cost = indexCost(tensor.format, tensor.count());
        ASSERT_TRUE(cost) << text;
        EXPECT_NEAR(cost->stored, static_cast<double>(bits) / 150000, 1e-12) << text;
        EXPECT_GT(cost->limit, 0);
        EXPECT_LT(cost->limit, cost->stored);
    }
    EXPECT_NEAR(indexCost(parseFormat("int4/c/sparse=1%"), 150000)->limit, log2Choose(150000, 1500) / 150000, 1e-15);
    EXPECT_FALSE(indexCost(parseFormat("int4/c"), 150000));
    EXPECT_FALSE(indexCost(parseFormat("int4/c/rans"), 150000));
}

TEST(SizeFigures, EntropyOfTheCodes)
{
    const auto matrix = test::normalTensor({ 100, 3000 }, 5);
    for (const char* text : { "int4s/c", "nf4/b64", "kmeans3/c", "int8/t:rms", "uint3/b128", "f16" }) {
        const auto tensor = quantized(text, matrix);
        const auto entropy = codeEntropy(tensor, {});
        ASSERT_TRUE(entropy) << text;
        EXPECT_NEAR(*entropy, entropyBits(countCodes(*tensor.codec, matrix, {})) / 300000, 1e-12) << text;
        EXPECT_LE(*entropy, tensor.codec->codeBits());
    }
    // Half of the weights each: one bit.
    std::vector<float> halves(64, -1.0F);
    std::fill_n(halves.begin(), 32, 1.0F);
    EXPECT_NEAR(*codeEntropy(quantized("int2s/t", makeTensor({ 8, 8 }, std::move(halves))), {}), 1, 1e-12);
    // No coder gets below it, and a good one comes near.
    const double plain = *codeEntropy(quantized("int4s/c", matrix), {});
    const auto coded = quantized("int4s/c/rans", matrix);
    const double stored = 8.0 * static_cast<double>(coded.parts.front().data.bytes.size()) / 300000;
    EXPECT_GT(stored, plain);
    EXPECT_LT(stored, plain * 1.02);
    for (const char* text : { "int4s/c/rans", "ecsq@3/c", "vq2x8/c", "q4_0" }) {
        const auto wide = test::normalTensor({ 16, 256 }, 5);
        EXPECT_FALSE(codeEntropy(quantized(text, wide), {})) << text;
    }
}

} // namespace bw
