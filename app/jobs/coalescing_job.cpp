#include "app/jobs/coalescing_job.h"

#include "app/jobs/lanes.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <memory>

namespace bw {

CoalescingJob::CoalescingJob(QThreadPool& pool, CoalescePolicy policy, int priority, QObject* parent)
    : QObject(parent)
    , m_pool(pool)
    , m_policy(policy)
    , m_priority(priority)
{
}

CoalescingJob::~CoalescingJob()
{
    m_stop.request_stop();
}

void CoalescingJob::submit(Work work)
{
    m_pending = std::move(work);
    if (!m_isRunning) {
        startNext();
    } else if (m_policy == CoalescePolicy::CancelRunning) {
        m_dropsRunning = true;
        m_stop.request_stop();
    }
}

void CoalescingJob::stop()
{
    m_pending.reset();
    if (m_isRunning) {
        m_dropsRunning = true;
        m_stop.request_stop();
    }
}

void CoalescingJob::startNext()
{
    m_stop = std::stop_source();
    m_isRunning = true;
    m_dropsRunning = false;
    const int generation = ++m_startedCount;
    // The guard is only looked at on the GUI thread; the application object, which outlives the lanes, carries the
    // message.
    m_pool.start(
        [guard = QPointer<CoalescingJob>(this), work = std::move(*m_pending), ctx = JobContext(m_stop.get_token()),
            generation, isLong = m_policy == CoalescePolicy::CancelRunning] {
            if (isLong) {
                lowerThreadPriority(backgroundSteps);
            }
            auto outcome = std::make_shared<const Outcome>(runGuarded(work, ctx));
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [guard, outcome, generation] {
                    if (guard) {
                        guard->finish(generation, *outcome);
                    }
                },
                Qt::QueuedConnection);
        },
        m_priority);
    m_pending.reset();
}

void CoalescingJob::finish(int generation, const Outcome& outcome)
{
    if (generation != m_startedCount) {
        return;
    }
    const bool isDropped = m_dropsRunning;
    const QPointer<CoalescingJob> self(this);
    m_isRunning = false;
    if (m_pending) {
        startNext();
    }
    if (!isDropped && outcome.error) {
        Q_EMIT failed(*outcome.error);
    } else if (!isDropped && outcome.delivery) {
        outcome.delivery();
    }
    if (self && !isBusy()) {
        Q_EMIT idle();
    }
}

} // namespace bw
