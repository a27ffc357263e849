#include "core/engine/quantize_model.h"
#include "core/formats/format_family.h"
#include "tests/support/model_builders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace bw {

namespace {
QuantizedLayerPtr quantized(const TensorView& view, const std::string& format)
{
    return quantizeLayer(test::weightLayer("w", view), { parseFormat(format), "rtn", {} }, {});
}
} // namespace

TEST(QuantizedHistogram, SumsToTheCountOverTheSameEdges)
{
    const auto ragged = test::normalTensor({ 50, 333 }, 8);
    const auto wholeBlocks = test::normalTensor({ 50, 256 }, 8);
    for (const auto* family : formatFamilies().entries()) {
        for (const auto& example : family->examples) {
            const auto& view = fallbackFor(parseFormat(example), ragged.shape) ? wholeBlocks : ragged;
            const auto original = computeHistogram(view, 64);
            const auto layer = quantized(view, example);
            const auto histogram = quantizedHistogram(layer->tensor, original, {});
            EXPECT_EQ(histogram.edges, original.edges);
            EXPECT_EQ(
                std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t { 0 }), view.count())
                << example;
        }
    }
}

TEST(QuantizedHistogram, BinsByTheRuleOfTheOriginals)
{
    const auto view = test::normalTensor({ 50, 333 }, 8);
    const auto layer = quantized(view, "int4/t:f32");
    const auto decoded = dequantize(layer->tensor, {});
    const auto like = computeHistogram(view, 100);
    // A histogram of the decoded values over the same range, by the other implementation. Clipping to the range first.
    auto values = toFloats(decoded);
    for (auto& value : values) {
        value = std::clamp(value, static_cast<float>(like.edges.front()), static_cast<float>(like.edges.back()));
    }
    const auto expected
        = computeHistogram(makeTensor(decoded.shape, values), like.edges.front(), like.edges.back(), 100);
    EXPECT_EQ(quantizedHistogram(layer->tensor, like, {}).counts, expected.counts);
}

TEST(ErrorPerLevel, AddsUpToTheWholeError)
{
    const auto view = test::normalTensor({ 20, 400 }, 9);
    for (const char* format : { "int3/t", "int4/c", "int4s/b32" }) {
        const auto layer = quantized(view, format);
        const auto levels = errorPerLevel(layer->tensor, view, {});
        const auto grid = layer->tensor.codec->grid(layer->tensor.codec->typicalGroup());
        ASSERT_EQ(levels.size(), grid.levels.size());
        std::uint64_t count = 0;
        double squared = 0;
        for (std::size_t i = 0; i < levels.size(); ++i) {
            EXPECT_EQ(levels[i].level, grid.levels[i]);
            count += levels[i].count;
            squared += levels[i].squaredError;
        }
        EXPECT_EQ(count, view.count());
        EXPECT_NEAR(squared, layer->error.squaredError, 1e-9 * squared);
    }
}

TEST(ErrorPerLevel, OfOneGridCountsTheCodes)
{
    const auto view = makeTensor({ 1, 6 }, { -7, -6.9F, 0.1F, 0.2F, 3, 7 });
    const auto layer = quantized(view, "int4s/t:f32");
    const auto levels = errorPerLevel(layer->tensor, view, {});
    ASSERT_EQ(levels.size(), 15U);
    EXPECT_EQ(levels[0].count, 2U);
    EXPECT_EQ(levels[7].count, 2U);
    EXPECT_EQ(levels[10].count, 1U);
    EXPECT_EQ(levels[14].count, 1U);
    EXPECT_NEAR(levels[7].squaredError, 0.05, 1e-6);
}

TEST(SampleRows, SmallMatricesAreThemselves)
{
    const auto view = test::normalTensor({ 10, 10 }, 1);
    const auto sample = sampleRows(view, 100);
    EXPECT_EQ(sample.bytes.data(), view.bytes.data());
}

TEST(SampleRows, TakesWholeRowsSpreadOverTheMatrix)
{
    std::vector<float> values(1000 * 8);
    std::iota(values.begin(), values.end(), 0.0F);
    const auto sample = sampleRows(makeTensor({ 1000, 8 }, values), 800);
    EXPECT_EQ(sample.shape, (Shape { 100, 8 }));
    const auto taken = toFloats(sample);
    for (std::size_t row = 0; row < 100; ++row) {
        for (std::size_t column = 0; column < 8; ++column) {
            EXPECT_EQ(taken[row * 8 + column], static_cast<float>(row * 10 * 8 + column));
        }
    }
}

TEST(SampleRows, TakesWholeBlocksOfLongRows)
{
    const std::int64_t columns = 1'000'003;
    std::vector<float> values(3 * static_cast<std::size_t>(columns));
    std::iota(values.begin(), values.end(), 0.0F);
    const auto view = makeTensor({ 3, columns }, values);
    const auto sample = sampleRows(view, 100'000);
    ASSERT_EQ(sample.shape.size(), 2U);
    EXPECT_LE(sample.count(), 100'000U);
    EXPECT_GE(sample.count(), 80'000U);
    EXPECT_EQ(sample.shape[1] % 4096, 0);
    const auto taken = toFloats(sample);
    for (std::int64_t row = 0; row < sample.shape[0]; ++row) {
        const auto first = static_cast<std::int64_t>(taken[static_cast<std::size_t>(row * sample.shape[1])]);
        EXPECT_EQ(first % columns % 4096, 0) << "pieces begin where blocks begin";
    }
    EXPECT_EQ(toFloats(sampleRows(view, 100'000)), taken) << "deterministic";
}

} // namespace bw
