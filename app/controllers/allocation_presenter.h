#pragma once

#include "app/controllers/allocation_measured.h"
#include "app/controllers/allocation_walk.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace bw {

class AllocationView;
class EvaluateController;
class Workbench;

/// Fills the allocation view from what the document and the results say. What is shown is always the recipe of now, or
/// what a drag is about to make of it.
class AllocationPresenter : public QObject
{
    Q_OBJECT
public:
    AllocationPresenter(Workbench& bench, AllocationResults& results, EvaluateController& evaluator,
        AllocationView& view, QObject* parent = nullptr);

    /// Nothing is filled while nobody looks.
    void setActive(bool isActive);
    bool isActive() const { return m_isActive; }
    void refreshNow();
    /// While something is dragged: bars, point and figures of these choices, nothing else.
    void showLive(const LayerChoices& choices, const std::optional<Budget>& asked);
    void endLive();
    bool isLive() const { return m_isLive; }
    /// A sentence under the budget until the next one.
    void setNote(const QString& note);
    /// Asked for the reason a refinement cannot start.
    void setRefineCheck(std::function<QString()> whyNot) { m_measured.setRefineCheck(std::move(whyNot)); }
    /// Which snapshot is A of the comparison.
    void setKept(int kept);
    const StepList& steps() const { return m_steps; }

private:
    void schedule();
    void showInputs();
    void showAllocation();
    QString emptyText() const;

    Workbench& m_bench;
    AllocationResults& m_results;
    AllocationView& m_view;
    AllocationMeasured m_measured;
    AllocationWalk m_walk;
    AllocationScene m_scene;
    LayerChoices m_choices; ///< of the recipe
    StepList m_steps;
    QString m_note;
    QTimer m_timer;
    bool m_isActive = false;
    bool m_isLive = false;
    bool m_isSceneDue = true;
};

} // namespace bw
