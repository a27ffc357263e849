#include "app/controllers/allocation_presenter.h"

#include "app/controllers/allocation_totals.h"
#include "app/controllers/evaluate_controller.h"
#include "app/core_text.h"
#include "app/views/allocation_view.h"
#include "app/workbench.h"
#include "core/allocate/reasons.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/allocation_inputs.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/allocation/damage_model.h"
#include "widgets/allocation/step_model.h"
#include "widgets/allocation/walk_controls.h"
#include "widgets/plots/front_plot.h"
#include "widgets/text.h"

#include <algorithm>
#include <utility>

namespace bw {

namespace {

constexpr int refreshMs = 40;
/// Where the slider stands: at what was asked for in bits, else at what there is.
double askedBits(const std::optional<Budget>& asked, const AllocationTotals& totals)
{
    return asked && asked->kind == Budget::Kind::BitsPerWeight ? asked->value : totals.bitsPerWeight;
}

} // namespace

AllocationPresenter::AllocationPresenter(
    Workbench& bench, AllocationResults& results, EvaluateController& evaluator, AllocationView& view, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_results(results)
    , m_view(view)
    , m_measured(bench, results, evaluator, view)
    , m_walk(bench, view)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(refreshMs);
    connect(&m_timer, &QTimer::timeout, this, &AllocationPresenter::refreshNow);
    connect(&results, &AllocationResults::changed, this, &AllocationPresenter::schedule);
    connect(&results, &AllocationResults::rebuilt, this, [this] {
        m_isSceneDue = true;
        schedule();
    });
    connect(&bench.document, &SessionDocument::sessionChanged, this, &AllocationPresenter::schedule);
    connect(&bench.document, &SessionDocument::modelChanged, this, [this] {
        m_isSceneDue = true;
        m_scene = {};
        m_measured.setKept(-1);
        m_note.clear();
        m_view.walk().end();
        schedule();
    });
    connect(&bench.derived, &DerivedResults::layersChanged, this, &AllocationPresenter::schedule);
    connect(&evaluator, &EvaluateController::changed, this, &AllocationPresenter::schedule);
    connect(&view.walk(), &WalkControls::stepShown, this, [this](int step) {
        if (m_scene.ground != nullptr) {
            m_walk.show(m_scene, m_choices, step);
        }
    });
    connect(&view.walk(), &WalkControls::ended, this, [this] {
        m_walk.end();
        refreshNow();
    });
}

void AllocationPresenter::setActive(bool isActive)
{
    m_isActive = isActive;
    if (isActive) {
        refreshNow();
    } else {
        m_view.walk().end();
    }
}

void AllocationPresenter::schedule()
{
    if (m_isActive && !m_timer.isActive()) {
        m_timer.start();
    }
}

void AllocationPresenter::setNote(const QString& note)
{
    m_note = note;
    schedule();
}

void AllocationPresenter::setKept(int kept)
{
    m_measured.setKept(kept);
    schedule();
}

QString AllocationPresenter::emptyText() const
{
    if (!m_bench.document.isOpen()) {
        return tr("Open a model to allocate its bits.");
    }
    return m_bench.document.model()->quantizableLayers().empty()
        ? tr("No layer of this model can be quantized, so there is nothing to allocate: formats need weights of two "
             "dimensions or more.")
        : QString();
}

void AllocationPresenter::refreshNow()
{
    m_timer.stop();
    if (!m_isActive) {
        return;
    }
    m_view.setEmptyText(emptyText());
    if (!emptyText().isEmpty()) {
        return;
    }
    showInputs();
    if (m_isLive || m_view.walk().isShown()) {
        return;
    }
    showAllocation();
    m_measured.showAccuracy();
}

void AllocationPresenter::showInputs()
{
    m_view.inputs().setPicture(inputsPicture(m_bench, m_results));
}

void AllocationPresenter::showAllocation()
{
    const AllocationGroundPtr& ground = m_results.ground();
    if (ground == nullptr) {
        m_scene = {};
        m_choices.clear();
        m_view.bars().layers().setRows({});
        BudgetPicture asked;
        asked.canAsk = m_results.isComputing() || m_results.isBuilding() || m_results.whyNot().isEmpty();
        asked.note = m_note;
        m_view.budget().setPicture(asked);
        FrontPicture picture;
        picture.emptyText = m_results.isComputing() ? tr("Computing what each format costs each layer…")
                                                    : tr("Compute damages to see which formats are worth their size.");
        m_view.front().setPicture(picture);
        m_view.setWaitText(picture.emptyText);
        m_view.steps().setRows({});
        m_view.damages().setRows({});
        m_view.compare().setRows({});
        m_view.walk().setStepCount(0);
        return;
    }
    m_view.setWaitText({});
    if (std::exchange(m_isSceneDue, false) || m_scene.ground != ground) {
        m_scene = allocationScene(ground, *m_bench.document.session().allocation);
    }
    m_choices = choicesOfNow(*ground, m_bench);
    const auto groups = groupsOf(*ground, m_choices);
    m_view.bars().layers().setRows(allocationRows(
        m_scene, m_choices, m_bench, groups ? allocationReasons(*ground->inBits, *groups) : std::vector<Text> {}));
    const AllocationTotals totals = allocationTotals(*ground, m_choices, m_bench);
    BudgetPicture budget = budgetPicture(m_scene, totals, m_results.isStale());
    budget.note = m_note.isEmpty() ? m_measured.apartText(totals) : m_note;
    const auto& asked = m_bench.document.session().allocation->budget;
    if (asked && solveBudget(*ground, *asked).choices == m_choices) {
        budget.askedBits = askedBits(asked, totals);
        budget.note = budget.note.isEmpty() ? roomText(*ground, *asked, totals) : budget.note;
    }
    m_view.budget().setPicture(budget);
    FrontPicture picture;
    picture.line = m_scene.line;
    picture.marks = m_scene.uniforms;
    for (FrontMark& mark : sessionMarks(*ground, m_bench, m_measured.kept())) {
        picture.marks.push_back(std::move(mark));
    }
    picture.lowBits = m_scene.lowBits;
    picture.highBits = m_scene.highBits;
    picture.bits = totals.bitsPerWeight;
    picture.askedBits = budget.askedBits;
    picture.damage = totals.damage.value_or(0);
    picture.damageTitle = damageTitle(*ground->table);
    picture.measuredTitle = isKl(*ground->table) ? QString() : tr("measured KL to float, nats");
    picture.isStale = m_results.isStale();
    m_view.front().setPicture(picture);
    m_steps = stepsAround(m_scene, totals);
    m_view.steps().setRows(m_steps.rows);
    m_view.walk().setStepCount(static_cast<int>(ground->inBits->front().prefixFor(totals.bits)));
    m_measured.showDamages(m_choices);
    m_measured.showComparison(m_scene);
}

void AllocationPresenter::showLive(const LayerChoices& choices, const std::optional<Budget>& asked)
{
    if (m_scene.ground == nullptr) {
        return;
    }
    m_isLive = true;
    m_view.bars().layers().setRows(allocationRows(m_scene, choices, m_bench, {}));
    const AllocationTotals totals = allocationTotals(*m_scene.ground, choices, m_bench);
    BudgetPicture budget = budgetPicture(m_scene, totals, m_results.isStale());
    budget.askedBits = askedBits(asked, totals);
    m_view.budget().setPicture(budget);
    m_view.front().setPoint(totals.bitsPerWeight, totals.damage.value_or(0), budget.askedBits);
    m_steps = stepsAround(m_scene, totals);
    m_view.steps().setRows(m_steps.rows);
}

void AllocationPresenter::endLive()
{
    m_isLive = false;
    schedule();
}

} // namespace bw
