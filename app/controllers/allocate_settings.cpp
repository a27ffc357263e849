// What is held fast in an allocation, and what it is computed from.
#include "app/controllers/allocate_controller.h"

#include "app/banners.h"
#include "app/core_text.h"
#include "app/views/allocation_view.h"
#include "app/workbench.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/allocation_inputs.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/budget_text.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/plots/front_plot.h"
#include "widgets/text.h"

#include <algorithm>
#include <limits>

namespace bw {

void AllocateController::connectView(AllocationView& view)
{
    connect(&view.budget(), &BudgetEditor::budgetEdited, this, &AllocateController::editBudget);
    connect(&view.front(), &FrontPlot::bitsEdited, this, [this](double bits, EditPhase phase) {
        editBudget({ Budget::Kind::BitsPerWeight, bits }, phase);
    });
    connect(&view, &AllocationView::stepActivated, this, &AllocateController::goToStep);
    connect(&view, &AllocationView::refineRequested, this, &AllocateController::refine);
    m_presenter.setRefineCheck([this] { return whyNotRefine(); });
    connect(&view, &AllocationView::layersMeasureRequested, this, &AllocateController::measureLayers);
    AllocationBars& bars = view.bars();
    connect(&bars, &AllocationBars::choiceEdited, this, &AllocateController::editChoice);
    connect(&bars, &AllocationBars::lockEdited, this, &AllocateController::lock);
    connect(&bars, &AllocationBars::tieEdited, this, &AllocateController::tie);
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
    connect(&view.compare(), &ComparePanel::keepRequested, this, &AllocateController::keepAsA);
    connect(&view.compare(), &ComparePanel::keptChosen, &m_presenter, &AllocationPresenter::setKept);
}

void AllocateController::connectInputs(AllocationView& view)
{
    AllocationInputs& inputs = view.inputs();
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
    connect(&inputs, &AllocationInputs::formatTyped, this, &AllocateController::addFormat);
    connect(&inputs, &AllocationInputs::dataRequested, this, &AllocateController::dataNeeded);
    connect(&inputs, &AllocationInputs::computeRequested, &m_results, &AllocationResults::compute);
    connect(&inputs, &AllocationInputs::cancelRequested, &m_results, &AllocationResults::cancel);
}

std::string AllocateController::nameOf(int layer) const
{
    return m_results.ground()->open.layers[static_cast<std::size_t>(layer)].name;
}

QString AllocateController::layerText(const std::vector<int>& layers) const
{
    return layers.size() == 1 ? shownName(nameOf(layers.front()))
                              : tr("%n layer(s)", nullptr, static_cast<int>(layers.size()));
}

void AllocateController::editSettings(
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

void AllocateController::editLayers(const std::vector<int>& layers, const QString& label, bool resolves,
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

void AllocateController::lock(const std::vector<int>& layers, bool isLocked)
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

void AllocateController::tie(const std::vector<int>& layers, bool isTied)
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

void AllocateController::measureLayers()
{
    if (const Sensitivity* kind = sensitivities().find("measured")) {
        m_results.computeKind(*kind);
    }
}

void AllocateController::addFormat(const QString& text)
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

void AllocateController::setCalibrationData(const QString& location)
{
    editSettings(tr("Calibration data %1").arg(fileNameText(toStdPath(location))), false,
        [&](AllocationSettings& settings) { settings.dataLocation = toStdPath(location); });
    if (m_presenter.isActive()) {
        m_results.compute();
    }
}

void AllocateController::keepAsA()
{
    if (m_results.ground() == nullptr) {
        return;
    }
    const AllocationTotals totals = allocationTotals(*m_results.ground(), choicesOfNow(), m_bench);
    const QString name = tr("Allocation %1").arg(bitsText(totals.bitsPerWeight));
    Session next = m_bench.document.session();
    auto snapshots = *next.snapshots;
    snapshots.push_back({ name.toStdString(), *next.recipe });
    const int kept = static_cast<int>(snapshots.size()) - 1;
    next.snapshots = std::make_shared<const std::vector<Snapshot>>(std::move(snapshots));
    m_bench.document.apply(tr("Snapshot %1").arg(name), {}, std::move(next));
    m_presenter.setKept(kept);
}

void AllocateController::goToStep(int row)
{
    if (m_results.ground() == nullptr) {
        return;
    }
    const AllocationFront& front = m_results.ground()->inBits->front();
    const std::size_t edge = m_presenter.steps().first + static_cast<std::size_t>(row);
    if (edge < front.edges().size()) {
        const double weights = static_cast<double>(m_results.ground()->open.weightCount);
        // A hair more, so that the step's own cost is not lost in rounding.
        editBudget({ Budget::Kind::BitsPerWeight, (static_cast<double>(front.cost(edge + 1)) + 0.5) / weights },
            EditPhase::End);
    }
}

/// The size of now, with excluded layers as they will be.
Budget AllocateController::sizeOfNow() const
{
    const AllocationGround& ground = *m_results.ground();
    std::uint64_t bits = 0;
    const LayerChoices choices = choicesOfNow();
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const MenuLayer& held = ground.inBits->menu().layers[i];
        const auto& options = ground.open.layers[i].options;
        bits += held.isExcluded || choices[i] < 0 ? held.options.back().bits
                                                  : options[static_cast<std::size_t>(choices[i])].bits;
    }
    return { Budget::Kind::BitsPerWeight,
        (static_cast<double>(bits) + 0.5) / static_cast<double>(std::max<std::uint64_t>(1, ground.open.weightCount)) };
}

/// What is held fast has changed: now that it is known what can be chosen, the recipe follows within the same step.
void AllocateController::grounded()
{
    if (m_results.ground() == nullptr || m_results.isBuilding() || m_isDragging
        || !std::exchange(m_isResolveDue, false)) {
        return;
    }
    if (m_results.failure()) {
        m_presenter.setNote(errorText(*m_results.failure()));
    } else {
        const Budget budget = settings().budget.value_or(sizeOfNow());
        const BudgetAnswer answer = solveBudget(*m_results.ground(), budget);
        m_presenter.setNote(answer.isReachable ? QString() : coreText(whyUnreachable(*m_results.ground(), budget)));
        Session next = m_bench.document.session();
        next.recipe = std::make_shared<const Recipe>(recipeWith(*next.recipe, *m_results.ground(), answer.choices));
        m_bench.document.apply(m_label, mergeKey(), std::move(next));
    }
    m_bench.document.finishMerge();
}

} // namespace bw
