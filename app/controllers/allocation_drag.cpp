#include "app/controllers/allocation_drag.h"

#include "app/controllers/allocation_presenter.h"
#include "app/controllers/allocation_totals.h"
#include "app/core_text.h"
#include "app/workbench.h"
#include "widgets/allocation/budget_text.h"
#include "widgets/text.h"

#include <algorithm>
#include <utility>

namespace bw {

namespace {
/// Often enough to look live, seldom enough to leave the time to the drag.
constexpr int applyMs = 90;
} // namespace

AllocationDrag::AllocationDrag(
    Workbench& bench, AllocationResults& results, AllocationPresenter& presenter, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_results(results)
    , m_presenter(presenter)
{
    m_applyTimer.setSingleShot(true);
    m_applyTimer.setInterval(applyMs);
    connect(&m_applyTimer, &QTimer::timeout, this, &AllocationDrag::flush);
}

void AllocationDrag::drop()
{
    m_pending.reset();
    m_rest.reset();
    m_isDragging = false;
}

/// Shows the choices at once and makes them the recipe: soon while dragging, now at the end.
void AllocationDrag::push(const LayerChoices& choices, const AllocationSettings& settings, EditPhase phase)
{
    const AllocationTotals totals = allocationTotals(*m_results.ground(), choices, m_bench);
    m_pending = Pending {
        choices, settings,
        tr("Allocation %1, %n layer(s)", nullptr, static_cast<int>(choices.size())).arg(bitsText(totals.bitsPerWeight))
    };
    if (phase == EditPhase::End) {
        flush();
        m_bench.document.finishMerge();
        m_isDragging = false;
        m_bench.derived.setDragging(false);
        m_presenter.endLive();
        return;
    }
    m_presenter.showLive(choices, settings.budget);
    if (!m_applyTimer.isActive()) {
        m_applyTimer.start();
    }
}

void AllocationDrag::flush()
{
    m_applyTimer.stop();
    if (!m_pending || m_results.ground() == nullptr) {
        return;
    }
    const Pending pending = *std::exchange(m_pending, std::nullopt);
    Session next = m_bench.document.session();
    next.recipe = std::make_shared<const Recipe>(recipeWith(*next.recipe, *m_results.ground(), pending.choices));
    next.allocation = std::make_shared<const AllocationSettings>(pending.settings);
    m_bench.document.apply(pending.label, m_isDragging ? mergeKey() : QString(), std::move(next));
}

bool AllocationDrag::begin(EditPhase phase)
{
    if (m_results.ground() == nullptr || !m_bench.document.isOpen()) {
        return false;
    }
    if (phase == EditPhase::Cancel) {
        m_applyTimer.stop();
        m_pending.reset();
        m_rest.reset();
        m_isDragging = false;
        m_bench.document.cancelMerge();
        m_bench.derived.setDragging(false);
        m_presenter.endLive();
        return false;
    }
    if (!m_isDragging) {
        ++m_number;
        m_settingsBefore = *m_bench.document.session().allocation;
        m_choicesBefore = choicesOfNow(*m_results.ground(), m_bench);
        m_isDragging = phase != EditPhase::End;
        m_bench.derived.setDragging(m_isDragging);
    }
    return true;
}

void AllocationDrag::editBudget(const Budget& budget, EditPhase phase)
{
    if (!begin(phase)) {
        return;
    }
    m_presenter.setNote({});
    const BudgetAnswer answer = solveBudget(*m_results.ground(), budget);
    const bool isTyped = phase == EditPhase::End && !m_isDragging;
    if (!answer.isReachable && isTyped) {
        m_presenter.setNote(coreText(whyUnreachable(*m_results.ground(), budget)));
        return;
    }
    AllocationSettings next = m_settingsBefore;
    next.budget = budget;
    push(answer.choices, next, phase);
}

void AllocationDrag::editChoice(int layer, int choice, EditPhase phase)
{
    if (!begin(phase)) {
        return;
    }
    const AllocationGround& ground = *m_results.ground();
    const auto at = static_cast<std::size_t>(layer);
    AllocationSettings next = m_settingsBefore;
    const auto budget = next.budget;
    if (budget && !m_rest) {
        m_rest.emplace(ground, costKindOf(*budget), at);
    }
    LayerChoices choices = m_choicesBefore;
    if (m_rest) {
        choices = m_rest->solve(ground, *budget, choice);
    }
    const auto& menu = ground.inBits->menu();
    for (const auto tied : menu.groups[menu.layers[at].group].layers) {
        const auto& options = ground.open.layers[tied].options;
        const auto& format = ground.open.layers[at].options[static_cast<std::size_t>(choice)].format;
        const auto found = std::find_if(
            options.begin(), options.end(), [&](const LayerOption& option) { return option.format == format; });
        choices[tied] = found == options.end() ? -1 : static_cast<int>(found - options.begin());
        next.layers[ground.open.layers[tied].name].lock = format;
    }
    push(choices, next, phase);
    if (phase == EditPhase::End) {
        m_rest.reset();
    }
}

} // namespace bw
