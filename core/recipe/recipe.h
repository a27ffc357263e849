#pragma once
// value header

#include "core/base/error.h"
#include "core/formats/quant_format.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// Which format and method a layer gets.
struct LayerChoice
{
    QuantFormat format;
    std::string method = "rtn";
    ParamValues params; ///< of the method
    friend bool operator==(const LayerChoice&, const LayerChoice&) = default;
};

/// A choice for all layers whose name `match` finds (ECMAScript regular expression, found anywhere in the name).
/// A part that is absent falls through to earlier rules and the default.
struct RecipeRule
{
    std::string match;
    std::optional<QuantFormat> format;
    std::optional<std::string> method;
    ParamValues params;
    friend bool operator==(const RecipeRule&, const RecipeRule&) = default;
};

/// Rules from general to particular: the last matching rule wins (contract §3). A pure value.
struct Recipe
{
    LayerChoice fallback; ///< "default" in JSON
    std::vector<RecipeRule> rules;
    std::uint64_t seed = 0;
    friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// int8/c by rtn: what a new session starts from.
Recipe defaultRecipe();
/// A pattern that matches exactly this layer name.
std::string exactPattern(std::string_view layerName);
/// The recipe with `format` for exactly the layers named, whose methods stay. Earlier rules for just these names give
/// way, so that repeated edits do not pile up; nothing changes for other layers.
Recipe withLayerFormat(Recipe recipe, const std::vector<std::string>& layerNames, const QuantFormat& format);

/// Contract §3. Stable bytes. Error{BadInput} names the unknown key, the bad value and its place ("rules[2].format").
std::string recipeJson(const Recipe& recipe);
Recipe parseRecipe(std::string_view json);

} // namespace bw
