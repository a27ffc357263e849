#include "app/controllers/measure_follower.h"

#include "app/controllers/allocation_drag.h"
#include "app/controllers/allocation_pictures.h"
#include "app/controllers/evaluate_controller.h"
#include "app/settings.h"
#include "app/workbench.h"
#include "widgets/allocation/budget_editor.h"

namespace bw {

namespace {
constexpr int restMilliseconds = 700;
}

MeasureFollower::MeasureFollower(
    Workbench& bench, EvaluateController& evaluator, const AllocationDrag& drag, BudgetEditor& budget, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_evaluator(evaluator)
    , m_drag(drag)
    , m_budget(budget)
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(restMilliseconds);
    budget.setFollowing(settings::isMeasureFollowing());
    connect(&m_rest, &QTimer::timeout, this, &MeasureFollower::measure);
    connect(&budget, &BudgetEditor::followingChanged, this, [this](bool isFollowing) {
        settings::setMeasureFollowing(isFollowing);
        recipeChanged();
    });
    connect(
        &bench.document, &SessionDocument::sessionChanged, this, [this](const Session& before, const Session& after) {
            if (before.recipe != after.recipe) {
                recipeChanged();
            }
        });
    connect(&evaluator, &EvaluateController::changed, this, [this] {
        if (!m_evaluator.isEvaluating()) {
            m_isOwn = false;
        }
    });
}

void MeasureFollower::setActive(bool isActive)
{
    m_isActive = isActive;
    if (!isActive) {
        m_rest.stop();
    }
}

/// Something was measured before, and not this.
bool MeasureFollower::isWanted() const
{
    const Session& session = m_bench.document.session();
    bool isStale = false;
    return m_isActive && m_budget.isFollowing() && m_bench.document.isOpen() && m_evaluator.whyNot().isEmpty()
        && !session.dataLocation.empty() && newestRun(session, *session.recipe, &isStale) != nullptr && isStale;
}

void MeasureFollower::recipeChanged()
{
    if (m_isOwn) {
        m_evaluator.cancel();
    }
    if (isWanted()) {
        m_rest.start();
    } else {
        m_rest.stop();
    }
}

void MeasureFollower::measure()
{
    if (!isWanted()) {
        return;
    }
    if (m_drag.isDragging() || m_drag.isWaiting() || m_evaluator.isEvaluating()) {
        m_rest.start();
        return;
    }
    m_isOwn = true;
    m_evaluator.evaluate();
}

} // namespace bw
