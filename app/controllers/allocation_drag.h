#pragma once

#include "app/document/allocation_plan.h"
#include "core/session/allocation_settings.h"
#include "widgets/edit_phase.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <optional>

namespace bw {

class AllocationPresenter;
class AllocationResults;
class Workbench;

/// Budgets and bars that are dragged: shown at every move, made the recipe at a pace the rest of the window can follow;
/// one undo step per drag.
class AllocationDrag : public QObject
{
    Q_OBJECT
public:
    AllocationDrag(
        Workbench& bench, AllocationResults& results, AllocationPresenter& presenter, QObject* parent = nullptr);

    void editBudget(const Budget& budget, EditPhase phase);
    /// The layer, with those tied to it, at one of its formats; the others as well as the budget allows.
    void editChoice(int layer, int choice, EditPhase phase);
    /// Forgets a drag whose model is gone.
    void drop();
    bool isDragging() const { return m_isDragging; }
    /// Something is shown that is not in the recipe yet.
    bool isWaiting() const { return m_applyTimer.isActive(); }

private:
    struct Pending
    {
        LayerChoices choices;
        AllocationSettings settings;
        QString label;
    };
    bool begin(EditPhase phase);
    void push(const LayerChoices& choices, const AllocationSettings& settings, EditPhase phase);
    void flush();
    QString mergeKey() const { return QStringLiteral("allocation %1").arg(m_number); }

    Workbench& m_bench;
    AllocationResults& m_results;
    AllocationPresenter& m_presenter;
    std::optional<Pending> m_pending;
    std::optional<RestOfFront> m_rest; ///< while a bar is dragged
    AllocationSettings m_settingsBefore; ///< of a drag
    LayerChoices m_choicesBefore;
    QTimer m_applyTimer; ///< the rest of the window follows a drag at this pace
    bool m_isDragging = false;
    int m_number = 0;
};

} // namespace bw
