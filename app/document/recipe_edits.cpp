#include "app/document/recipe_edits.h"

#include "core/recipe/layer_pattern.h"

#include <QRegularExpression>

#include <algorithm>
#include <set>

namespace bw {

bool hasLayerRules(const Recipe& recipe, const std::vector<std::string>& layerNames)
{
    return withoutLayerRules(recipe, layerNames) != recipe;
}

Recipe withoutLayerRules(Recipe recipe, const std::vector<std::string>& layerNames)
{
    const std::set<std::string> names(layerNames.begin(), layerNames.end());
    std::vector<RecipeRule> rules;
    for (auto& rule : recipe.rules) {
        auto listed = namesOfPattern(rule.match);
        if (listed) {
            std::erase_if(*listed, [&](const std::string& name) { return names.contains(name); });
            if (listed->empty()) {
                continue;
            }
            rule.match = namesPattern(*listed);
        }
        rules.push_back(std::move(rule));
    }
    recipe.rules = std::move(rules);
    return recipe;
}

QString recipeArguments(const Recipe& recipe)
{
    const LayerChoice plain;
    if (!recipe.fallback.params.empty()) {
        return {};
    }
    QString arguments
        = QStringLiteral(" --format ") % shellWord(QString::fromStdString(formatText(recipe.fallback.format)));
    if (recipe.fallback.method != plain.method) {
        arguments += QStringLiteral(" --method ") % shellWord(QString::fromStdString(recipe.fallback.method));
    }
    for (const auto& rule : recipe.rules) {
        if (!rule.format || rule.method || !rule.params.empty() || rule.match.find('=') != std::string::npos) {
            return {};
        }
        arguments += QStringLiteral(" --set ")
            % shellWord(QString::fromStdString(rule.match + "=" + formatText(*rule.format)));
    }
    if (recipe.seed != 0) {
        arguments += QStringLiteral(" --seed ") % QString::number(recipe.seed);
    }
    return arguments;
}

QString shellWord(const QString& word)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:,@%+=-]+$"));
    if (plain.match(word).hasMatch()) {
        return word;
    }
    QString quoted = word;
    quoted.replace(QStringLiteral("'"), QStringLiteral("'\\''"));
    return u'\'' % quoted % u'\'';
}

QString recipeCommand(const QString& before, const Recipe& recipe, const QString& after)
{
    const QString arguments = recipeArguments(recipe);
    if (!arguments.isEmpty()) {
        return QString(before % arguments % after);
    }
    return QString(QStringLiteral("cat > recipe.json <<'EOF'\n") % QString::fromStdString(recipeJson(recipe))
        % QStringLiteral("EOF\n") % before % QStringLiteral(" --recipe recipe.json") % after);
}

} // namespace bw
