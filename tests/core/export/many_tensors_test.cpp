// Descriptions of files with very many tensors take time in proportion to their number.

#include "core/engine/quantize_model.h"
#include "core/export/array_contents.h"
#include "core/export/quantized_layout.h"
#include "tests/support/cpu_clock.h"
#include "tests/support/model_builders.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace bw {

namespace {
QuantizedModelPtr modelOf(std::size_t layers)
{
    std::vector<LayerInfo> infos;
    const auto values = test::normalTensor({ 2, 2 }, 1);
    for (std::size_t i = 0; i < layers; ++i) {
        infos.push_back(test::weightLayer("blocks." + std::to_string(i) + ".weight", values));
    }
    const auto model = test::memoryModel(std::move(infos));
    auto recipe = defaultRecipe();
    recipe.fallback.format = parseFormat("int4/c");
    return quantizeModel(model, resolve(recipe, *model), nullptr, {});
}

/// CPU milliseconds, the least of several.
template <class Work>
double timeOf(const Work& work)
{
    double least = 1e9;
    for (int i = 0; i < 3; ++i) {
        const CpuClock clock;
        work();
        least = std::min(least, clock.milliseconds());
    }
    return least;
}
} // namespace

TEST(ManyTensors, DescriptionsGrowAsTheirNumber)
{
    constexpr std::size_t few = 2000;
    constexpr std::size_t factor = 8;
    const auto small = modelOf(few);
    const auto large = modelOf(few * factor);
    const auto ratioOf
        = [&](const auto& work) { return timeOf([&] { work(*large); }) / timeOf([&] { work(*small); }); };
    // By the square of the number it would be 64.
    EXPECT_LT(ratioOf([](const QuantizedModel& model) { quantizedFileBytes(model, {}, {}); }), 16);
    EXPECT_LT(ratioOf([](const QuantizedModel& model) {
        arrayContentsForSizes(model, {}, ArrayNames::Dotted, {}).description();
    }),
        16);
}

} // namespace bw
