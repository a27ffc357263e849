#include "app/jobs/job_runner.h"

#include "app/jobs/lanes.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <mutex>
#include <stop_token>

namespace bw {

namespace {
constexpr int progressIntervalMs = 50;
constexpr std::size_t keptJobs = 50;
} // namespace

struct JobRunner::Job
{
    JobInfo state; ///< GUI thread only
    Request request;
    std::stop_source stop;
    QElapsedTimer clock;
    // The worker writes, the timer of the GUI thread reads: progress costs a lock, never an event.
    std::mutex mutex;
    Progress progress;
    std::atomic<bool> hasStarted { false };
    std::atomic<bool> hasProgress { false };
    Text ratePhase;
    double ratePhaseStart = 0;
    std::uint64_t ratePhaseDone = 0;
};

JobRunner::JobRunner(QObject* parent)
    : QObject(parent)
    , m_timer(new QTimer(this))
{
    m_timer->setInterval(progressIntervalMs);
    connect(m_timer, &QTimer::timeout, this, &JobRunner::refresh);
}

JobRunner::~JobRunner()
{
    cancelAll();
}

quint64 JobRunner::start(QThreadPool& lane, Request request)
{
    auto job = std::make_shared<Job>();
    const quint64 id = ++m_lastId;
    job->state.id = id;
    job->state.title = request.title;
    job->state.command = request.command;
    job->request = std::move(request);
    job->clock.start();
    m_jobs.emplace(id, job);
    while (m_jobs.size() > keptJobs && m_jobs.begin()->second->state.isFinished()) {
        m_jobs.erase(m_jobs.begin());
    }
    const JobContext ctx(job->stop.get_token(), [shared = job.get()](const Progress& progress) {
        const std::lock_guard lock(shared->mutex);
        shared->progress = progress;
        shared->hasProgress = true;
    });
    lane.start([guard = QPointer<JobRunner>(this), job, ctx, id] {
        lowerThreadPriority(backgroundSteps);
        job->hasStarted = true;
        auto outcome = std::make_shared<const Outcome>(runGuarded(job->request.work, ctx));
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [guard, outcome, id] {
                if (guard) {
                    guard->end(id, *outcome);
                }
            },
            Qt::QueuedConnection);
    });
    m_timer->start();
    Q_EMIT changed();
    return id;
}

void JobRunner::cancel(quint64 id)
{
    if (const auto found = m_jobs.find(id); found != m_jobs.end()) {
        found->second->stop.request_stop();
    }
}

void JobRunner::cancelAll()
{
    for (auto& [id, job] : m_jobs) {
        job->stop.request_stop();
    }
}

void JobRunner::retry(quint64 id)
{
    const auto found = m_jobs.find(id);
    if (found == m_jobs.end() || !found->second->state.canRetry) {
        return;
    }
    const auto again = found->second->request.retry;
    forget(id);
    again();
}

void JobRunner::setMessage(quint64 id, const QString& message)
{
    if (const auto found = m_jobs.find(id); found != m_jobs.end()) {
        found->second->state.message = message;
        Q_EMIT changed();
    }
}

void JobRunner::forget(quint64 id)
{
    const auto found = m_jobs.find(id);
    if (found != m_jobs.end() && found->second->state.isFinished()) {
        m_jobs.erase(found);
        Q_EMIT changed();
    }
}

QList<JobInfo> JobRunner::jobs() const
{
    QList<JobInfo> states;
    for (auto entry = m_jobs.rbegin(); entry != m_jobs.rend(); ++entry) {
        states.append(entry->second->state);
    }
    return states;
}

std::optional<JobInfo> JobRunner::job(quint64 id) const
{
    const auto found = m_jobs.find(id);
    return found == m_jobs.end() ? std::nullopt : std::optional(found->second->state);
}

int JobRunner::activeCount() const
{
    int count = 0;
    for (const auto& [id, job] : m_jobs) {
        count += job->state.isFinished() ? 0 : 1;
    }
    return count;
}

void JobRunner::forgetFinished()
{
    std::erase_if(m_jobs, [](const auto& entry) { return entry.second->state.isFinished(); });
    Q_EMIT changed();
}

void JobRunner::refresh()
{
    for (auto& [id, job] : m_jobs) {
        JobInfo& state = job->state;
        if (state.isFinished()) {
            continue;
        }
        state.seconds = static_cast<double>(job->clock.elapsed()) / 1000;
        if (job->hasStarted) {
            state.status = JobStatus::Running;
        }
        if (job->hasProgress.exchange(false)) {
            const std::lock_guard lock(job->mutex);
            state.progress = job->progress;
        }
        const Progress& now = state.progress;
        if (now.phase != job->ratePhase || now.done < job->ratePhaseDone) {
            job->ratePhase = now.phase;
            job->ratePhaseStart = state.seconds;
            job->ratePhaseDone = now.done;
        }
        const double phaseSeconds = state.seconds - job->ratePhaseStart;
        const auto phaseDone = static_cast<double>(now.done - job->ratePhaseDone);
        state.rate = phaseSeconds > 0.2 ? phaseDone / phaseSeconds : 0;
        state.secondsLeft
            = now.fraction > 0.02 && state.seconds > 0.5 ? state.seconds * (1 - now.fraction) / now.fraction : -1;
    }
    Q_EMIT changed();
}

void JobRunner::end(quint64 id, const Outcome& outcome)
{
    const auto found = m_jobs.find(id);
    if (found == m_jobs.end()) {
        return;
    }
    const std::shared_ptr<Job> job = found->second;
    const QPointer<JobRunner> self(this);
    JobInfo& state = job->state;
    state.seconds = static_cast<double>(job->clock.elapsed()) / 1000;
    state.secondsLeft = -1;
    if (outcome.error) {
        state.status = JobStatus::Failed;
        state.error = outcome.error;
    } else if (outcome.isCanceled()) {
        state.status = JobStatus::Canceled;
    } else {
        state.status = JobStatus::Done;
        state.progress.fraction = 1;
    }
    const JobStatus status = state.status;
    if (status == JobStatus::Done) {
        outcome.delivery();
    } else if (status == JobStatus::Failed && job->request.onFailed) {
        job->request.onFailed(*outcome.error);
    } else if (status == JobStatus::Canceled && job->request.onCanceled) {
        job->request.onCanceled();
    }
    if (!self) {
        return;
    }
    // What the closures hold (models, results) is let go now; the job stays in the list as figures only.
    state.canRetry = status != JobStatus::Done && job->request.retry;
    job->request = { .retry = state.canRetry ? job->request.retry : nullptr };
    if (activeCount() == 0) {
        m_timer->stop();
    }
    Q_EMIT changed();
    Q_EMIT finished(id, status);
}

} // namespace bw
