// Verdicts on tensors that were made to deserve them: the same numbers, scaled, rounded, moved, renamed, foreign.

#include "core/base/parallel.h"
#include "core/diff/model_diff.h"
#include "core/formats/codec.h"
#include "core/formats/format_family.h"
#include "tests/support/model_builders.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

constexpr std::int64_t rows = 48;
constexpr std::int64_t columns = 96;

TensorView matrixOf(std::vector<float> values, Shape shape = { rows, columns })
{
    return makeTensor(std::move(shape), std::move(values));
}

std::vector<float> someValues(std::uint64_t seed = 1)
{
    return normalValues(static_cast<std::size_t>(rows * columns), seed, 0.05F);
}

TensorView changedBy(const std::function<float(float value, std::size_t row, std::size_t column)>& change)
{
    auto values = someValues();
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = change(values[i], i / columns, i % columns);
    }
    return matrixOf(std::move(values));
}

TensorDiff diffOf(const LayerInfo& a, const LayerInfo& b)
{
    const ModelDiff diff = diffModels(*memoryModel({ a }), *memoryModel({ b }), {});
    EXPECT_EQ(diff.tensors.size(), 1U);
    return diff.tensors.front();
}

TensorDiff diffOf(TensorView a, TensorView b)
{
    return diffOf(weightLayer("w", std::move(a)), weightLayer("w", std::move(b)));
}

TensorView rounded(const TensorView& view, DType type)
{
    const auto values = toFloats(view);
    std::vector<std::byte> bytes(values.size() * info(type).size);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(values[i]);
        const auto half = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U); // bf16
        bytes[2 * i] = static_cast<std::byte>(half & 0xFFU);
        bytes[2 * i + 1] = static_cast<std::byte>(half >> 8U);
    }
    return makeTensor(type, view.shape, std::move(bytes));
}

TEST(ModelDiff, TheSameValuesAreIdentical)
{
    const auto diff = diffOf(matrixOf(someValues()), matrixOf(someValues()));
    EXPECT_EQ(diff.verdict, TensorVerdict::Identical);
    EXPECT_EQ(diff.r(), 0);
    EXPECT_EQ(diff.order, Order::Same);
}

TEST(ModelDiff, TheSameNumbersOfAnotherTypeAreIdentical)
{
    const auto coarse = rounded(matrixOf(someValues()), DType::BF16);
    EXPECT_EQ(diffOf(coarse, matrixOf(toFloats(coarse))).verdict, TensorVerdict::Identical);
}

TEST(ModelDiff, DigitsLostAreRequantized)
{
    const auto exact = matrixOf(someValues());
    const auto diff = diffOf(exact, rounded(exact, DType::BF16));
    EXPECT_EQ(diff.verdict, TensorVerdict::Requantized);
    EXPECT_NEAR(*diff.r(), 0.00166, 0.0002); // 2^-8/√12 of the power of two above, averaged over mantissas
}

TEST(ModelDiff, FactorsAreFound)
{
    const auto whole = diffOf(matrixOf(someValues()), changedBy([](float v, auto, auto) { return v * -1.7F; }));
    EXPECT_EQ(whole.verdict, TensorVerdict::Rescaled);
    EXPECT_EQ(whole.scaledBy, ScaledBy::Tensor);
    EXPECT_NEAR(whole.scale, -1.7, 1e-6);

    const auto byRow = diffOf(matrixOf(someValues()),
        changedBy([](float v, std::size_t row, auto) { return v * (0.5F + 0.1F * static_cast<float>(row)); }));
    EXPECT_EQ(byRow.verdict, TensorVerdict::Rescaled);
    EXPECT_EQ(byRow.scaledBy, ScaledBy::Row);

    const auto byColumn = diffOf(matrixOf(someValues()),
        changedBy([](float v, auto, std::size_t column) { return v * (0.5F + 0.01F * static_cast<float>(column)); }));
    EXPECT_EQ(byColumn.verdict, TensorVerdict::Rescaled);
    EXPECT_EQ(byColumn.scaledBy, ScaledBy::Column);
}

TEST(ModelDiff, NoiseIsAChangeAndItsWorstPlaceIsNamed)
{
    const auto diff = diffOf(matrixOf(someValues()), changedBy([](float v, std::size_t row, std::size_t column) {
        return row == 7 && column == 11 ? v + 3 : v * 1.001F + 1e-4F * std::sin(static_cast<float>(row * 31 + column));
    }));
    EXPECT_EQ(diff.verdict, TensorVerdict::Changed);
    EXPECT_EQ(diff.worstIndex, 7U * columns + 11U);
    EXPECT_NEAR(diff.sums.maxAbsError, 3, 1e-3);
}

TEST(ModelDiff, ValuesThatAreNoNumbersCount)
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const auto some = [nan](std::size_t at) {
        return changedBy(
            [nan, at](float v, std::size_t row, std::size_t column) { return row * columns + column == at ? nan : v; });
    };
    EXPECT_EQ(diffOf(some(5), some(5)).verdict, TensorVerdict::Identical);
    const auto diff = diffOf(matrixOf(someValues()), some(5));
    EXPECT_EQ(diff.verdict, TensorVerdict::Changed);
    EXPECT_EQ(diff.nonFiniteChanges, 1U);
    EXPECT_TRUE(std::isfinite(*diff.r()));
    EXPECT_EQ(diffOf(some(5), some(6)).nonFiniteChanges, 2U);
}

TEST(ModelDiff, CountersBeyondFloatAreComparedExactly)
{
    const auto counter = [](std::int64_t value) {
        std::vector<std::byte> bytes(sizeof value);
        std::memcpy(bytes.data(), &value, sizeof value);
        return makeTensor(DType::I64, {}, std::move(bytes));
    };
    EXPECT_EQ(diffOf(counter(1), counter(1)).verdict, TensorVerdict::Identical);
    EXPECT_EQ(diffOf(counter(1), counter(2)).verdict, TensorVerdict::Changed);
    EXPECT_EQ(diffOf(counter(1LL << 40), counter((1LL << 40) + 1)).verdict, TensorVerdict::Changed);
}

TEST(ModelDiff, EmptyZeroAndSingleValues)
{
    EXPECT_EQ(diffOf(matrixOf({}, { 0, 4 }), matrixOf({}, { 0, 4 })).verdict, TensorVerdict::Identical);
    EXPECT_EQ(diffOf(matrixOf({ 0, 0 }, { 2 }), matrixOf({ 0, 0 }, { 2 })).verdict, TensorVerdict::Identical);
    EXPECT_EQ(diffOf(matrixOf({ 0, 0 }, { 2 }), matrixOf({ 0, 1 }, { 2 })).verdict, TensorVerdict::Changed);
    EXPECT_EQ(diffOf(matrixOf({ 2 }, { 1 }), matrixOf({ 3 }, { 1 })).verdict, TensorVerdict::Changed);
    EXPECT_EQ(diffOf(matrixOf({ 0 }, {}), matrixOf({ 0 }, { 1, 1 })).verdict, TensorVerdict::Identical);
}

TEST(ModelDiff, EveryFormatsRoundingIsSeen)
{
    const auto matrix = matrixOf(normalValues(16 * 1024, 3), { 16, 1024 });
    std::size_t seen = 0;
    for (const auto* family : formatFamilies().entries()) {
        for (const auto& example : family->examples) {
            const auto format = parseFormat(example);
            const auto tensor = encodeTensor(fitCodec(format, matrix, {}), matrix, 0, {});
            const auto diff = diffOf(matrix, dequantize(tensor, {}));
            const bool isExact = diff.sums.squaredError == 0;
            // With extras (rotation), as many levels as a block has values, or vectors of them times block scales,
            // nothing is left to see in values alone.
            const bool isVector = example.starts_with("vq") && example.find("/b") != std::string::npos;
            const bool isTold = format.extras.empty() && tensor.codec->codeBits() < 6 && !isVector;
            if (isTold && !isExact && cosineSimilarity(diff.sums) >= 0.75) {
                EXPECT_EQ(diff.verdict, TensorVerdict::Requantized) << example;
                ++seen;
            }
        }
    }
    EXPECT_GE(seen, 40U);
}

/// Rows and columns of the values in another order.
TensorView movedLines(const TensorView& view, bool areRows)
{
    const auto values = toFloats(view);
    const auto width = static_cast<std::size_t>(view.shape[1]);
    const auto height = values.size() / width;
    std::vector<float> moved(values.size());
    for (std::size_t r = 0; r < height; ++r) {
        for (std::size_t c = 0; c < width; ++c) {
            const auto from = areRows ? (r * 7 + 3) % height * width + c : r * width + (c * 5 + 1) % width;
            moved[r * width + c] = values[from];
        }
    }
    return makeTensor(view.shape, std::move(moved));
}

TEST(ModelDiff, ChannelsInAnotherOrderAreRecognised)
{
    const auto original = matrixOf(someValues());
    for (const bool areRows : { true, false }) {
        const auto diff = diffOf(original, movedLines(original, areRows));
        EXPECT_EQ(diff.verdict, TensorVerdict::Identical);
        EXPECT_EQ(diff.order, areRows ? Order::RowsMoved : Order::ColumnsMoved);
        const auto coarse
            = dequantize(encodeTensor(fitCodec(parseFormat("int4/c"), original, {}), original, 0, {}), {});
        const auto both = diffOf(original, movedLines(coarse, areRows));
        EXPECT_EQ(both.verdict, TensorVerdict::Requantized);
        EXPECT_EQ(both.order, areRows ? Order::RowsMoved : Order::ColumnsMoved);
        EXPECT_LT(*both.r(), 0.25);
    }
    EXPECT_EQ(diffOf(original, matrixOf(someValues(2))).order, Order::Same);
}

TEST(ModelDiff, AxesInAnotherOrderAreRecognised)
{
    // The layouts of PyTorch (output, input, height, width) and Keras (height, width, input, output).
    const auto torch = makeTensor(Shape { 8, 6, 3, 3 }, normalValues(8 * 6 * 9, 5));
    std::vector<float> values(8 * 6 * 9);
    const auto original = toFloats(torch);
    for (std::size_t o = 0; o < 8; ++o) {
        for (std::size_t i = 0; i < 6; ++i) {
            for (std::size_t k = 0; k < 9; ++k) {
                values[(k * 6 + i) * 8 + o] = original[(o * 6 + i) * 9 + k];
            }
        }
    }
    const auto keras = makeTensor(Shape { 3, 3, 6, 8 }, std::move(values));
    for (const int outAxis : { 0, 3 }) {
        const auto diff
            = diffOf(weightLayer("w", torch, LayerKind::Conv2d), weightLayer("w", keras, LayerKind::Conv2d, outAxis));
        EXPECT_EQ(diff.verdict, TensorVerdict::Identical) << outAxis;
        EXPECT_EQ(diff.order, Order::AxesMoved) << outAxis;
    }
}

TEST(ModelDiff, ShapesThatCannotBeComparedSaySo)
{
    const auto diff = diffOf(matrixOf(someValues()), matrixOf({ 1, 2, 3 }, { 3 }));
    EXPECT_TRUE(diff.shapesDiffer);
    EXPECT_EQ(diff.verdict, TensorVerdict::Changed);
    EXPECT_FALSE(diff.r());
}

TEST(ModelDiff, TensorsAreMatchedByNamesThenByValues)
{
    const auto layer = [](const std::string& name, std::uint64_t seed) {
        return weightLayer(name, makeTensor(Shape { 16, 16 }, normalValues(256, seed)));
    };
    const auto a = memoryModel({ layer("model.layers.0.self_attn.q_proj.weight", 1), layer("module.fc.weight", 2),
        layer("first", 3), layer("same", 4), layer("gone", 5) });
    const auto b = memoryModel({ layer("second", 3), layer("fc.weight", 2), layer("same", 4),
        layer("blk.0.attn_q.weight", 1), layer("new", 6) });
    const ModelDiff diff = diffModels(*a, *b, {});
    ASSERT_EQ(diff.tensors.size(), 6U);
    const std::array expected { MatchedBy::Convention, MatchedBy::Prefix, MatchedBy::Content, MatchedBy::Name };
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(diff.tensors[i].matchedBy, expected[i]) << i;
        EXPECT_EQ(diff.tensors[i].verdict, TensorVerdict::Identical) << i;
    }
    EXPECT_EQ(diff.tensors[4].verdict, TensorVerdict::OnlyA);
    EXPECT_EQ(diff.tensors[5].verdict, TensorVerdict::OnlyB);
    EXPECT_EQ(b->layer(diff.tensors[5].b).name, "new");
}

TEST(ModelDiff, VectorsAreMatchedByValuesOnlyIfTheyAreEqual)
{
    // All variances are positive: unrelated ones have a large cosine.
    const auto variance = [](const char* name, std::uint64_t seed) {
        auto values = normalValues(128, seed, 0.1F);
        std::transform(values.begin(), values.end(), values.begin(), [](float v) { return v + 1; });
        return weightLayer(name, makeTensor(Shape { 128 }, std::move(values)), LayerKind::Statistic);
    };
    const auto a = memoryModel({ variance("a", 1), variance("b", 2) });
    const auto b = memoryModel({ variance("c", 3), variance("d", 2) });
    const ModelDiff diff = diffModels(*a, *b, {});
    EXPECT_EQ(diff.tensors[0].verdict, TensorVerdict::OnlyA);
    EXPECT_EQ(diff.tensors[1].matchedBy, MatchedBy::Content);
    EXPECT_EQ(diff.tensors[1].verdict, TensorVerdict::Identical);
}

TEST(ModelDiff, HotSpotsComeFirstAndTheThreadsDoNotMatter)
{
    const auto layer = [](const std::string& name, float noise) {
        auto values = normalValues(4096, 9);
        const auto added = normalValues(4096, 10, noise);
        std::transform(values.begin(), values.end(), added.begin(), values.begin(), std::plus<>());
        return weightLayer(name, makeTensor(Shape { 64, 64 }, std::move(values)));
    };
    const auto a = memoryModel({ layer("calm", 0), layer("hot", 0), layer("warm", 0), layer("still", 0) });
    const auto b = memoryModel({ layer("calm", 1e-4F), layer("hot", 0.5F), layer("warm", 0.1F), layer("still", 0) });
    const ModelDiff diff = diffModels(*a, *b, {});
    EXPECT_EQ(diff.hotSpots(), (std::vector<std::size_t> { 1, 2, 0 }));
    setThreadCount(1);
    const ModelDiff alone = diffModels(*a, *b, {});
    setThreadCount(0);
    EXPECT_EQ(diff.sums, alone.sums);
}

/// More tensors of one size than are all compared with one another, in another order and without their names.
TEST(ModelDiff, ManyNamelessTensorsFindEachOther)
{
    constexpr std::size_t count = 700;
    constexpr std::size_t stride = 299; // has no factor in common with count: each tensor once
    std::vector<LayerInfo> a;
    std::vector<LayerInfo> b;
    for (std::size_t i = 0; i < count; ++i) {
        a.push_back(weightLayer("a" + std::to_string(i), makeTensor(Shape { 8, 8 }, normalValues(64, i + 1))));
    }
    for (std::size_t i = 0; i < count; ++i) {
        auto values = normalValues(64, i * stride % count + 1);
        if (i % 2 == 0) { // a factor is no obstacle
            std::transform(values.begin(), values.end(), values.begin(), [](float value) { return 4 * value; });
        }
        b.push_back(weightLayer("b" + std::to_string(i), makeTensor(Shape { 8, 8 }, std::move(values))));
    }
    const ModelDiff diff = diffModels(*memoryModel(a), *memoryModel(b), {});
    ASSERT_EQ(diff.tensors.size(), count);
    for (const auto& tensor : diff.tensors) {
        EXPECT_EQ(tensor.matchedBy, MatchedBy::Content);
        EXPECT_TRUE(tensor.verdict == TensorVerdict::Identical || tensor.verdict == TensorVerdict::Rescaled);
    }
}

} // namespace
} // namespace bw::test
