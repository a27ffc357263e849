#include "app/controllers/status_controller.h"

#include "app/banners.h"
#include "app/controllers/evaluate_controller.h"
#include "app/core_text.h"
#include "app/workbench.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/runs_panel.h"
#include "widgets/panels/totals_bar.h"
#include "widgets/text.h"

#include <QListWidget>

#include <algorithm>

namespace bw {

namespace {

constexpr int refreshMs = 60;
constexpr qsizetype keptMessages = 200;

JobState stateOf(JobStatus status)
{
    switch (status) {
    case JobStatus::Waiting:
        return JobState::Waiting;
    case JobStatus::Running:
        return JobState::Running;
    case JobStatus::Done:
        return JobState::Done;
    case JobStatus::Canceled:
        return JobState::Cancelled;
    case JobStatus::Failed:
        break;
    }
    return JobState::Failed;
}

JobRow jobRow(const JobInfo& job)
{
    JobRow row;
    row.id = job.id;
    row.title = job.title;
    row.phase = coreText(job.progress.phase);
    row.unit = coreText(job.progress.unit);
    row.fraction
        = job.progress.phase.empty() && !job.isFinished() ? std::nullopt : std::optional(job.progress.fraction);
    row.rate = job.rate > 0 && !job.progress.unit.empty() ? std::optional(job.rate) : std::nullopt;
    row.secondsLeft = job.secondsLeft >= 0 ? std::optional(job.secondsLeft) : std::nullopt;
    row.secondsRun = job.seconds;
    row.state = stateOf(job.status);
    row.message = job.error ? errorText(*job.error) : job.message;
    row.details = job.error ? errorDetails(*job.error) : QString();
    row.command = job.command;
    row.canRetry = job.canRetry;
    return row;
}

/// The newest run of the current recipe; else the newest there is, which is then stale.
const StoredRun* shownRun(const Session& session, bool& isStale)
{
    const auto& runs = *session.runs;
    const auto found
        = std::find_if(runs.rbegin(), runs.rend(), [&](const StoredRun& run) { return run.recipe == *session.recipe; });
    isStale = found == runs.rend() && !runs.empty();
    return found != runs.rend() ? &*found : runs.empty() ? nullptr : &runs.back();
}

} // namespace

StatusController::StatusController(
    Workbench& bench, EvaluateController& evaluator, Banners& banners, const Views& views, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_evaluator(evaluator)
    , m_views(views)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(refreshMs);
    connect(&m_timer, &QTimer::timeout, this, &StatusController::refreshNow);
    connect(&bench.derived, &DerivedResults::planChanged, this, &StatusController::schedule);
    connect(&bench.derived, &DerivedResults::layersChanged, this, &StatusController::schedule);
    connect(
        &bench.document, &SessionDocument::sessionChanged, this, [this](const Session& before, const Session& after) {
            m_areRunsDue = m_areRunsDue || before.runs != after.runs || before.recipe != after.recipe;
            schedule();
        });
    connect(&bench.document, &SessionDocument::modelChanged, this, [this] {
        m_areRunsDue = true;
        schedule();
    });
    connect(&bench.jobs, &JobRunner::changed, this, &StatusController::schedule);
    connect(&evaluator, &EvaluateController::changed, this, &StatusController::schedule);
    connect(&banners, &Banners::shown, this, [this](const Banner& banner) {
        if (banner.severity != Severity::Information) {
            m_messages.prepend(banner.text);
            m_messages = m_messages.mid(0, keptMessages);
            schedule();
        }
    });
    connect(&views.jobs, &JobsPanel::cancelRequested, &bench.jobs, &JobRunner::cancel);
    connect(&views.jobs, &JobsPanel::retryRequested, &bench.jobs, &JobRunner::retry);
    connect(&views.jobs, &JobsPanel::dismissRequested, &bench.jobs, &JobRunner::forget);
    connect(&views.runs, &RunsPanel::evaluateRequested, &evaluator, &EvaluateController::evaluate);
    connect(&views.totals, &TotalsBar::evaluateRequested, &evaluator, &EvaluateController::evaluate);
}

void StatusController::schedule()
{
    if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void StatusController::refreshNow()
{
    m_timer.stop();
    refreshTotals();
    refreshJobs();
    if (std::exchange(m_areRunsDue, false)) {
        refreshRuns();
    }
    refreshProblems();
}

void StatusController::refreshTotals()
{
    Totals totals;
    totals.runningJobs = m_bench.jobs.activeCount();
    totals.accuracyTitle = tr("top-1 accuracy");
    totals.whyNotEvaluate = m_evaluator.whyNot();
    totals.canEvaluate = totals.whyNotEvaluate.isEmpty();
    totals.isEvaluating = m_evaluator.isEvaluating();
    totals.predictedDamageHelp = tr("RMSE / RMS over all quantized weights together. It measures the weights, not the "
                                    "answers of the model: a smaller error "
                                    "may still cost more accuracy. Evaluate to know.");
    if (m_bench.document.isOpen()) {
        const ModelFigures figures = m_bench.derived.figures();
        totals.bytesBefore = figures.fileBytesBefore;
        totals.bytesAfter = figures.fileBytesAfter;
        totals.tensorBytesBefore = figures.bytesBefore;
        totals.tensorBytesAfter = figures.bytesAfter;
        totals.bitsPerWeight = figures.bitsPerWeight;
        totals.predictedDamage = figures.rmseOverRms;
        totals.isExact = figures.isExact;
        const Session& session = m_bench.document.session();
        if (const StoredRun* run = shownRun(session, totals.isStale)) {
            for (const EvalRun& one : run->result.runs) {
                const Metric* metric = one.find("top1");
                if (metric != nullptr) {
                    (one.recipeJson.empty() ? totals.floatAccuracy : totals.quantizedAccuracy) = *metric;
                    totals.dataName = shownName(one.dataName);
                }
            }
        }
    }
    m_views.totals.setTotals(totals);
}

void StatusController::refreshJobs()
{
    std::vector<JobRow> rows;
    for (const JobInfo& job : m_bench.jobs.jobs()) {
        rows.push_back(jobRow(job));
    }
    if (rows != m_views.jobs.jobs()) {
        m_views.jobs.setJobs(rows);
    }
}

void StatusController::refreshRuns()
{
    std::vector<RunsEntry> entries;
    const Session& session = m_bench.document.session();
    for (auto run = session.runs->rbegin(); run != session.runs->rend(); ++run) {
        QString title = QString::fromStdString(formatText(run->recipe.fallback.format));
        if (!run->recipe.rules.empty()) {
            title = tr("%1 and %n rule(s)", nullptr, static_cast<int>(run->recipe.rules.size())).arg(title);
        }
        entries.push_back({ title, run->result, run->recipe != *session.recipe });
    }
    m_views.runs.setRuns(entries);
}

void StatusController::refreshProblems()
{
    QStringList lines;
    if (m_bench.document.isOpen()) {
        for (const Problem& problem : m_bench.derived.plan().problems) {
            lines.append(
                tr("Recipe, %1: %2", "place, problem").arg(shownName(problem.field), coreText(problem.message)));
        }
        for (const LayerInfo& layer : m_bench.document.model()->layers()) {
            if (const auto& failure = m_bench.derived.layer(layer.id).failure) {
                lines.append(tr("Layer %1: %2").arg(shownName(layer.name), errorText(*failure)));
            }
        }
    }
    const int live = static_cast<int>(lines.size());
    lines += m_messages;
    QStringList shown;
    for (int row = 0; row < m_views.problems.count(); ++row) {
        shown.append(m_views.problems.item(row)->text());
    }
    if (shown != lines) {
        m_views.problems.clear();
        m_views.problems.addItems(lines);
    }
    Q_EMIT problemCountChanged(live);
}

} // namespace bw
