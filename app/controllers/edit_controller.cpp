#include "app/controllers/edit_controller.h"

#include "app/document/format_gestures.h"
#include "app/document/recipe_edits.h"
#include "core/formats/format_extras_text.h"
#include "core/formats/format_family.h"
#include "core/recipe/layer_pattern.h"
#include "widgets/text.h"

#include <algorithm>
#include <utility>

namespace bw {

EditController::EditController(SessionDocument& document, DerivedResults& derived, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_derived(derived)
{
    connect(&document, &SessionDocument::modelChanged, this, [this] {
        m_selected.clear();
        m_current = {};
        m_isDragging = false;
    });
}

void EditController::setSelection(std::vector<LayerId> selected, LayerId current)
{
    m_selected = std::move(selected);
    m_current = current;
}

void EditController::begin()
{
    m_basePlan = m_derived.plan();
    m_baseRecipe = *m_document.session().recipe;
    m_baseResult = m_current.isValid() ? m_derived.layer(m_current).result : nullptr;
}

void EditController::end(EditPhase phase)
{
    m_isDragging = false;
    if (phase == EditPhase::Cancel) {
        m_document.cancelMerge();
    } else {
        m_document.finishMerge();
    }
    m_derived.setDragging(false);
}

std::vector<std::string> EditController::targetNames() const
{
    std::vector<std::string> names;
    for (const LayerId id : m_selected) {
        if (!m_basePlan.layers[id.index()].isKept) {
            names.push_back(m_document.model()->layer(id).name);
        }
    }
    return names;
}

QString EditController::targetText() const
{
    if (m_scope == EditScope::AllLayers) {
        return tr("all layers");
    }
    const auto names = targetNames();
    return names.size() == 1 ? shownName(names.front()) : tr("%n layer(s)", nullptr, static_cast<int>(names.size()));
}

Recipe EditController::changedRecipe(const FormatChange& change) const
{
    Recipe recipe = m_baseRecipe;
    if (m_scope == EditScope::AllLayers) {
        recipe.fallback.format = change(recipe.fallback.format);
        for (auto& rule : recipe.rules) {
            if (rule.format) {
                rule.format = change(*rule.format);
            }
        }
        return recipe;
    }
    // Layers that end with the same format share a rule.
    std::vector<std::pair<QuantFormat, std::vector<std::string>>> groups;
    for (const LayerId id : m_selected) {
        const LayerPlan& plan = m_basePlan.layers[id.index()];
        if (plan.isKept) {
            continue;
        }
        const QuantFormat format = change(plan.choice.format);
        auto group
            = std::find_if(groups.begin(), groups.end(), [&](const auto& entry) { return entry.first == format; });
        if (group == groups.end()) {
            group = groups.insert(groups.end(), { format, {} });
        }
        group->second.push_back(m_document.model()->layer(id).name);
    }
    for (const auto& [format, names] : groups) {
        recipe = withLayerFormat(std::move(recipe), names, format);
    }
    return recipe;
}

void EditController::edit(const QString& what, EditPhase phase, const FormatChange& change)
{
    if (!m_document.isOpen()) {
        return;
    }
    const bool startsDrag = !m_isDragging && (phase == EditPhase::Begin || phase == EditPhase::Move);
    if (startsDrag) {
        begin();
        m_isDragging = true;
        ++m_dragNumber;
        m_derived.setDragging(true);
    } else if (!m_isDragging) {
        begin();
    }
    if (phase == EditPhase::Cancel) {
        end(phase);
        return;
    }
    if (m_scope == EditScope::SelectedLayers && targetNames().empty()) {
        end(EditPhase::Cancel);
        return;
    }
    Session next = m_document.session();
    next.recipe = std::make_shared<const Recipe>(changedRecipe(change));
    const QString key = m_isDragging ? QStringLiteral("drag %1").arg(m_dragNumber) : QString();
    m_document.apply(tr("%1 on %2", "edit, layers").arg(what, targetText()), key, std::move(next));
    if (phase == EditPhase::End) {
        end(phase);
    }
}

void EditController::editFormatPart(const FormatEdit& part, EditPhase phase)
{
    const QString what = tr("Format %1").arg(QString::fromStdString(formatText(part.format)));
    edit(what, phase, [&](const QuantFormat& format) {
        QuantFormat next = part.appliedTo(format);
        if (next.family != format.family) {
            next.extras.erase(familyOf(format).usualCoder);
            addUsualCoder(next);
        }
        return next;
    });
}

void EditController::applyFormat(const QuantFormat& format, EditScope scope)
{
    const EditScope before = std::exchange(m_scope, scope);
    const QString what = tr("Format %1").arg(QString::fromStdString(formatText(format)));
    edit(what, EditPhase::End, [&](const QuantFormat&) { return format; });
    m_scope = before;
}

void EditController::editExponent(double exponent, EditPhase phase)
{
    edit(tr("Exponent %1").arg(numberText(exponent)), phase,
        [&](const QuantFormat& format) { return withExponent(format, exponent).value_or(format); });
}

void EditController::editClip(double low, double high, EditPhase phase)
{
    if (!m_isDragging) {
        begin();
    }
    if (!m_baseResult) {
        return;
    }
    const QuantFormat clipped = withClip(m_baseResult->resolved, *m_baseResult, low, high);
    edit(tr("Clip %1").arg(percentText(clipped.scaling.ruleValue)), phase, [&](const QuantFormat& format) {
        QuantFormat next = format;
        next.scaling.rule = clipped.scaling.rule;
        next.scaling.ruleValue = clipped.scaling.ruleValue;
        return canClip(format) ? next : format;
    });
}

void EditController::setLevels(const QString& what, EditPhase phase, std::vector<double> levels)
{
    edit(what, phase, [&](const QuantFormat& format) {
        return canEditLevels(format) ? withLevels(format, *m_baseResult, levels) : format;
    });
}

void EditController::editLevel(int index, double value, EditPhase phase)
{
    if (!m_isDragging) {
        begin();
    }
    if (m_baseResult) {
        setLevels(tr("Level %1").arg(numberText(value)), phase,
            movedLevel(m_baseResult->grid.levels, static_cast<std::size_t>(index), value, m_baseResult->typicalAbsMax));
    }
}

void EditController::typeLevel(int index, double value)
{
    begin();
    if (m_baseResult) {
        setLevels(tr("Level %1").arg(numberText(value)), EditPhase::End,
            typedLevel(m_baseResult->grid.levels, static_cast<std::size_t>(index), value, m_baseResult->typicalAbsMax));
    }
}

void EditController::ownLevels()
{
    begin();
    if (m_baseResult) {
        setLevels(tr("Own levels"), EditPhase::End, m_baseResult->grid.levels);
    }
}

void EditController::addLevel(double value)
{
    begin();
    if (m_baseResult) {
        auto levels = m_baseResult->grid.levels;
        levels.push_back(std::clamp(value, -m_baseResult->typicalAbsMax, m_baseResult->typicalAbsMax));
        setLevels(tr("New level %1").arg(numberText(value)), EditPhase::End, std::move(levels));
    }
}

void EditController::removeLevel(int index)
{
    begin();
    if (m_baseResult && index >= 0 && static_cast<std::size_t>(index) < m_baseResult->grid.levels.size()) {
        auto levels = m_baseResult->grid.levels;
        const double value = levels[static_cast<std::size_t>(index)];
        levels.erase(levels.begin() + index);
        setLevels(tr("Level %1 removed").arg(numberText(value)), EditPhase::End, std::move(levels));
    }
}

void EditController::editMethod(const QString& method, const ParamValues& params, EditPhase phase)
{
    if (!m_document.isOpen() || phase == EditPhase::Begin || phase == EditPhase::Cancel) {
        return;
    }
    begin();
    Recipe recipe = m_baseRecipe;
    if (m_scope == EditScope::AllLayers) {
        recipe.fallback.method = method.toStdString();
        recipe.fallback.params = params;
    } else {
        RecipeRule rule;
        rule.match = namesPattern(targetNames());
        rule.method = method.toStdString();
        rule.params = params;
        recipe.rules.push_back(std::move(rule));
    }
    replaceRecipe(recipe, tr("Method %1 on %2").arg(method, targetText()));
}

void EditController::resetLayers()
{
    if (!m_document.isOpen()) {
        return;
    }
    begin();
    replaceRecipe(withoutLayerRules(m_baseRecipe, targetNames()), tr("Reset %1").arg(targetText()));
}

void EditController::replaceRecipe(const Recipe& recipe, const QString& label)
{
    Session next = m_document.session();
    next.recipe = std::make_shared<const Recipe>(recipe);
    m_document.apply(label, {}, std::move(next));
}

void EditController::takeSnapshot(const QString& name)
{
    Session next = m_document.session();
    auto snapshots = *next.snapshots;
    snapshots.push_back({ name.toStdString(), *next.recipe });
    next.snapshots = std::make_shared<const std::vector<Snapshot>>(std::move(snapshots));
    m_document.apply(tr("Snapshot %1").arg(name), {}, std::move(next));
}

} // namespace bw
