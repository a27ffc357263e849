#include "core/engine/quantize_model.h"
#include "tests/support/model_builders.h"

#include <gtest/gtest.h>

#include <limits>

namespace bw {

namespace {
/// Two layers whose best exponents differ: normal values, and heavier tails.
ModelPtr twoLayers(bool withBadOne = false)
{
    auto tails = test::normalValues(4000, 2);
    for (auto& value : tails) {
        value = value * value * value;
    }
    std::vector<LayerInfo> layers { test::weightLayer("a", test::normalTensor({ 40, 100 }, 1)),
        test::weightLayer("b", makeTensor({ 40, 100 }, tails)) };
    if (withBadOne) {
        auto values = test::normalValues(100, 3);
        values[7] = std::numeric_limits<float>::quiet_NaN();
        layers.push_back(test::weightLayer("bad", makeTensor({ 10, 10 }, values)));
    }
    return test::memoryModel(std::move(layers));
}

Plan planOf(const Model& model, const char* format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    return resolve(recipe, model);
}

std::string formatAt(const QuantizedModel& model, std::size_t layer)
{
    return formatText(std::get<QuantizedLayerPtr>(model.layers[layer])->tensor.format);
}
} // namespace

TEST(ModelScope, AllLayersShareOneSearchedExponent)
{
    const auto model = twoLayers();
    const auto shared = quantizeModel(model, planOf(*model, "pow4(scope=model)/c"), nullptr, {});
    EXPECT_EQ(formatAt(*shared, 0), formatAt(*shared, 1));
    EXPECT_NE(formatAt(*shared, 0).find("a="), std::string::npos);
    const auto each = quantizeModel(model, planOf(*model, "pow4/c"), nullptr, {});
    EXPECT_NE(formatAt(*each, 0), formatAt(*each, 1));
    // One exponent for both cannot beat one for each.
    EXPECT_LE(each->totals.rmseOverRms, shared->totals.rmseOverRms * (1 + 1e-9));
    EXPECT_EQ(shared->plan.recipe, planOf(*model, "pow4(scope=model)/c").recipe)
        << "the recipe still says what was asked for";
}

TEST(ModelScope, IsIdentityForOtherFormatsAndFixedPlans)
{
    const auto model = twoLayers();
    const auto plan = planOf(*model, "int4/c");
    EXPECT_EQ(resolveModelScope(plan, *model, {}).layers, plan.layers);
    const auto once = resolveModelScope(planOf(*model, "pow4(scope=model)/c"), *model, {});
    EXPECT_EQ(resolveModelScope(once, *model, {}).layers, once.layers);
}

TEST(ModelScope, ALayerThatFailsDoesNotSpoilTheOthers)
{
    const auto good = twoLayers();
    const auto bad = twoLayers(true);
    const auto result = quantizeModel(bad, planOf(*bad, "pow4(scope=model)/c"), nullptr, {});
    EXPECT_TRUE(std::holds_alternative<Problem>(result->layers[2]));
    EXPECT_EQ(
        formatAt(*result, 0), formatAt(*quantizeModel(good, planOf(*good, "pow4(scope=model)/c"), nullptr, {}), 0));
}

} // namespace bw
