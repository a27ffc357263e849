#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/words.h"
#include "core/base/atomic_file.h"
#include "core/export/recipe_target.h"

#include <memory>

namespace bw::cli {

CommandFunction declareRecipe(Options& options);

namespace {
struct Arguments
{
    std::string model;
    RecipeOptions recipe;
    std::string target;
    std::string output;
};

RecipeTranslation translated(const Arguments& arguments, const RecipeTarget& target, Run& run)
{
    const Recipe recipe = makeRecipe(arguments.recipe, run.options());
    const ModelPtr model = openModelFor(run, arguments.model, run.job(0, 0.1));
    auto inputs = model->files();
    inputs.insert(inputs.end(), { arguments.model, arguments.recipe.recipeFile });
    refuseOverwriting(arguments.output, "-o", inputs);
    const Plan plan = resolve(recipe, *model);
    requireUsable(plan);
    if (!target.needsValues) {
        return target.translate({ *model, plan, nullptr });
    }
    requireMemory(run, memoryForQuantizing(*model, plan));
    const auto quantized = quantizeModel(model, plan, nullptr, run.job(0.1, 1));
    requireComplete(*quantized);
    return target.translate({ *model, plan, quantized.get() });
}

Json document(const Arguments& arguments, const RecipeTarget& target, const RecipeTranslation& result)
{
    Json losses = Json::array();
    for (const auto& loss : result.losses) {
        losses.push_back({ { "layer", loss.layer.empty() ? Json(nullptr) : Json(printable(loss.layer)) },
            { "what", loss.what.english() } });
    }
    return { { "target", target.id }, { "output", arguments.output }, { "losses", std::move(losses) } };
}

std::string text(const Arguments& arguments, const RecipeTarget& target, const RecipeTranslation& result)
{
    std::string out = "Wrote " + printable(arguments.output) + ". " + target.use.english() + "\n";
    if (result.losses.empty()) {
        return out + "Nothing is lost.\n";
    }
    out += "What it cannot say:\n";
    for (const auto& loss : result.losses) {
        out += "  " + (loss.layer.empty() ? std::string() : printable(loss.layer) + ": ") + loss.what.english() + "\n";
    }
    return out;
}

Outcome write(const Arguments& arguments, Run& run)
{
    const RecipeTarget& target = recipeTarget(arguments.target);
    requireWritable(arguments.output);
    const RecipeTranslation result = translated(arguments, target, run);
    AtomicFile file(arguments.output);
    file.write(std::as_bytes(std::span(result.text)));
    file.commit();
    return { run.isJson() ? documentText(document(arguments, target, result), run) : text(arguments, target, result) };
}
} // namespace

CommandFunction declareRecipe(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file the recipe is for");
    declareRecipeOptions(options, arguments->recipe);
    options.requiredText("--to", arguments->target, "TOOL", "The other tool: " + listText(idsOf(recipeTargets())));
    options.requiredText("-o,--output", arguments->output, "OUT", "The file to write");
    options.notes("Says which layers the other tool cannot treat the same way.");
    return [arguments](Run& run) { return write(*arguments, run); };
}

} // namespace bw::cli
