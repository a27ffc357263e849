#include "app/controllers/allocation_presenter.h"

#include "app/controllers/evaluate_controller.h"
#include "app/core_text.h"
#include "app/views/allocation_view.h"
#include "app/workbench.h"
#include "core/allocate/reasons.h"
#include "core/sensitivity/compare_damage.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/allocation_inputs.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/allocation/damage_model.h"
#include "widgets/allocation/step_model.h"
#include "widgets/allocation/walk_controls.h"
#include "widgets/plots/front_plot.h"
#include "widgets/text.h"

#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace bw {

namespace {

constexpr int refreshMs = 40;
/// The kind that others are held against: one layer at a time, the model run.
constexpr const char* measuredKind = "measured";

/// The option each group of the constrained menu has, where all its layers agree with the choices.
std::optional<std::vector<std::uint32_t>> groupsOf(const AllocationGround& ground, const LayerChoices& choices)
{
    const AllocationMenu& menu = ground.inBits->menu();
    std::vector<std::uint32_t> groups;
    for (const MenuGroup& group : menu.groups) {
        const auto fits = [&](const MenuGroup::Option& option) {
            for (std::size_t i = 0; i < group.layers.size(); ++i) {
                if (ground.places[group.layers[i]][option.layerOptions[i]] != choices[group.layers[i]]) {
                    return false;
                }
            }
            return true;
        };
        const auto found = std::find_if(group.options.begin(), group.options.end(), fits);
        if (found == group.options.end()) {
            return std::nullopt;
        }
        groups.push_back(static_cast<std::uint32_t>(found - group.options.begin()));
    }
    return groups;
}

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
    , m_evaluator(evaluator)
    , m_view(view)
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
        m_kept = -1;
        m_note.clear();
        m_view.walk().end();
        schedule();
    });
    connect(&bench.derived, &DerivedResults::layersChanged, this, &AllocationPresenter::schedule);
    connect(&evaluator, &EvaluateController::changed, this, &AllocationPresenter::schedule);
    connect(&view.walk(), &WalkControls::stepShown, this, &AllocationPresenter::showWalk);
    connect(&view.walk(), &WalkControls::ended, this, [this] {
        m_view.bars().setReadOnly(false);
        m_view.front().setWalk(std::nullopt);
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
    m_kept = kept;
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
    showMeasured();
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
        m_view.budget().setPicture({});
        FrontPicture picture;
        picture.emptyText = m_results.isComputing() ? tr("Computing what each format costs each layer…")
                                                    : tr("Compute damages to see which formats are worth their size.");
        m_view.front().setPicture(picture);
        m_view.steps().setRows({});
        m_view.damages().setRows({});
        m_view.compare().setRows({});
        m_view.walk().setStepCount(0);
        return;
    }
    if (std::exchange(m_isSceneDue, false) || m_scene.ground != ground) {
        m_scene = allocationScene(ground, *m_bench.document.session().allocation);
    }
    m_choices = choicesOf(m_bench.derived.plan(), *m_bench.document.model(), ground->open);
    const auto groups = groupsOf(*ground, m_choices);
    m_view.bars().layers().setRows(allocationRows(
        m_scene, m_choices, m_bench, groups ? allocationReasons(*ground->inBits, *groups) : std::vector<Text> {}));
    const AllocationTotals totals = allocationTotals(*ground, m_choices, m_bench);
    BudgetPicture budget = budgetPicture(m_scene, totals, m_results.isStale());
    budget.note = m_note.isEmpty() ? apartText(totals) : m_note;
    const auto& asked = m_bench.document.session().allocation->budget;
    if (asked && solveBudget(*ground, *asked).choices == m_choices) {
        budget.askedBits = askedBits(asked, totals);
    }
    m_view.budget().setPicture(budget);
    FrontPicture picture;
    picture.line = m_scene.line;
    picture.marks = m_scene.uniforms;
    for (FrontMark& mark : sessionMarks(*ground, m_bench, m_kept)) {
        picture.marks.push_back(std::move(mark));
    }
    picture.bits = totals.bitsPerWeight;
    picture.askedBits = budget.askedBits;
    picture.damage = totals.damage.value_or(0);
    picture.damageTitle = damageTitle(*ground->table);
    picture.measuredTitle = isKl(*ground->table) ? QString() : tr("measured KL to float, nats");
    picture.isStale = m_results.isStale();
    m_view.front().setPicture(picture);
    m_steps = stepsAround(*ground, totals);
    m_view.steps().setRows(m_steps.rows);
    m_view.walk().setStepCount(static_cast<int>(ground->inBits->front().prefixFor(totals.bits)));
    showDamages();
    QStringList names;
    for (const Snapshot& snapshot : *m_bench.document.session().snapshots) {
        names.append(shownName(snapshot.name));
    }
    m_kept = std::min(m_kept, static_cast<int>(names.size()) - 1);
    m_view.compare().setKept(names, m_kept);
    m_view.compare().setRows(compareRows(*ground, m_bench, m_kept));
}

/// Where what was measured is far from what was predicted, and what to do about it; empty where it is not.
QString AllocationPresenter::apartText(const AllocationTotals& totals) const
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

/// What each layer is predicted to do, beside what was measured one layer at a time.
void AllocationPresenter::showDamages()
{
    const Sensitivity* kind = sensitivities().find(measuredKind);
    const auto measured = kind == nullptr ? nullptr : m_results.tableOf(*kind);
    auto rows = damageRows(*m_results.ground(), m_choices, measured.get());
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

void AllocationPresenter::showMeasured()
{
    const Session& session = m_bench.document.session();
    bool isStale = false;
    const StoredRun* run = newestRun(session, *session.recipe, &isStale);
    QString text;
    QString help;
    if (run != nullptr) {
        for (const EvalRun& one : run->result.runs) {
            const Metric* metric = one.find("top1");
            if (metric == nullptr) {
                continue;
            }
            if (one.recipeJson.empty()) {
                help = tr("float: %1, n = %2, %3")
                           .arg(metricText(*metric), countText(metric->n), shownName(one.dataName));
            } else {
                text = metricText(*metric);
            }
        }
    }
    if (isStale && !text.isEmpty()) {
        help = tr("Measured with an earlier recipe. Measure again.") % u'\n' % help;
    }
    m_view.budget().setMeasured(text, help, isStale);
    m_view.budget().setCanMeasure(m_evaluator.whyNot(), m_evaluator.isEvaluating());
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
    m_steps = stepsAround(*m_scene.ground, totals);
    m_view.steps().setRows(m_steps.rows);
}

void AllocationPresenter::endLive()
{
    m_isLive = false;
    schedule();
}

void AllocationPresenter::showWalk(int step)
{
    if (m_scene.ground == nullptr) {
        return;
    }
    const AllocationGround& ground = *m_scene.ground;
    const AllocationFront& front = ground.inBits->front();
    const auto at = static_cast<std::size_t>(step);
    const std::size_t count = std::max(at, front.prefixFor(allocationTotals(ground, m_choices, m_bench).bits));
    m_view.bars().setReadOnly(true);
    m_view.bars().layers().setRows(allocationRows(m_scene, ground.layersOf(front.choices(at)), m_bench, {}));
    m_view.front().setWalk(std::pair(
        static_cast<double>(front.cost(at)) / static_cast<double>(ground.open.weightCount), front.damage(at)));
    m_view.walk().setText(walkText(ground, at, count));
    if (at > 0) {
        const auto group = front.edges()[at - 1].group;
        // The other views stay where they are.
        const QSignalBlocker quiet(m_view.bars());
        m_view.bars().selectRow(static_cast<int>(ground.inBits->menu().groups[group].layers.front()));
    }
}

} // namespace bw
