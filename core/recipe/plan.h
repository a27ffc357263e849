#pragma once
// value header

#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <vector>

namespace bw {

/// What happens to one layer, and why.
struct LayerPlan
{
    LayerId layer;
    bool isKept = false; ///< stays in the file's own type
    LayerChoice choice; ///< meaningless when kept
    int rule = -1; ///< index of the deciding rule; -1: the recipe's default
    /// The format asked for cannot hold the layer; `choice` has the one that takes its place, `reason` says why.
    bool isFallback = false;
    Text reason; ///< "rule 2 \"conv1\"", "default", or why the layer is kept or gets another format
    friend bool operator==(const LayerPlan&, const LayerPlan&) = default;
};

/// A recipe resolved against a model: one entry per layer, in model order.
struct Plan
{
    Recipe recipe;
    std::vector<LayerPlan> layers;
    /// Rules that match no layer (field "rules[1].match", with the nearest layer name), formats that cannot be used, …
    std::vector<Problem> problems;
};

/// Pure and total.
Plan resolve(const Recipe& recipe, const Model& model);
/// Throws Error{BadInput} with the first problem, if there is one.
void requireUsable(const Plan& plan);

} // namespace bw
