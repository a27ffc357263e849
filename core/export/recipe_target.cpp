#include "core/export/recipe_target.h"

namespace bw {

#define BW_RECIPE_TARGET(name) extern const RecipeTarget name;
#include "core/export/recipe_targets.inc"
#undef BW_RECIPE_TARGET

const Registry<RecipeTarget>& recipeTargets()
{
    static const Registry<RecipeTarget> registry({
#define BW_RECIPE_TARGET(name) &name,
#include "core/export/recipe_targets.inc"
#undef BW_RECIPE_TARGET
    });
    return registry;
}

const RecipeTarget& recipeTarget(const std::string& id)
{
    if (const auto* target = recipeTargets().find(id)) {
        return *target;
    }
    std::string ids;
    for (const auto* target : recipeTargets().entries()) {
        ids += (ids.empty() ? "" : ", ") + target->id;
    }
    throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "recipes cannot be written for \"%1\"; valid names are %2"),
        printable(id), ids);
}

} // namespace bw
