#include "core/engine/quantize_model.h"

#include "core/base/parallel.h"
#include "core/engine/result_cache.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <thread>

namespace bw {

namespace {
LayerChoice choiceOf(const char* format)
{
    return { parseFormat(format), "rtn", {} };
}

Recipe uniformRecipe(const char* format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback = choiceOf(format);
    return recipe;
}

std::string partBytes(const QuantizedTensor& tensor)
{
    std::string bytes;
    for (const auto& part : tensor.parts) {
        bytes.append(reinterpret_cast<const char*>(part.data.bytes.data()), part.data.bytes.size());
    }
    return bytes;
}

const QuantizedLayer& quantizedAt(const QuantizedModel& model, std::size_t layer)
{
    return *std::get<QuantizedLayerPtr>(model.layers[layer]);
}
} // namespace

TEST(QuantizeLayer, ErrorsAreThoseOfTheDecodedValues)
{
    const auto view = test::normalTensor({ 32, 100 }, 3);
    const auto layer = quantizeLayer(test::weightLayer("w", view), choiceOf("int4/c"), {});
    const auto decoded = toFloats(dequantize(layer->tensor, {}));
    const auto original = toFloats(view);
    double squared = 0;
    double signal = 0;
    double largest = 0;
    for (std::size_t i = 0; i < original.size(); ++i) {
        const double error = static_cast<double>(decoded[i]) - static_cast<double>(original[i]);
        squared += error * error;
        signal += static_cast<double>(original[i]) * static_cast<double>(original[i]);
        largest = std::max(largest, std::abs(error));
    }
    EXPECT_NEAR(layer->rmseOverRms(), std::sqrt(squared / signal), 1e-9);
    EXPECT_DOUBLE_EQ(layer->error.maxAbsError, largest);
    EXPECT_EQ(layer->error.count, 3200U);
    EXPECT_DOUBLE_EQ(layer->bitsPerWeight(), 4 + 32 * 16 / 3200.0);
}

TEST(QuantizeLayer, TransposedConvolutionsComeBackInTheirOwnOrder)
{
    // [input, output, 2, 3]: one scale per output channel, which differ by powers of ten.
    std::vector<float> values(4 * 3 * 6);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(i % 7) * std::pow(10.0F, static_cast<float>(i / 6 % 3));
    }
    const auto view = makeTensor({ 4, 3, 2, 3 }, values);
    const auto layer
        = quantizeLayer(test::weightLayer("up", view, LayerKind::ConvTransposed, 1), choiceOf("int8/c:f32"), {});
    const auto back = dequantize(layer->tensor, {});
    EXPECT_EQ(back.shape, view.shape);
    const auto decoded = toFloats(back);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float step = 6 * std::pow(10.0F, static_cast<float>(i / 6 % 3)) / 127;
        EXPECT_NEAR(decoded[i], values[i], step) << i;
    }
}

TEST(QuantizeLayer, NotANumberIsNamedWithItsIndexAndLayer)
{
    auto values = test::normalValues(100, 1);
    values[37] = std::numeric_limits<float>::quiet_NaN();
    try {
        quantizeLayer(test::weightLayer("bad.weight", makeTensor({ 10, 10 }, values)), choiceOf("int4/c"), {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_NE(error.fullEnglish().find("bad.weight"), std::string::npos);
        EXPECT_NE(error.fullEnglish().find("37"), std::string::npos);
    }
}

TEST(QuantizeModel, FailuresAreDataAndTheRestGoesOn)
{
    auto values = test::normalValues(100, 1);
    values[3] = std::numeric_limits<float>::infinity();
    const auto model = test::memoryModel({ test::weightLayer("a", test::normalTensor({ 10, 10 }, 1)),
        test::weightLayer("b", makeTensor({ 10, 10 }, values)),
        test::weightLayer("c", test::normalTensor({ 20, 10 }, 2)),
        test::weightLayer("bias", test::normalTensor({ 5 }, 2), LayerKind::Bias) });
    const auto result = quantizeModel(model, resolve(uniformRecipe("int4/c"), *model), nullptr, {});
    EXPECT_TRUE(std::holds_alternative<QuantizedLayerPtr>(result->layers[0]));
    ASSERT_TRUE(std::holds_alternative<Problem>(result->layers[1]));
    EXPECT_EQ(std::get<Problem>(result->layers[1]).field, "b");
    EXPECT_TRUE(std::holds_alternative<QuantizedLayerPtr>(result->layers[2]));
    EXPECT_TRUE(std::holds_alternative<KeptLayer>(result->layers[3]));
    EXPECT_EQ(result->totals.weightCount, 300U);
    EXPECT_EQ(result->totals.bytesBefore, 405U * 4);
    EXPECT_EQ(result->totals.bytesAfter, 300U / 2 + 30 * 2 + 105 * 4);
    EXPECT_DOUBLE_EQ(result->totals.bitsPerWeight(), 4 + 30 * 16 / 300.0);
    ErrorSums both = quantizedAt(*result, 0).error;
    both.add(quantizedAt(*result, 2).error);
    EXPECT_DOUBLE_EQ(result->totals.rmseOverRms, rmseOverRms(both));
    try {
        requireComplete(*result);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadFile);
        EXPECT_NE(error.fullEnglish().find("layer b"), std::string::npos);
    }
}

TEST(QuantizeModel, PlansWithProblemsAreRefused)
{
    const auto model = test::memoryModel({ test::weightLayer("a", test::normalTensor({ 10, 10 }, 1)) });
    const auto recipe = withLayerFormat(defaultRecipe(), { "no such layer" }, parseFormat("int4/c"));
    EXPECT_THROW(quantizeModel(model, resolve(recipe, *model), nullptr, {}), Error);
}

TEST(QuantizeModel, SameBytesForAnyThreadCountAndWithCache)
{
    const auto model = test::memoryModel({ test::weightLayer("a", test::normalTensor({ 64, 4000 }, 1)),
        test::weightLayer("b", test::normalTensor({ 33, 77 }, 2)) });
    for (const auto* family : formatFamilies().entries()) {
        const auto plan = resolve(uniformRecipe(family->examples.front().c_str()), *model);
        ResultCache cache(std::uint64_t { 1 } << 30);
        std::vector<QuantizedModelPtr> results;
        for (const int threads : { 1, 2 }) {
            setThreadCount(threads);
            results.push_back(quantizeModel(model, plan, nullptr, {}));
        }
        results.push_back(quantizeModel(model, plan, &cache, {}));
        results.push_back(quantizeModel(model, plan, &cache, {}));
        setThreadCount(0);
        for (const auto& result : results) {
            for (std::size_t layer = 0; layer < 2; ++layer) {
                EXPECT_EQ(
                    partBytes(quantizedAt(*result, layer).tensor), partBytes(quantizedAt(*results[0], layer).tensor))
                    << family->id;
                EXPECT_EQ(quantizedAt(*result, layer).error, quantizedAt(*results[0], layer).error) << family->id;
            }
        }
        EXPECT_EQ(
            std::get<QuantizedLayerPtr>(results[2]->layers[0]), std::get<QuantizedLayerPtr>(results[3]->layers[0]))
            << "cached, not computed again";
    }
}

TEST(QuantizeModel, ProgressCountsWeightsUpToAll)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    std::mutex mutex;
    std::vector<Progress> seen;
    const JobContext ctx({}, [&](const Progress& progress) {
        const std::lock_guard lock(mutex);
        seen.push_back(progress);
    });
    quantizeModel(model, resolve(uniformRecipe("int4/c"), *model), nullptr, ctx);
    ASSERT_FALSE(seen.empty());
    const std::uint64_t all = 8 * 27 + 16 * 72 + 1440;
    EXPECT_EQ(seen.back().done, all);
    EXPECT_EQ(seen.back().fraction, 1);
    for (const auto& progress : seen) {
        EXPECT_EQ(progress.total, all);
        EXPECT_EQ(progress.unit.english(), "weights");
        EXPECT_NE(progress.phase.english().find("Quantizing "), std::string::npos);
    }
}

TEST(QuantizeModel, StopsWithin200Milliseconds)
{
    const auto model = test::memoryModel({ test::weightLayer("a", test::normalTensor({ 512, 16384 }, 1)),
        test::weightLayer("b", test::normalTensor({ 512, 16384 }, 2)) });
    const auto plan = resolve(uniformRecipe("int4s/b32"), *model);
    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    std::thread asker([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    EXPECT_THROW(
        {
            for (;;) {
                quantizeModel(model, plan, nullptr, JobContext(stop.get_token()));
            }
        },
        Canceled);
    const std::chrono::duration<double> late = std::chrono::steady_clock::now() - asked;
    asker.join();
    EXPECT_LT(late.count(), 0.2);
}

TEST(ResultCache, KeepsTheMostRecentWithinItsBudget)
{
    const auto layer = test::weightLayer("a", test::normalTensor({ 64, 256 }, 1));
    const auto result = quantizeLayer(layer, choiceOf("int8/c"), {});
    ResultCache probe(std::uint64_t { 1 } << 30);
    probe.insert(contentHash("x"), result);
    const auto each = probe.usedBytes();
    EXPECT_GE(each, 64U * 256);
    ResultCache cache(3 * each);
    for (const char* key : { "a", "b", "c" }) {
        cache.insert(contentHash(key), result);
    }
    EXPECT_NE(cache.find(contentHash("a")), nullptr);
    cache.insert(contentHash("d"), result);
    EXPECT_EQ(cache.find(contentHash("b")), nullptr) << "least recently used";
    EXPECT_NE(cache.find(contentHash("a")), nullptr);
    EXPECT_LE(cache.usedBytes(), 3 * each);
    ResultCache tiny(each - 1);
    tiny.insert(contentHash("a"), result);
    EXPECT_EQ(tiny.usedBytes(), 0U);
}

TEST(ResultCache, HashesContentNotAddresses)
{
    ResultCache cache(1000);
    const auto values = test::normalValues(100, 1);
    auto layer = test::weightLayer("a", makeTensor({ 10, 10 }, values));
    const auto hash = cache.tensorHash(layer);
    EXPECT_EQ(hash, cache.tensorHash(layer));
    EXPECT_EQ(hash, cache.tensorHash(test::weightLayer("b", makeTensor({ 10, 10 }, values))));
    EXPECT_NE(hash, cache.tensorHash(test::weightLayer("b", makeTensor({ 20, 5 }, values))));
    EXPECT_NE(hash, cache.tensorHash(test::weightLayer("b", makeTensor({ 10, 10 }, values), LayerKind::Matrix, 1)));
    // Freed and allocated again, often at the same address.
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto other = test::weightLayer("a", test::normalTensor({ 10, 10 }, seed));
        ResultCache fresh(1000);
        EXPECT_EQ(cache.tensorHash(other), fresh.tensorHash(other)) << seed;
    }
}

TEST(ResultKey, TellsChoicesApart)
{
    const ContentHash tensor { 1, 2 };
    const auto key = resultKey(tensor, choiceOf("int4/c"));
    EXPECT_EQ(key, resultKey(tensor, choiceOf("int4/c")));
    EXPECT_NE(key, resultKey(tensor, choiceOf("int4/t")));
    EXPECT_NE(key, resultKey({ 1, 3 }, choiceOf("int4/c")));
    auto other = choiceOf("int4/c");
    other.params["damp"] = 0.5;
    EXPECT_NE(key, resultKey(tensor, other));
}

} // namespace bw
