#pragma once
// What the commands that work on a model share: opening it, choosing layers, making the recipe, guarding inputs.

#include "app/cli/arguments.h"
#include "core/engine/quantize_model.h"
#include "core/engine/weight_importance.h"
#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bw::cli {

/// openModel; its warnings become the run's, also that layers are quantized already.
ModelPtr openModelFor(Run& run, const std::string& path, const JobContext& ctx);
/// The same for a model that is only looked at, where that needs no warning.
ModelPtr openModelToCompare(Run& run, const std::string& path, const JobContext& ctx);

/// Layers whose name `pattern` (a regular expression, found anywhere in the name) matches; all if it is empty.
/// Error{BadInput} if it matches none, naming the nearest layer, or is malformed.
std::vector<LayerId> layersMatching(const Model& model, const std::string& pattern);
/// Only those that can be quantized; Error{BadInput} says why none can.
std::vector<LayerId> quantizableMatching(const Model& model, const std::string& pattern);
/// The layer of exactly this name; Error{BadInput} with the nearest name.
const LayerInfo& layerNamed(const Model& model, const std::string& name);

/// --format, --recipe, --set, --method as given.
struct RecipeOptions
{
    std::string format;
    std::string recipeFile;
    std::string method;
    std::vector<std::string> rules; ///< REGEX=FORMAT

    bool isGiven() const { return !format.empty() || !recipeFile.empty() || !method.empty() || !rules.empty(); }
};
void declareRecipeOptions(Options& options, RecipeOptions& target);
/// The recipe these options and --seed make. Error{BadInput|NotFound|BadFile}.
Recipe makeRecipe(const RecipeOptions& given, const GlobalOptions& global);
/// "conv=pow4(a=0.5)/c": the pattern and the format; split at the last '=' that a valid format follows.
std::pair<std::string, QuantFormat> splitRule(const std::string& text);

/// Formats given with commas between them ("int4/c,crd4(normal,sym)/b64": commas in parentheses belong to a format), in
/// several texts. Error{BadInput} names `option`.
std::vector<QuantFormat> parseFormatList(const std::vector<std::string>& texts, const std::string& option);

/// The part of a job that works on `count` of `total` weights after `before` others: what it reports of itself, in
/// whatever it counts, becomes weights of the whole.
JobContext layerJob(
    const JobContext& job, const Text& phase, std::uint64_t before, std::uint64_t count, std::uint64_t total);

/// quantizeLayer for a format that is known to be valid: what is wrong then is the layer (a NaN), so it is
/// Error{BadFile}.
QuantizedLayerPtr measureLayer(const LayerInfo& layer, const LayerChoice& choice, const JobContext& ctx,
    const WeightImportance* importance = nullptr);

/// Error{BadInput} if `output` (given as `option`) is a folder or one of the inputs, also through links.
void refuseOverwriting(
    const std::filesystem::path& output, const std::string& option, const std::vector<std::filesystem::path>& inputs);
/// Error{Io} now rather than after the work, if `output` cannot be written.
void requireWritable(const std::filesystem::path& output);

} // namespace bw::cli
