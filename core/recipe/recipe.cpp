#include "core/recipe/recipe.h"

#include "core/recipe/layer_pattern.h"

#include <algorithm>
#include <set>

namespace bw {

namespace {
/// What everybody starts from: nearly lossless, and a quarter of the size.
constexpr const char* defaultFormat = "int8/c";

bool setsOnlyFormat(const RecipeRule& rule)
{
    return rule.format && !rule.method && rule.params.empty();
}

/// The rule without its format for `names`: what is left of it, in the same order (nothing, one rule or two).
std::vector<RecipeRule> withoutFormatFor(const RecipeRule& rule, const std::set<std::string>& names)
{
    const auto listed = namesOfPattern(rule.match);
    if (!rule.format || !listed) {
        return { rule };
    }
    std::vector<std::string> taken;
    std::vector<std::string> others;
    for (const auto& name : *listed) {
        (names.contains(name) ? taken : others).push_back(name);
    }
    if (taken.empty()) {
        return { rule };
    }
    std::vector<RecipeRule> left;
    if (!others.empty()) {
        left.push_back(rule);
        left.back().match = namesPattern(others);
    }
    if (!setsOnlyFormat(rule)) {
        left.push_back(rule);
        left.back().match = namesPattern(taken);
        left.back().format.reset();
    }
    return left;
}

/// A rule at the end of the list that may take more names for the same format: nothing after it can overrule it for
/// other names.
RecipeRule* ruleToJoin(std::vector<RecipeRule>& rules, const QuantFormat& format)
{
    for (auto rule = rules.rbegin(); rule != rules.rend() && namesOfPattern(rule->match); ++rule) {
        if (setsOnlyFormat(*rule) && *rule->format == format) {
            return &*rule;
        }
    }
    return nullptr;
}
} // namespace

Recipe defaultRecipe()
{
    Recipe recipe;
    recipe.fallback.format = parseFormat(defaultFormat);
    return recipe;
}

std::string exactPattern(std::string_view layerName)
{
    return namesPattern({ std::string(layerName) });
}

Recipe withLayerFormat(Recipe recipe, const std::vector<std::string>& layerNames, const QuantFormat& format)
{
    if (layerNames.empty()) {
        return recipe;
    }
    const std::set<std::string> names(layerNames.begin(), layerNames.end());
    std::vector<RecipeRule> rules;
    for (const auto& rule : recipe.rules) {
        for (auto& left : withoutFormatFor(rule, names)) {
            rules.push_back(std::move(left));
        }
    }
    if (RecipeRule* same = ruleToJoin(rules, format)) {
        auto joined = *namesOfPattern(same->match);
        joined.insert(joined.end(), names.begin(), names.end());
        same->match = namesPattern(std::move(joined));
    } else {
        rules.push_back({ namesPattern({ names.begin(), names.end() }), format, std::nullopt, {} });
    }
    recipe.rules = std::move(rules);
    return recipe;
}

} // namespace bw
