#pragma once

#include "app/controllers/allocation_pictures.h"

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
    /// A sentence under the budget until the next one.
    void setNote(const QString& note);
    /// Asked for the reason a refinement cannot start.
    void setRefineCheck(std::function<QString()> whyNot) { m_whyNotRefine = std::move(whyNot); }
    /// Which snapshot is A; −1: none.
    int kept() const { return m_kept; }
    void setKept(int kept);
    const StepList& steps() const { return m_steps; }

private:
    void schedule();
    void showInputs();
    void showAllocation();
    QString apartText(const AllocationTotals& totals) const;
    void showDamages();
    void showMeasured();
    void showWalk(int step);
    QString emptyText() const;

    Workbench& m_bench;
    AllocationResults& m_results;
    EvaluateController& m_evaluator;
    AllocationView& m_view;
    AllocationScene m_scene;
    LayerChoices m_choices; ///< of the recipe
    StepList m_steps;
    QString m_note;
    std::function<QString()> m_whyNotRefine;
    QTimer m_timer;
    int m_kept = -1;
    bool m_isActive = false;
    bool m_isLive = false;
    bool m_isSceneDue = true;
};

} // namespace bw
