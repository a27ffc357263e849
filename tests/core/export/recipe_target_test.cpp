// Recipes in the words of other tools: what they say is what the plan says, and what they cannot say is listed.

#include "core/base/json.h"
#include "core/export/recipe_target.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cmath>
#include <regex>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

struct Made
{
    ModelPtr model;
    Plan plan;
    QuantizedModelPtr quantized;

    RecipeTranslation to(const char* target) const
    {
        return recipeTarget(target).translate({ *model, plan, quantized.get() });
    }
};

Made made(const std::string& common, const std::string& ofA)
{
    Made out;
    const auto layer = [](const char* name, std::uint64_t seed) {
        return weightLayer(name, normalTensor({ 4, 256 }, seed), LayerKind::Linear);
    };
    out.model = memoryModel({ layer("blk.0.attn_q.weight", 1), layer("blk.1.attn_q.weight", 2),
        layer("Output.weight", 3), weightLayer("norm.weight", normalTensor({ 8 }, 4), LayerKind::Norm) });
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(common);
    RecipeRule rule;
    rule.match = "^blk\\.0";
    rule.format = parseFormat(ofA);
    recipe.rules.push_back(rule);
    out.plan = resolve(recipe, *out.model);
    out.quantized = quantizeModel(out.model, out.plan, nullptr, {});
    return out;
}

TEST(RecipeTarget, LlamaCppLinesMatchTheirTensorOnly)
{
    const auto result = made("q4_k", "q6_k").to("llama.cpp");
    EXPECT_EQ(
        result.text, "^blk\\.0\\.attn_q\\.weight$=q6_k\n^blk\\.1\\.attn_q\\.weight$=q4_k\n^output\\.weight$=q4_k\n");
    EXPECT_TRUE(result.losses.empty());
    EXPECT_TRUE(std::regex_search("blk.0.attn_q.weight", std::regex("^blk\\.0\\.attn_q\\.weight$")));
    const auto other = made("q4_k", "int4/c").to("llama.cpp");
    ASSERT_EQ(other.losses.size(), 1U);
    EXPECT_EQ(other.losses.front().layer, "blk.0.attn_q.weight");
    EXPECT_EQ(other.text.find("blk\\.0"), std::string::npos);
}

TEST(RecipeTarget, AimetScalesGiveTheSameValues)
{
    for (const char* format : { "int4/c:f32", "int4s/b64:f32", "uint4/c:f32", "int8/t:f32" }) {
        const auto source = made(format, "nf4/c");
        const auto result = source.to("aimet");
        const Json document = parseJson(result.text);
        EXPECT_EQ(document.at("version"), "1.0.0");
        EXPECT_EQ(document.at("excluded_layers"), Json::array({ "blk.0.attn_q.weight" }));
        ASSERT_EQ(document.at("param_encodings").size(), 2U) << format;
        const Json& encoding = document.at("param_encodings")[0];
        EXPECT_EQ(encoding.at("name"), "blk.1.attn_q.weight");
        // Quantize as AIMET does, with its scales and offsets: the engine's values come out.
        const auto id = source.model->find("blk.1.attn_q.weight");
        const auto& tensor = std::get<QuantizedLayerPtr>(source.quantized->layers[id.index()])->tensor;
        const auto weights = toFloats(source.model->layer(id).view);
        const auto wanted = toFloats(dequantize(tensor, {}));
        const auto groups = encoding.at("scale").size();
        const double top = std::exp2(encoding.at("bw").get<int>()) - 1;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const std::size_t group = i * groups / weights.size();
            const double scale = encoding.at("scale")[group].get<double>();
            const double offset = encoding.at("offset")[group].get<double>();
            const double q = std::clamp(std::round(weights[i] / scale) - offset, 0.0, top);
            EXPECT_NEAR((q + offset) * scale, wanted[i], scale * 1e-3) << format << " at " << i;
        }
    }
}

TEST(RecipeTarget, NncfHasOneModeAndSaysWhatDiffers)
{
    const auto result = made("int4s/b64", "int8/c").to("nncf");
    const Json document = parseJson(result.text);
    EXPECT_EQ(document.at("mode"), "int4_sym");
    EXPECT_EQ(document.at("group_size"), 64);
    ASSERT_EQ(result.losses.size(), 1U);
    EXPECT_NE(result.losses.front().what.english().find("int4_sym"), std::string::npos);
    const auto none = made("uint4/b128", "pow4/c").to("nncf");
    const Json patterns = parseJson(none.text).at("ignored_scope").at("patterns");
    ASSERT_EQ(patterns.size(), 1U);
    EXPECT_TRUE(std::regex_match("model/blk.0.attn_q/linear/0", std::regex(patterns[0].get<std::string>())));
    EXPECT_FALSE(std::regex_match("model/blk.1.attn_q/linear/0", std::regex(patterns[0].get<std::string>())));
    EXPECT_EQ(parseJson(none.text).at("mode"), "int4_asym");
}

TEST(RecipeTarget, AnUnknownNameIsRefused)
{
    EXPECT_THROW(recipeTarget("tflite"), Error);
}

} // namespace
} // namespace bw::test
