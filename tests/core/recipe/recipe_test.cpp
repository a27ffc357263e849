#include "core/base/json.h"
#include "core/recipe/layer_pattern.h"
#include "core/recipe/recipe.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace bw {

namespace {
std::string messageOf(std::string_view json)
{
    try {
        parseRecipe(json);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput) << error.fullEnglish();
        return error.fullEnglish();
    }
    ADD_FAILURE() << "no error for " << json;
    return {};
}

Recipe withRules(std::vector<RecipeRule> rules)
{
    Recipe recipe = defaultRecipe();
    recipe.rules = std::move(rules);
    return recipe;
}

std::string rulesText(const Recipe& recipe)
{
    std::string text;
    for (const auto& rule : recipe.rules) {
        text += (text.empty() ? "" : "; ") + rule.match + " -> " + (rule.format ? formatText(*rule.format) : "-")
            + (rule.method ? " " + *rule.method : "");
    }
    return text;
}
} // namespace

TEST(RecipeJson, ReadsAndWritesTheSame)
{
    const std::string text = R"({
  "bitwright_recipe": 1,
  "default": {
    "format": "int4s/b64",
    "method": "rtn"
  },
  "rules": [
    {
      "match": "lm_head|embed",
      "format": "int8/c"
    },
    {
      "match": ".*attn\\.v.*",
      "format": "int6/b64",
      "method": "rtn"
    },
    {
      "match": "^conv1$",
      "method": "rtn"
    }
  ],
  "seed": 18446744073709551615
}
)";
    const auto recipe = parseRecipe(text);
    EXPECT_EQ(recipeJson(recipe), text);
    EXPECT_EQ(parseRecipe(recipeJson(recipe)), recipe);
    ASSERT_EQ(recipe.rules.size(), 3U);
    EXPECT_FALSE(recipe.rules[0].method);
    EXPECT_EQ(formatText(*recipe.rules[1].format), "int6/b64");
    EXPECT_FALSE(recipe.rules[2].format);
    EXPECT_EQ(recipe.seed, 18446744073709551615U);
}

TEST(RecipeJson, MissingPartsAreDefaults)
{
    EXPECT_EQ(parseRecipe(R"({"bitwright_recipe": 1})"), defaultRecipe());
    EXPECT_EQ(formatText(defaultRecipe().fallback.format), "int8/c");
}

TEST(RecipeJson, ErrorsNameKeyPlaceAndNearestWord)
{
    EXPECT_EQ(messageOf(R"({"bitwright_recipe": 1, "defalut": {}})"),
        "recipe: unknown key \"defalut\"; did you mean \"default\"?");
    EXPECT_EQ(
        messageOf(
            R"({"bitwright_recipe": 1, "rules": [{"match": "a"}, {"match": "b"}, {"match": "c", "formt": "int4/c"}]})"),
        "recipe, at rules[2]: unknown key \"formt\"; did you mean \"format\"?");
    EXPECT_NE(
        messageOf(R"({"bitwright_recipe": 1, "rules": [{"match": "a", "format": "imt4/c"}]})").find("rules[0].format"),
        std::string::npos);
    EXPECT_EQ(messageOf(R"({"bitwright_recipe": 1, "rules": [{"match": "a", "method": "rtm"}]})"),
        "recipe, at rules[0].method: unknown method \"rtm\"; did you mean \"rtn\"?");
    EXPECT_EQ(messageOf(R"({"bitwright_recipe": 1, "default": {"format": 4}})"),
        "recipe, at default.format: a text in quotes is expected, not 4");
    EXPECT_NE(
        messageOf(R"({"bitwright_recipe": 1, "rules": [{"match": "("}]})").find("rules[0].match: \"(\" is not a valid"),
        std::string::npos);
    EXPECT_NE(messageOf(R"({"bitwright_recipe": 1, "rules": [{"match": "(a)\\1"}]})").find("back-reference"),
        std::string::npos);
    EXPECT_NE(messageOf(R"({"bitwright_recipe": 1, "rules": [{"format": "int4/c"}]})").find("\"match\" is missing"),
        std::string::npos);
    EXPECT_NE(messageOf(R"({"bitwright_recipe": 1, "rules": {}})").find("at rules: a list"), std::string::npos);
    EXPECT_NE(messageOf(R"({"bitwright_recipe": 1, "rules": [7]})").find("at rules[0]: an object"), std::string::npos);
    EXPECT_NE(messageOf(R"({"bitwright_recipe": 1, "default": {"params": {"damp": 1}}})").find("default.params.damp"),
        std::string::npos);
    EXPECT_NE(messageOf(R"({"bitwright_recipe": 1, "seed": -1})").find("at seed"), std::string::npos);
    EXPECT_NE(messageOf(R"({"bitwright_recipe": "1"})").find("bitwright_recipe"), std::string::npos);
    EXPECT_NE(messageOf(R"({"rules": []})").find("no recipe"), std::string::npos);
    EXPECT_NE(messageOf(R"([1])").find("object"), std::string::npos);
    EXPECT_NE(messageOf(R"({"bitwright_recipe": 1, "seed": 1, "seed": 2})").find("twice"), std::string::npos);
    EXPECT_NE(messageOf("{").find("malformed"), std::string::npos);
    EXPECT_NE(messageOf("").find("malformed"), std::string::npos);
    EXPECT_NE(messageOf(std::string(5000, '[')).find("deep"), std::string::npos);
}

TEST(RecipeJson, NewerVersionsAreUnsupported)
{
    try {
        parseRecipe(R"({"bitwright_recipe": 2})");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
    }
}

TEST(RecipeJson, MethodParametersKeepTheirKind)
{
    Recipe recipe = defaultRecipe();
    recipe.rules.push_back({ "a", std::nullopt, std::nullopt,
        { { "i", std::int64_t { 3 } }, { "r", 3.0 }, { "l", std::vector<double> { 1, 0.5 } }, { "t", std::string("x") },
            { "s", std::monostate {} } } });
    EXPECT_EQ(parseRecipe(recipeJson(recipe)), recipe);
}

TEST(RecipeJson, SchemaAgreesWithTheReader)
{
    const auto path = test::sourceDir() / "resources/schemas/recipe.schema.json";
    const Json schema = parseJson(test::readFile(path));
    const auto keysOf = [](const Json& object) {
        std::vector<std::string> keys;
        for (const auto& item : object["properties"].items()) {
            keys.push_back(item.key());
        }
        return keys;
    };
    EXPECT_EQ(keysOf(schema), (std::vector<std::string> { "bitwright_recipe", "default", "rules", "seed" }));
    EXPECT_EQ(keysOf(schema["$defs"]["rule"]), (std::vector<std::string> { "match", "format", "method", "params" }));
    EXPECT_EQ(keysOf(schema["properties"]["default"]), (std::vector<std::string> { "format", "method", "params" }));
    for (const auto& format : schema["$defs"]["method"]["examples"]) {
        EXPECT_NO_THROW(parseRecipe(R"({"bitwright_recipe": 1, "default": {"method": )" + format.dump() + "}}"));
    }
}

TEST(LayerPattern, EndsWhereItEnds)
{
    // libstdc++ looks at the character behind "(", which here would make a good pattern of it.
    const std::string_view text("((?:a))");
    EXPECT_THROW(LayerPattern(text.substr(0, 2)), Error);
    EXPECT_THROW(LayerPattern(text.substr(0, 1)), Error);
    EXPECT_TRUE(LayerPattern(text).matches("a"));
}

TEST(LayerPattern, FindsAnywhereLikeARegularExpression)
{
    EXPECT_TRUE(LayerPattern("attn\\.v").matches("model.layers.0.attn.v.weight"));
    EXPECT_TRUE(LayerPattern(".*attn\\.v.*").matches("model.layers.0.attn.v.weight"));
    EXPECT_FALSE(LayerPattern("^attn").matches("model.attn"));
    EXPECT_TRUE(LayerPattern("lm_head|embed").matches("tok_embeddings"));
    EXPECT_TRUE(LayerPattern("").matches("anything"));
    EXPECT_TRUE(LayerPattern(".*").matches("anything"));
    EXPECT_TRUE(LayerPattern("layers\\.[0-3]\\.").matches("layers.2.w"));
    EXPECT_FALSE(LayerPattern("layers\\.[0-3]\\.").matches("layers.12.w"));
}

static void expectRefused(const char* pattern, const char* words)
{
    try {
        LayerPattern tried { pattern };
        ADD_FAILURE() << pattern;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_NE(error.fullEnglish().find(words), std::string::npos) << error.fullEnglish();
    }
}

TEST(LayerPattern, CountsThatFitNoNumberAreRefused)
{
    for (const char* pattern :
        { "a{18446744073709551615}", "a{1,99999999999999999999}", "(a)\\22222222222222222222", "\\\\{12345678901}" }) {
        expectRefused(pattern, "counts beyond a billion");
    }
    EXPECT_TRUE(LayerPattern("a{2,3}12345678901234567890").matches("aa12345678901234567890"));
    EXPECT_TRUE(LayerPattern("\\\\12345678901").matches("\\12345678901"));
    EXPECT_TRUE(LayerPattern("a{2}$").matches("baa"));
}

TEST(LayerPattern, RepetitionsOfRepetitionsAreRefused)
{
    for (const char* pattern : { "(a{300}){300}", "((((a?){10}){10}){10}){10}", "(.{1,70}){70}" }) {
        expectRefused(pattern, "repeats too much");
    }
    EXPECT_TRUE(LayerPattern("^(a{30}){30}$").matches(std::string(900, 'a')));
}

TEST(LayerPattern, LongPatternsWithoutCountsAreTaken)
{
    for (const std::string part : { "a|", "a*", "(a)", "a?", "[b]|", "(?:a)", "()*" }) {
        std::string pattern;
        while (pattern.size() + part.size() < 1000) {
            pattern += part;
        }
        EXPECT_NO_THROW(LayerPattern { pattern + 'a' }) << part;
    }
}

TEST(LayerPattern, NamesAreTakenLiterally)
{
    for (const std::string name :
        { "conv1.weight", "a|b", "x(1)[2]{3}^$", "back\\slash", "", "β.weight", "new\nline" }) {
        EXPECT_TRUE(LayerPattern(exactPattern(name)).matches(name)) << name;
        EXPECT_EQ(namesOfPattern(exactPattern(name)), std::vector<std::string> { name });
    }
    EXPECT_FALSE(LayerPattern(exactPattern("conv1.weight")).matches("conv1xweight"));
    EXPECT_FALSE(LayerPattern(exactPattern("conv1")).matches("conv11"));
    EXPECT_EQ(namesPattern({ "b", "a", "b" }), "^(a|b)$");
    EXPECT_FALSE(namesOfPattern("^a.*$"));
    EXPECT_FALSE(namesOfPattern("^a|b$")); // two alternatives, each anchored on one side only
    EXPECT_FALSE(namesOfPattern("a"));
}

TEST(LayerPattern, HostilePatternsAndNamesEndSoon)
{
    const std::string longName(1'000'000, 'a');
    EXPECT_FALSE(LayerPattern("(a+)+(b+)+$").matches(longName));
    EXPECT_FALSE(LayerPattern("(.*)(.*)(.*)(.*)zz").matches(longName.substr(0, 200)));
    EXPECT_TRUE(LayerPattern(exactPattern(longName)).matches(longName));
    EXPECT_THROW(LayerPattern(std::string(1001, '(')), Error);
}

TEST(WithLayerFormat, ReplacesJustTheseNames)
{
    const auto int4 = parseFormat("int4/c");
    const auto int6 = parseFormat("int6/c");
    Recipe recipe = withLayerFormat(defaultRecipe(), { "a", "b" }, int4);
    EXPECT_EQ(rulesText(recipe), "^(a|b)$ -> int4/c");
    recipe = withLayerFormat(recipe, { "b" }, int6);
    EXPECT_EQ(rulesText(recipe), "^a$ -> int4/c; ^b$ -> int6/c");
    recipe = withLayerFormat(recipe, { "b" }, int4);
    EXPECT_EQ(rulesText(recipe), "^(a|b)$ -> int4/c");
    recipe = withLayerFormat(recipe, { "a", "b" }, int6);
    EXPECT_EQ(rulesText(recipe), "^(a|b)$ -> int6/c");
    EXPECT_EQ(withLayerFormat(recipe, {}, int4), recipe);
}

TEST(WithLayerFormat, RepeatedEditsDoNotPileUp)
{
    Recipe recipe = withRules({ { "conv", parseFormat("int5/c"), std::nullopt, {} } });
    for (int i = 0; i < 100; ++i) {
        recipe = withLayerFormat(recipe, { "conv1.weight", "fc" }, parseFormat(i % 2 == 0 ? "int3/c" : "int4/c"));
        recipe = withLayerFormat(recipe, { "fc" }, parseFormat(i % 3 == 0 ? "int3/c" : "int8/t"));
    }
    EXPECT_LE(recipe.rules.size(), 3U);
    EXPECT_EQ(rulesText(withLayerFormat(recipe, { "conv1.weight", "fc" }, parseFormat("int2/c"))),
        "conv -> int5/c; ^(conv1\\.weight|fc)$ -> int2/c");
}

TEST(WithLayerFormat, StaysAfterPatternsThatAlsoMatch)
{
    Recipe recipe = withRules(
        { { "^a$", parseFormat("int4/c"), std::nullopt, {} }, { ".*", parseFormat("int2/c"), std::nullopt, {} } });
    recipe = withLayerFormat(recipe, { "b" }, parseFormat("int4/c"));
    EXPECT_EQ(rulesText(recipe), "^a$ -> int4/c; .* -> int2/c; ^b$ -> int4/c");
}

TEST(WithLayerFormat, KeepsMethodsOfTheLayers)
{
    Recipe recipe = withRules({ { "^(a|b)$", parseFormat("int4/c"), "rtn", {} } });
    recipe = withLayerFormat(recipe, { "b" }, parseFormat("int6/c"));
    EXPECT_EQ(rulesText(recipe), "^a$ -> int4/c rtn; ^b$ -> - rtn; ^b$ -> int6/c");
}

} // namespace bw
