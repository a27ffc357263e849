#pragma once

#include "core/recipe/recipe.h"

#include <QString>

#include <string>
#include <vector>

namespace bw {

/// Is there a rule that lists some of these layers by name?
bool hasLayerRules(const Recipe& recipe, const std::vector<std::string>& layerNames);
/// The recipe with these layers taken out of every rule that lists layers by name; rules by pattern stay.
Recipe withoutLayerRules(Recipe recipe, const std::vector<std::string>& layerNames);

/// Arguments of bitwright-cli that state the recipe: "--format int4/c --set '^conv1$=int8/c'". Empty if it takes a
/// file.
QString recipeArguments(const Recipe& recipe);
/// One word of a shell command line, quoted where needed.
QString shellWord(const QString& word);
/// A bitwright-cli command that does the job: `arguments` before and after the recipe. A recipe that options cannot
/// state is written to a file first.
QString recipeCommand(const QString& before, const Recipe& recipe, const QString& after);

} // namespace bw
