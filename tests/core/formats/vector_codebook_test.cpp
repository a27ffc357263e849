#include "core/base/parallel.h"
#include "core/formats/format_family.h"
#include "core/formats/vector_codebook.h"
#include "core/stats/error_metrics.h"
#include "tests/core/formats/format_support.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

TEST(VectorCodebook, NearestIsTheLeastDistanceAndOfEqualOnesTheFirst)
{
    const VectorCodebook codebook(2, { 0, 0, 1, 0, 0, 1, 1, 0 });
    EXPECT_EQ(codebook.nearest(std::vector<float> { 0.9F, 0.1F }), 1U);
    EXPECT_EQ(codebook.nearest(std::vector<float> { 0.1F, 0.9F }), 2U);
    EXPECT_EQ(codebook.nearest(std::vector<float> { 0.5F, 0.5F }), 0U);
    EXPECT_EQ(codebook.nearest(std::vector<float> { 2.0F }), 1U); // the second number is missing

    const auto values = gaussian(2 * 1000, 1);
    const VectorCodebook large(4, gaussian(4 * 1000, 2)); // more entries than one chunk
    for (std::size_t i = 0; i + 4 <= values.size(); i += 4) {
        const auto vector = std::span(values).subspan(i, 4);
        double least = 1e30;
        std::size_t best = 0;
        for (std::size_t k = 0; k < large.size(); ++k) {
            double sum = 0;
            for (std::size_t d = 0; d < 4; ++d) {
                sum += std::pow(static_cast<double>(vector[d]) - static_cast<double>(large.entry(k)[d]), 2);
            }
            best = sum < least ? k : best;
            least = std::min(least, sum);
        }
        ASSERT_EQ(large.nearest(vector), best) << i;
    }
}

TEST(VectorCodebook, FindsClustersThatAreThere)
{
    const float centres[4][2] { { -3, -3 }, { -3, 3 }, { 3, -3 }, { 3, 3 } };
    const auto noise = gaussian(8000, 3);
    std::vector<float> vectors;
    for (std::size_t i = 0; i < 4000; ++i) {
        vectors.push_back(centres[i % 4][0] + 0.1F * noise[2 * i]);
        vectors.push_back(centres[i % 4][1] + 0.1F * noise[2 * i + 1]);
    }
    const auto entries = fitVectorCodebook(vectors, 2, 4, {});
    std::set<std::pair<long, long>> found;
    for (std::size_t i = 0; i < 4; ++i) {
        found.insert({ std::lround(entries[2 * i] * 10), std::lround(entries[2 * i + 1] * 10) });
    }
    EXPECT_EQ(found, (std::set<std::pair<long, long>> { { -30, -30 }, { -30, 30 }, { 30, -30 }, { 30, 30 } }));
}

TEST(VectorCodebook, FewVectorsAreRepresentedExactly)
{
    const std::vector<float> vectors { 1, 2, 3, 4, 1, 2 };
    const auto entries = fitVectorCodebook(vectors, 2, 8, {});
    ASSERT_EQ(entries.size(), 16U);
    const VectorCodebook codebook(2, entries);
    for (std::size_t i = 0; i < vectors.size(); i += 2) {
        const auto vector = std::span(vectors).subspan(i, 2);
        const auto entry = codebook.entry(codebook.nearest(vector));
        EXPECT_TRUE(std::equal(vector.begin(), vector.end(), entry.begin()));
    }
    EXPECT_EQ(fitVectorCodebook({}, 2, 2, {}), std::vector<float>(4));
}

/// Pairs beat single weights of the same bits, and nothing beats Shannon's 2^-4.
TEST(VectorCodebook, PairsAreBetterThanSingleWeights)
{
    const auto values = gaussian(std::size_t { 1 } << 18, 4);
    const auto matrix = makeTensor({ 64, 4096 }, values);
    const auto errorOf = [&](const char* format) {
        const auto tensor = encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {});
        return rmseOverRms(errorSums(values, toFloats(dequantize(tensor, {}))));
    };
    const double pairs = errorOf("vq2x8/t:rms:f32");
    EXPECT_LT(pairs, errorOf("lloyd4/t") * 0.97);
    EXPECT_GT(pairs, 0.0625);
    EXPECT_LT(errorOf("vq4x8/t:rms:f32"), errorOf("vq2x4/t:rms:f32"));
}

TEST(VectorCodebook, SameEntriesForAnyNumberOfThreads)
{
    const auto vectors = gaussian(60000, 5);
    setThreadCount(1);
    const auto one = fitVectorCodebook(vectors, 2, 64, {});
    setThreadCount(2);
    const auto two = fitVectorCodebook(vectors, 2, 64, {});
    setThreadCount(0);
    EXPECT_EQ(one, two);
}

TEST(VectorFormat, AnyPieceDecodesAsTheWhole)
{
    const auto matrix = makeTensor({ 3, 71 }, gaussian(213, 6)); // the last vector is short
    for (const char* format : { "vq2x4/b32", "vq4x6/c", "vq8x4/t:rms" }) {
        const auto tensor = encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {});
        const auto whole = toFloats(dequantize(tensor, {}));
        for (std::uint64_t first = 0; first < 213; first += 7) {
            std::vector<float> part(std::min<std::size_t>(29, 213 - first));
            decodeTensor(tensor, first, part);
            ASSERT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(first)));
        }
        EXPECT_FALSE(firstUnstable(tensor, {})) << format;
    }
}

} // namespace
} // namespace bw::test
