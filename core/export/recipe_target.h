#pragma once

#include "core/base/registry.h"
#include "core/engine/quantize_model.h"

#include <string>
#include <vector>

namespace bw {

/// Something of a recipe that another tool's description cannot say.
struct RecipeLoss
{
    std::string layer; ///< empty: of all layers
    Text what;
};

struct RecipeTranslation
{
    std::string text; ///< the file
    std::vector<RecipeLoss> losses;
};

/// What a translation is made from. `quantized` is null unless the target asks for it.
struct RecipeSource
{
    const Model& model;
    const Plan& plan;
    const QuantizedModel* quantized = nullptr;
};

/// A tool that quantizes by itself, told to do what a plan says as far as it can (entry of recipe_targets.inc).
struct RecipeTarget
{
    std::string id; ///< "llama.cpp"
    Text title;
    Text use; ///< one sentence: where the file goes
    std::string suffix; ///< of the file
    bool needsValues = false; ///< needs scales and offsets, so that layers must be quantized first
    RecipeTranslation (*translate)(const RecipeSource& source);
};

const Registry<RecipeTarget>& recipeTargets();
/// Error{BadInput} with the nearest id.
const RecipeTarget& recipeTarget(const std::string& id);

} // namespace bw
