#include "app/controllers/allocation_settings_controller.h"

#include "app/controllers/allocation_presenter.h"
#include "app/controllers/allocation_totals.h"
#include "app/core_text.h"
#include "app/views/allocation_view.h"
#include "app/workbench.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/allocation_inputs.h"
#include "widgets/text.h"

#include <algorithm>
#include <limits>

namespace bw {

AllocationSettingsController::AllocationSettingsController(
    Workbench& bench, AllocationResults& results, AllocationPresenter& presenter, AllocationView& view, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_results(results)
    , m_presenter(presenter)
{
    connect(&bench.document, &SessionDocument::modelChanged, this, [this] { m_isResolveDue = false; });
    connectBars(view.bars());
    connectInputs(view.inputs());
}

const AllocationSettings& AllocationSettingsController::settings() const
{
    return *m_bench.document.session().allocation;
}

void AllocationSettingsController::connectBars(AllocationBars& bars)
{
    connect(&bars, &AllocationBars::lockEdited, this, &AllocationSettingsController::lock);
    connect(&bars, &AllocationBars::tieEdited, this, &AllocationSettingsController::tie);
    connect(&bars, &AllocationBars::excludeEdited, this, [this](const std::vector<int>& layers, bool isExcluded) {
        editLayers(layers, isExcluded ? tr("Exclude %1") : tr("Quantize %1 again"), true,
            [isExcluded](AllocationSettings::Layer& layer, int) {
                layer.isExcluded = isExcluded;
                layer.lock.reset();
            });
    });
    connect(&bars, &AllocationBars::limitEdited, this,
        [this](const std::vector<int>& layers, bool isMinimum, std::optional<double> bits) {
            editLayers(layers, tr("Limit of %1"), true, [&](AllocationSettings::Layer& layer, int) {
                if (isMinimum) {
                    layer.minBits = bits.value_or(0);
                } else {
                    layer.maxBits = bits.value_or(std::numeric_limits<double>::infinity());
                }
                layer.lock.reset();
            });
        });
}

void AllocationSettingsController::connectInputs(AllocationInputs& inputs)
{
    connect(&inputs, &AllocationInputs::kindEdited, this, [this](const QString& id) {
        editSettings(tr("Damage by %1").arg(id), false,
            [&](AllocationSettings& settings) { settings.sensitivity = id.toStdString(); });
    });
    connect(&inputs, &AllocationInputs::targetEdited, this, [this](const QString& id) {
        editSettings(tr("Allocation for %1").arg(id), false,
            [&](AllocationSettings& settings) { settings.exporter = id.toStdString(); });
    });
    connect(&inputs, &AllocationInputs::formatsEdited, this, [this](const QStringList& formats) {
        editSettings(tr("Formats to choose from"), false, [&](AllocationSettings& settings) {
            settings.formats.clear();
            for (const QString& format : formats) {
                settings.formats.push_back(parseFormat(format.toStdString()));
            }
        });
    });
    connect(&inputs, &AllocationInputs::formatTyped, this, &AllocationSettingsController::addFormat);
    connect(&inputs, &AllocationInputs::dataRequested, this, &AllocationSettingsController::dataNeeded);
    connect(&inputs, &AllocationInputs::matrixRequested, this, &AllocationSettingsController::matrixNeeded);
    connect(&inputs, &AllocationInputs::computeRequested, &m_results, &AllocationResults::compute);
    connect(&inputs, &AllocationInputs::cancelRequested, &m_results, &AllocationResults::cancel);
}

std::string AllocationSettingsController::nameOf(int layer) const
{
    return m_results.ground()->open.layers[static_cast<std::size_t>(layer)].name;
}

QString AllocationSettingsController::layerText(const std::vector<int>& layers) const
{
    return layers.size() == 1 ? shownName(nameOf(layers.front()))
                              : tr("%n layer(s)", nullptr, static_cast<int>(layers.size()));
}

void AllocationSettingsController::editSettings(
    const QString& label, bool resolves, const std::function<void(AllocationSettings&)>& change)
{
    if (!m_bench.document.isOpen()) {
        return;
    }
    auto next = std::make_shared<AllocationSettings>(settings());
    change(*next);
    std::erase_if(next->layers, [](const auto& entry) { return entry.second == AllocationSettings::Layer {}; });
    if (*next == settings()) {
        return;
    }
    ++m_number;
    m_label = label;
    m_isResolveDue = resolves;
    Session session = m_bench.document.session();
    session.allocation = std::move(next);
    m_bench.document.apply(label, resolves ? mergeKey() : QString(), std::move(session));
}

void AllocationSettingsController::editLayers(const std::vector<int>& layers, const QString& label, bool resolves,
    const std::function<void(AllocationSettings::Layer&, int layer)>& change)
{
    if (m_results.ground() == nullptr || layers.empty()) {
        return;
    }
    editSettings(label.arg(layerText(layers)), resolves, [&](AllocationSettings& settings) {
        for (const int layer : layers) {
            change(settings.layers[nameOf(layer)], layer);
        }
    });
}

void AllocationSettingsController::lock(const std::vector<int>& layers, bool isLocked)
{
    const Plan& plan = m_bench.derived.plan();
    const Model& model = *m_bench.document.model();
    // A layer that is let go takes part again at once; one that is locked changes nothing for the others.
    editLayers(layers, isLocked ? tr("Lock %1") : tr("Unlock %1"), !isLocked && settings().budget.has_value(),
        [&](AllocationSettings::Layer& held, int layer) {
            const LayerPlan& now = plan.layers[model.find(nameOf(layer)).index()];
            held.lock = isLocked && !now.isKept ? std::optional(now.choice.format) : std::nullopt;
        });
}

void AllocationSettingsController::tie(const std::vector<int>& layers, bool isTied)
{
    if (m_results.ground() == nullptr || layers.empty() || (isTied && layers.size() < 2)) {
        return;
    }
    std::vector<std::string> names;
    for (const int layer : layers) {
        names.push_back(nameOf(layer));
    }
    editSettings(
        (isTied ? tr("Tie %1") : tr("Untie %1")).arg(layerText(layers)), true, [&](AllocationSettings& settings) {
            for (auto& tied : settings.ties) {
                std::erase_if(tied, [&](const std::string& name) {
                    return std::find(names.begin(), names.end(), name) != names.end();
                });
            }
            if (isTied) {
                settings.ties.push_back(names);
            }
            std::erase_if(settings.ties, [](const std::vector<std::string>& tied) { return tied.size() < 2; });
            for (const std::string& name : names) {
                // Locks of two formats could not be tied.
                settings.layers[name].lock.reset();
            }
        });
}

void AllocationSettingsController::addFormat(const QString& text)
{
    QuantFormat format;
    try {
        format = parseFormat(text.toStdString());
    } catch (const Error& error) {
        m_presenter.setNote(errorText(error));
        return;
    }
    std::vector<QuantFormat> formats = m_results.inputs().formats;
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
        formats.push_back(format);
        editSettings(tr("Format %1 to choose from").arg(text), false,
            [&](AllocationSettings& settings) { settings.formats = formats; });
    }
}

void AllocationSettingsController::setCalibrationData(const QString& location)
{
    editSettings(tr("Calibration data %1").arg(fileNameText(toStdPath(location))), false,
        [&](AllocationSettings& settings) { settings.dataLocation = toStdPath(location); });
    if (m_presenter.isActive()) {
        m_results.compute();
    }
}

void AllocationSettingsController::setImportance(const QString& location)
{
    editSettings(tr("Importance matrix %1").arg(fileNameText(toStdPath(location))), false,
        [&](AllocationSettings& settings) { settings.importanceLocation = toStdPath(location); });
    if (m_presenter.isActive()) {
        m_results.compute();
    }
}

/// What is held fast has changed: now that it is known what can be chosen, the recipe follows within the same step.
void AllocationSettingsController::grounded()
{
    if (m_results.ground() == nullptr || m_results.isBuilding() || m_presenter.isLive()
        || !std::exchange(m_isResolveDue, false)) {
        return;
    }
    if (m_results.failure()) {
        m_presenter.setNote(errorText(*m_results.failure()));
    } else {
        const Budget budget = settings().budget.value_or(sizeOfNow(*m_results.ground(), m_bench));
        const BudgetAnswer answer = solveBudget(*m_results.ground(), budget);
        m_presenter.setNote(answer.isReachable ? QString() : coreText(whyUnreachable(*m_results.ground(), budget)));
        Session next = m_bench.document.session();
        next.recipe = std::make_shared<const Recipe>(recipeWith(*next.recipe, *m_results.ground(), answer.choices));
        m_bench.document.apply(m_label, mergeKey(), std::move(next));
    }
    m_bench.document.finishMerge();
}

} // namespace bw
