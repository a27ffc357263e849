#include "core/recipe/plan.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <chrono>

namespace bw {

namespace {
Recipe recipeOf(const std::string& rules)
{
    return parseRecipe(R"({"bitwright_recipe": 1, "default": {"format": "int4/c"}, "rules": [)" + rules + "]}");
}

std::string planText(const Plan& plan, const Model& model)
{
    std::string text;
    for (const auto& layer : plan.layers) {
        text += model.layer(layer.layer).name + ": " + (layer.isKept ? "kept" : formatText(layer.choice.format)) + " ("
            + layer.reason.english() + ")\n";
    }
    return text;
}
} // namespace

TEST(Plan, LastMatchingRuleWinsAndSaysSo)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    const auto plan
        = resolve(recipeOf(R"({"match": "conv", "format": "int6/c"}, {"match": "conv2", "format": "int2/t"})"), *model);
    EXPECT_TRUE(plan.problems.empty());
    EXPECT_EQ(planText(plan, *model),
        "conv1.weight: int6/c (rule 1 \"conv\")\n"
        "conv1.bias: kept (It has fewer than two dimensions.)\n"
        "bn1.weight: kept (It has fewer than two dimensions.)\n"
        "bn1.num_batches_tracked: kept (Its values are of type I64, not floating-point numbers.)\n"
        "conv2.weight: int2/t (rule 2 \"conv2\")\n"
        "fc.weight: int4/c (default)\n"
        "fc.bias: kept (It has fewer than two dimensions.)\n");
    EXPECT_EQ(plan.layers[0].rule, 0);
    EXPECT_EQ(plan.layers[4].rule, 1);
    EXPECT_EQ(plan.layers[5].rule, -1);
    EXPECT_NO_THROW(requireUsable(plan));
}

TEST(Plan, AbsentPartsFallThrough)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    const auto plan
        = resolve(recipeOf(R"({"match": "conv1", "format": "int6/c"}, {"match": "conv", "method": "rtn"})"), *model);
    EXPECT_EQ(formatText(plan.layers[0].choice.format), "int6/c");
    EXPECT_EQ(formatText(plan.layers[4].choice.format), "int4/c");
}

/// Formats of blocks, for rows that are no whole number of them.
TEST(Plan, LayersAFormatCannotHoldGetAnotherAndTheReason)
{
    const auto model = test::memoryModel({ test::weightLayer("whole", test::normalTensor({ 4, 512 }, 1)),
        test::weightLayer("conv", test::normalTensor({ 4, 32, 3, 3 }, 2)),
        test::weightLayer("first", test::normalTensor({ 4, 3, 3, 3 }, 3)),
        test::weightLayer("turned", test::normalTensor({ 256, 27 }, 4), LayerKind::Matrix, 1) });
    const auto plan
        = resolve(parseRecipe(R"({"bitwright_recipe": 1, "default": {"format": "q4_k"}, "rules": []})"), *model);
    EXPECT_TRUE(plan.problems.empty());
    EXPECT_EQ(planText(plan, *model),
        "whole: q4_k (default)\n"
        "conv: q5_0 (rows of 288 weights are not whole blocks of 256: q5_0 takes the place of q4_k)\n"
        "first: f16 (rows of 27 weights are not whole blocks of 256: f16 takes the place of q4_k)\n"
        "turned: q4_k (default)\n");
    EXPECT_FALSE(plan.layers[0].isFallback);
    EXPECT_TRUE(plan.layers[1].isFallback);
    EXPECT_FALSE(plan.layers[3].isFallback);
    EXPECT_EQ(formatText(plan.recipe.fallback.format), "q4_k");
}

TEST(Plan, RuleThatMatchesNothingIsAProblemWithTheNearestName)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    const auto plan = resolve(
        recipeOf(
            R"({"match": "fc", "format": "int6/c"}, {"match": "^conv3\\.weight$", "format": "int6/c"}, {"match": "zzzzzz"})"),
        *model);
    ASSERT_EQ(plan.problems.size(), 2U);
    EXPECT_EQ(plan.problems[0].field, "rules[1].match");
    EXPECT_EQ(plan.problems[0].message.english(),
        "no layer's name matches \"^conv3\\.weight$\"; the nearest is \"conv1.weight\"");
    EXPECT_EQ(plan.problems[1].message.english(), "no layer's name matches \"zzzzzz\"");
    try {
        requireUsable(plan);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_NE(error.fullEnglish().find("rules[1].match"), std::string::npos);
    }
}

TEST(Plan, WrongChoicesAreProblemsNotExceptions)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    Recipe recipe = defaultRecipe();
    recipe.rules = { { "conv(", std::nullopt, std::nullopt, {} }, { "conv", std::nullopt, "no such method", {} },
        { "fc", parseFormat("int4/c"), std::nullopt, { { "damp", 1.0 } } } };
    recipe.rules[2].format->scaling.blockSize = 7;
    const auto plan = resolve(recipe, *model);
    std::vector<std::string> fields;
    for (const auto& problem : plan.problems) {
        fields.push_back(problem.field);
    }
    EXPECT_EQ(fields,
        (std::vector<std::string> { "rules[0].match", "rules[1].method", "rules[2].format", "rules[2].params.damp" }));
    EXPECT_EQ(plan.layers.size(), model->layers().size());
}

TEST(Plan, TiedNamesMatchToo)
{
    auto layer = test::weightLayer("embed.weight", test::normalTensor({ 4, 4 }, 1));
    layer.tiedNames = { "lm_head.weight" };
    const auto model = test::memoryModel({ layer });
    const auto plan = resolve(recipeOf(R"({"match": "lm_head", "format": "int6/c"})"), *model);
    EXPECT_TRUE(plan.problems.empty());
    EXPECT_EQ(formatText(plan.layers[0].choice.format), "int6/c");
}

TEST(Plan, TenThousandLayersAndRulesForAllOfThemResolveAtOnce)
{
    std::vector<LayerInfo> layers;
    std::vector<std::string> names;
    const auto view = test::normalTensor({ 2, 2 }, 1);
    for (int i = 0; i < 10000; ++i) {
        names.push_back("model.layers." + std::to_string(i) + ".self_attn.q_proj.weight");
        layers.push_back(test::weightLayer(names.back(), view));
    }
    const auto model = test::memoryModel(std::move(layers));
    Recipe recipe = recipeOf(R"({"match": ".*attn.*", "format": "int6/c"})");
    recipe = withLayerFormat(recipe, names, parseFormat("int3/c"));
    const auto start = std::chrono::steady_clock::now();
    const auto plan = resolve(recipe, *model);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    EXPECT_TRUE(plan.problems.empty());
    EXPECT_EQ(plan.layers[9999].rule, 1);
    EXPECT_LT(seconds.count(), 10) << "quadratic?";
}

} // namespace bw
