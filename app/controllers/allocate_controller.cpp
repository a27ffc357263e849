#include "app/controllers/allocate_controller.h"

#include "app/banners.h"
#include "app/controllers/allocation_totals.h"
#include "app/controllers/evaluate_controller.h"
#include "app/controllers/inspect_controller.h"
#include "app/core_text.h"
#include "app/views/allocation_view.h"
#include "app/workbench.h"
#include "core/allocate/allocator.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/budget_text.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/plots/front_plot.h"
#include "widgets/text.h"

#include <algorithm>

namespace bw {

AllocateController::AllocateController(Workbench& bench, Banners& banners, EvaluateController& evaluator,
    InspectController& inspector, AllocationView& view, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_banners(banners)
    , m_results(bench.document, bench.derived, bench.jobs, bench.lanes)
    , m_presenter(bench, m_results, evaluator, view)
    , m_settings(bench, m_results, m_presenter, view)
    , m_drag(bench, m_results, m_presenter)
    , m_follower(bench, evaluator, m_drag, view.budget())
{
    connect(&m_results, &AllocationResults::rebuilt, this, [this] {
        m_settings.grounded();
        grantWish();
    });
    connect(&m_results, &AllocationResults::changed, this, [this] {
        // Nothing is coming any more: canceled or failed.
        if (m_wish && m_results.ground() == nullptr && !m_results.isComputing() && !m_results.isBuilding()) {
            m_wish.reset();
            m_presenter.setNote({});
        }
    });
    connect(&m_settings, &AllocationSettingsController::dataNeeded, this, &AllocateController::dataNeeded);
    connect(&m_settings, &AllocationSettingsController::matrixNeeded, this, &AllocateController::matrixNeeded);
    connect(&bench.document, &SessionDocument::modelChanged, this, [this] {
        if (m_refineJob != 0) {
            m_bench.jobs.cancel(m_refineJob);
        }
        m_drag.drop();
        m_wish.reset();
        setActive(m_presenter.isActive());
    });
    connectView(view);
    connect(&view.budget(), &BudgetEditor::measureRequested, &evaluator, &EvaluateController::evaluate);
    connect(&view.budget(), &BudgetEditor::measureStopped, &evaluator, &EvaluateController::cancel);
    connect(&view.bars(), &AllocationBars::currentRowChanged, this, [this, &inspector](int row) {
        if (row >= 0 && m_results.ground() != nullptr) {
            inspector.showLayer(layerAt(row));
        }
    });
    connect(&view.bars(), &AllocationBars::rowActivated, this, [this](int row) {
        if (m_results.ground() != nullptr) {
            Q_EMIT layerOpened(layerAt(row));
        }
    });
}

const AllocationSettings& AllocateController::settings() const
{
    return *m_bench.document.session().allocation;
}

void AllocateController::setActive(bool isActive)
{
    if (isActive && m_bench.document.isOpen() && m_results.ground() == nullptr && m_results.whyNot().isEmpty()) {
        m_results.compute();
    }
    m_presenter.setActive(isActive);
    m_follower.setActive(isActive);
}

LayerId AllocateController::layerAt(int row) const
{
    return m_bench.document.model()->find(m_results.ground()->open.layers[static_cast<std::size_t>(row)].name);
}

/// A budget asked for while damages are still being computed is kept for when they are known.
void AllocateController::wish(const Budget& budget)
{
    m_results.compute();
    if (m_results.isComputing() || m_results.isBuilding()) {
        m_wish = budget;
        m_presenter.setNote(tr("Set to %1 as soon as it is known what each format costs.").arg(askedText(budget)));
    }
}

void AllocateController::grantWish()
{
    if (m_results.ground() != nullptr && m_wish) {
        editBudget(*std::exchange(m_wish, std::nullopt), EditPhase::End);
    }
}

void AllocateController::editBudget(const Budget& budget, EditPhase phase)
{
    if (m_results.ground() == nullptr && m_bench.document.isOpen() && phase == EditPhase::End) {
        wish(budget);
    } else {
        m_drag.editBudget(budget, phase);
    }
}

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
    connect(&view.bars(), &AllocationBars::choiceEdited, &m_drag, &AllocationDrag::editChoice);
    connect(&view.compare(), &ComparePanel::keepRequested, this, &AllocateController::keepAsA);
    connect(&view.compare(), &ComparePanel::keptChosen, &m_presenter, &AllocationPresenter::setKept);
}

void AllocateController::measureLayers()
{
    if (const Sensitivity* kind = sensitivities().find("measured")) {
        m_results.computeKind(*kind);
    }
}

void AllocateController::keepAsA()
{
    if (m_results.ground() == nullptr) {
        return;
    }
    const AllocationTotals totals
        = allocationTotals(*m_results.ground(), choicesOfNow(*m_results.ground(), m_bench), m_bench);
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

} // namespace bw
