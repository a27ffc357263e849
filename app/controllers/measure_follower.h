#pragma once

#include <QObject>
#include <QTimer>

namespace bw {

class AllocationDrag;
class BudgetEditor;
class EvaluateController;
class Workbench;

/// The measured accuracy follows the allocation: once somebody has measured, what changes is measured again by itself,
/// in the background, after the hand has come to rest. A newer edit stops what is running.
class MeasureFollower : public QObject
{
    Q_OBJECT
public:
    MeasureFollower(Workbench& bench, EvaluateController& evaluator, const AllocationDrag& drag, BudgetEditor& budget,
        QObject* parent = nullptr);

    void setActive(bool isActive);

private:
    bool isWanted() const;
    void recipeChanged();
    void measure();

    Workbench& m_bench;
    EvaluateController& m_evaluator;
    const AllocationDrag& m_drag;
    BudgetEditor& m_budget;
    QTimer m_rest; ///< runs while the hand may still be moving
    bool m_isActive = false;
    bool m_isOwn = false; ///< what is being measured was not asked for by hand
};

} // namespace bw
