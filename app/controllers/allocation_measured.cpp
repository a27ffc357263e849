#include "app/controllers/allocation_measured.h"

#include "app/controllers/evaluate_controller.h"
#include "app/core_text.h"
#include "app/views/allocation_view.h"
#include "app/workbench.h"
#include "core/sensitivity/compare_damage.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/allocation/damage_model.h"
#include "widgets/text.h"

#include <algorithm>
#include <utility>

namespace bw {

namespace {
/// The kind that others are held against: one layer at a time, the model run.
constexpr const char* measuredKind = "measured";
} // namespace

AllocationMeasured::AllocationMeasured(
    Workbench& bench, AllocationResults& results, EvaluateController& evaluator, AllocationView& view)
    : m_bench(bench)
    , m_results(results)
    , m_evaluator(evaluator)
    , m_view(view)
{
}

QString AllocationMeasured::apartText(const AllocationTotals& totals) const
{
    const Session& session = m_bench.document.session();
    bool isStale = false;
    const StoredRun* run = newestRun(session, *session.recipe, &isStale);
    if (run == nullptr || isStale || !totals.damage || !isKl(*m_results.ground()->table)) {
        return {};
    }
    for (const EvalRun& one : run->result.runs) {
        const Metric* kl = one.recipeJson.empty() ? nullptr : one.find("kl_mean");
        // The interval is twice 1.96 standard errors wide.
        if (kl != nullptr && comparePair(*totals.damage, 0, kl->value, (kl->high - kl->low) / 3.92).isOff) {
            return tr(
                "Measured KL %1 [%2, %3] against %4 predicted: single-layer damages do not add up here. Refine the "
                "allocation, or measure each layer.")
                .arg(numberText(kl->value, 2), numberText(kl->low, 2), numberText(kl->high, 2),
                    numberText(*totals.damage, 2));
        }
    }
    return {};
}

void AllocationMeasured::showDamages(const LayerChoices& choices)
{
    const Sensitivity* kind = sensitivities().find(measuredKind);
    const auto measured = kind == nullptr ? nullptr : m_results.tableOf(*kind);
    auto rows = damageRows(*m_results.ground(), choices, measured.get());
    const auto flagged = std::count_if(rows.begin(), rows.end(), [](const DamageRow& row) { return row.isFlagged; });
    m_view.damages().setRows(std::move(rows));
    QString whyNot = kind == nullptr ? tr("this build cannot") : m_results.whyNot(*kind);
    if (m_results.isComputing()) {
        whyNot = tr("damages are being computed");
    }
    const bool isSame = kind != nullptr && m_results.inputs().kind == kind;
    m_view.setDamageNote(isSame   ? tr("The prediction is made of what was measured, one layer at a time.")
            : measured == nullptr ? tr("Nothing was measured one layer at a time yet.")
            : flagged > 0         ? tr("%n layer(s) differ by more than three times: use measured damages.", nullptr,
                          static_cast<int>(flagged))
                                  : tr("No layer differs by more than three times."),
        whyNot, m_whyNotRefine ? m_whyNotRefine() : QString());
}

void AllocationMeasured::showAccuracy()
{
    const Session& session = m_bench.document.session();
    bool isStale = false;
    const StoredRun* run = newestRun(session, *session.recipe, &isStale);
    QString text;
    QString before;
    QString help;
    if (run != nullptr) {
        for (const EvalRun& one : run->result.runs) {
            const Metric* metric = one.find("top1");
            if (metric == nullptr) {
                continue;
            }
            if (one.recipeJson.empty()) {
                before = percentText(metric->value);
                help = tr("float: %1, n = %2, %3")
                           .arg(metricText(*metric), countText(metric->n), shownName(one.dataName));
            } else {
                text = metricText(*metric);
            }
        }
    }
    if (!before.isEmpty() && !text.isEmpty()) {
        text = tr("%1, float %2", "accuracy of the quantized and of the float model").arg(text, before);
    }
    if (isStale && !text.isEmpty()) {
        help = tr("Measured with an earlier recipe. Measure again.") % u'\n' % help;
    }
    m_view.budget().setMeasured(text, help, isStale);
    // Before that, what would be measured is not what was asked for.
    const QString whyNot
        = m_results.ground() == nullptr ? tr("It is not known yet what each format costs.") : m_evaluator.whyNot();
    m_view.budget().setCanMeasure(whyNot, m_evaluator.isEvaluating());
}

void AllocationMeasured::showComparison(const AllocationScene& scene)
{
    QStringList names;
    for (const Snapshot& snapshot : *m_bench.document.session().snapshots) {
        names.append(shownName(snapshot.name));
    }
    m_kept = std::min(m_kept, static_cast<int>(names.size()) - 1);
    m_view.compare().setKept(names, m_kept);
    m_view.compare().setRows(compareRows(scene, m_bench, m_kept));
}

} // namespace bw
