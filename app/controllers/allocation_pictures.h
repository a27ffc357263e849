#pragma once

#include "app/document/allocation_plan.h"
#include "app/document/allocation_results.h"
#include "core/session/session.h"
#include "widgets/allocation/allocation_values.h"

#include <QCoreApplication>

#include <memory>
#include <optional>
#include <vector>

namespace bw {

class Workbench;

/// The context of these functions' texts.
class AllocationText
{
    Q_DECLARE_TR_FUNCTIONS(bw::AllocationText)
};

/// What of the pictures stays the same while a budget is dragged; made once for each ground.
struct AllocationScene
{
    AllocationGroundPtr ground;
    std::vector<AllocationRow> rows; ///< without what a choice changes
    std::vector<std::pair<double, double>> line; ///< of the front
    std::vector<FrontMark> uniforms;
    double lowBits = 0; ///< of all formats at their smallest, whatever is held fast
    double highBits = 0;
    int nameEnding = 0; ///< characters at the end of all layers' names that tell nothing
};
AllocationScene allocationScene(AllocationGroundPtr ground, const AllocationSettings& settings);

/// Rows for these choices; `reasons` may be empty.
std::vector<AllocationRow> allocationRows(const AllocationScene& scene, const LayerChoices& choices,
    const Workbench& bench, const std::vector<Text>& reasons);
BudgetPicture budgetPicture(const AllocationScene& scene, const AllocationTotals& totals, bool isStale);
/// Are damages KL divergences from the float model, the same quantity that evaluations measure?
bool isKl(const DamageTable& table);
QString damageTitle(const DamageTable& table);

/// The steps around an allocation: the last one taken and the next ones.
struct StepList
{
    std::vector<StepRow> rows;
    std::size_t first = 0; ///< edge of the front that the first row is
};
StepList stepsAround(const AllocationScene& scene, const AllocationTotals& totals);
/// What the walk shows after so many steps, in words.
QString walkText(const AllocationGround& ground, std::size_t step, std::size_t count);

/// Snapshots and measured runs of the session as marks.
std::vector<FrontMark> sessionMarks(const AllocationGround& ground, const Workbench& bench, int kept);
InputsPicture inputsPicture(const Workbench& bench, const AllocationResults& results);
std::vector<DamageRow> damageRows(
    const AllocationGround& ground, const LayerChoices& choices, const DamageTable* measured);
/// Why more of a budget is left than anybody would expect; empty if it is met.
QString roomText(const AllocationGround& ground, const Budget& budget, const AllocationTotals& totals);
/// Snapshot `kept` against the recipe of now; layers that do not differ are left out.
std::vector<CompareRow> compareRows(const AllocationScene& scene, const Workbench& bench, int kept);
/// The newest evaluation of the current recipe, else the newest there is; null if there is none.
const StoredRun* newestRun(const Session& session, const Recipe& recipe, bool* isStale);
/// "81.2 % [79.4, 82.8]"
QString metricText(const Metric& metric);

} // namespace bw
