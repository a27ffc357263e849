#include "core/recipe/plan.h"

#include "core/formats/format_family.h"
#include "core/methods/method.h"
#include "core/recipe/layer_pattern.h"

#include <algorithm>
#include <optional>

namespace bw {

namespace {
std::string rulePlace(std::size_t rule, const char* part)
{
    return "rules[" + toText(rule) + "]." + part;
}

/// The rule as people count it, from 1.
Text ruleReason(std::size_t rule, const RecipeRule& of)
{
    return Text(BW_TR_NOOP("core", "rule %1 \"%2\""), { toText(rule + 1), printable(of.match, 60) });
}

struct CompiledRule
{
    std::optional<LayerPattern> pattern; ///< absent: the pattern is wrong, which is a problem of the plan
    bool hasMatched = false;
};

class Resolver
{
public:
    Resolver(const Recipe& recipe, const Model& model)
        : m_recipe(recipe)
        , m_model(model)
    {
        m_plan.recipe = recipe;
    }

    Plan resolve() &&
    {
        compileRules();
        checkChoices();
        for (const auto& layer : m_model.layers()) {
            m_plan.layers.push_back(planOf(layer));
        }
        reportUnmatched();
        return std::move(m_plan);
    }

private:
    void problem(std::string field, Text message)
    {
        m_plan.problems.push_back({ std::move(field), std::move(message) });
    }

    void compileRules()
    {
        for (std::size_t i = 0; i < m_recipe.rules.size(); ++i) {
            CompiledRule rule;
            try {
                rule.pattern.emplace(m_recipe.rules[i].match);
            } catch (const Error& error) {
                problem(rulePlace(i, "match"), error.message());
            }
            m_rules.push_back(std::move(rule));
        }
    }

    void checkFormat(const QuantFormat& format, const std::string& field)
    {
        for (const auto& found : validate(format)) {
            problem(field, found.message);
        }
    }

    void checkMethod(const std::string& method, const ParamValues& params, const std::string& place)
    {
        const auto* entry = methods().find(method);
        if (entry == nullptr) {
            problem(place + "method", Text(BW_TR_NOOP("core", "there is no method \"%1\""), { printable(method) }));
            return;
        }
        for (const auto& found : checkParams(entry->schema, withDefaults(entry->schema, params))) {
            problem(place + "params." + found.field, found.message);
        }
    }

    /// What the recipe itself says wrong; combinations that only rules together make are checked per layer.
    void checkChoices()
    {
        checkFormat(m_recipe.fallback.format, "default.format");
        checkMethod(m_recipe.fallback.method, m_recipe.fallback.params, "default.");
        for (std::size_t i = 0; i < m_recipe.rules.size(); ++i) {
            const auto& rule = m_recipe.rules[i];
            if (rule.format) {
                checkFormat(*rule.format, rulePlace(i, "format"));
            }
            if (rule.method) {
                checkMethod(*rule.method, rule.params, rulePlace(i, ""));
            }
        }
    }

    static bool matches(const LayerPattern& pattern, const LayerInfo& layer)
    {
        return pattern.matches(layer.name)
            || std::any_of(layer.tiedNames.begin(), layer.tiedNames.end(),
                [&](const auto& name) { return pattern.matches(name); });
    }

    LayerPlan planOf(const LayerInfo& layer)
    {
        LayerPlan plan;
        plan.layer = layer.id;
        plan.choice = m_recipe.fallback;
        plan.reason = Text(BW_TR_NOOP("core", "default"));
        for (std::size_t i = 0; i < m_rules.size(); ++i) {
            if (m_rules[i].pattern && matches(*m_rules[i].pattern, layer)) {
                m_rules[i].hasMatched = true;
                apply(i, plan);
            }
        }
        if (!layer.isQuantizable()) {
            plan.isKept = true;
            plan.reason = layer.whyNotQuantizable();
        } else {
            checkLayer(plan);
            fallBack(layer, plan);
        }
        return plan;
    }

    void apply(std::size_t index, LayerPlan& plan) const
    {
        const auto& rule = m_recipe.rules[index];
        if (rule.format) {
            plan.choice.format = *rule.format;
        }
        if (rule.method) {
            plan.choice.method = *rule.method;
            plan.choice.params.clear();
        }
        for (const auto& [id, value] : rule.params) {
            plan.choice.params[id] = value;
        }
        plan.rule = static_cast<int>(index);
        plan.reason = ruleReason(index, rule);
    }

    /// Parameters of a rule that names no method, on top of the method another rule chose.
    void checkLayer(const LayerPlan& plan)
    {
        if (plan.rule < 0) {
            return;
        }
        const auto rule = static_cast<std::size_t>(plan.rule);
        const auto* method = methods().find(plan.choice.method);
        if (method == nullptr || m_recipe.rules[rule].params.empty() || m_recipe.rules[rule].method) {
            return;
        }
        for (const auto& found : checkParams(method->schema, withDefaults(method->schema, plan.choice.params))) {
            const Problem known { rulePlace(rule, "params.") + found.field, found.message };
            if (std::find(m_plan.problems.begin(), m_plan.problems.end(), known) == m_plan.problems.end()) {
                m_plan.problems.push_back(known);
            }
        }
    }

    /// As llama.cpp does where rows are no whole number of blocks: the layer gets a format that holds it.
    static void fallBack(const LayerInfo& layer, LayerPlan& plan)
    {
        if (!validate(plan.choice.format).empty()) {
            return; // a problem of the plan
        }
        Shape shape = layer.view.shape;
        std::rotate(shape.begin(), shape.begin() + layer.outAxis, shape.begin() + layer.outAxis + 1);
        if (auto fallback = fallbackFor(plan.choice.format, shape)) {
            plan.choice.format = std::move(fallback->format);
            plan.reason = std::move(fallback->reason);
            plan.isFallback = true;
        }
    }

    void reportUnmatched()
    {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < m_rules.size(); ++i) {
            if (!m_rules[i].pattern || m_rules[i].hasMatched) {
                continue;
            }
            if (names.empty()) {
                for (const auto& layer : m_model.layers()) {
                    names.push_back(layer.name);
                }
            }
            reportUnmatched(i, names);
        }
    }

    void reportUnmatched(std::size_t index, const std::vector<std::string>& names)
    {
        const auto& match = m_recipe.rules[index].match;
        const auto exact = namesOfPattern(match);
        const auto near = nearestWord(exact && !exact->empty() ? exact->front() : match, names);
        if (near.empty()) {
            problem(rulePlace(index, "match"),
                Text(BW_TR_NOOP("core", "no layer's name matches \"%1\""), { printable(match) }));
        } else {
            problem(rulePlace(index, "match"),
                Text(BW_TR_NOOP("core", "no layer's name matches \"%1\"; the nearest is \"%2\""),
                    { printable(match), printable(near) }));
        }
    }

    const Recipe& m_recipe;
    const Model& m_model;
    std::vector<CompiledRule> m_rules;
    Plan m_plan;
};
} // namespace

Plan resolve(const Recipe& recipe, const Model& model)
{
    return Resolver(recipe, model).resolve();
}

void requireUsable(const Plan& plan)
{
    if (plan.problems.empty()) {
        return;
    }
    const auto& first = plan.problems.front();
    throw Error(ErrorKind::BadInput, first.message).in(Text(BW_TR_NOOP("core", "recipe, at %1"), { first.field }));
}

} // namespace bw
