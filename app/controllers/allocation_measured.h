#pragma once

#include "app/controllers/allocation_pictures.h"

#include <QCoreApplication>

#include <functional>

namespace bw {

class AllocationView;
class EvaluateController;
class Workbench;

/// What was measured, beside what was predicted: the table of damages, the accuracy, and A against B.
class AllocationMeasured
{
    Q_DECLARE_TR_FUNCTIONS(bw::AllocationMeasured)
public:
    AllocationMeasured(
        Workbench& bench, AllocationResults& results, EvaluateController& evaluator, AllocationView& view);

    /// Where what was measured is far from what was predicted, and what to do about it; empty where it is not.
    QString apartText(const AllocationTotals& totals) const;
    /// What each layer is predicted to do, beside what was measured one layer at a time.
    void showDamages(const LayerChoices& choices);
    void showAccuracy();
    /// Snapshot A of the comparison against the recipe of now.
    void showComparison(const AllocationScene& scene);
    /// Asked for the reason a refinement cannot start.
    void setRefineCheck(std::function<QString()> whyNot) { m_whyNotRefine = std::move(whyNot); }
    /// Which snapshot is A; −1: none.
    int kept() const { return m_kept; }
    void setKept(int kept) { m_kept = kept; }

private:
    Workbench& m_bench;
    AllocationResults& m_results;
    EvaluateController& m_evaluator;
    AllocationView& m_view;
    std::function<QString()> m_whyNotRefine;
    int m_kept = -1;
};

} // namespace bw
