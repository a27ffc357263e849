#pragma once

#include "app/jobs/guarded.h"

#include <QObject>

#include <optional>
#include <stop_token>

class QThreadPool;

namespace bw {

/// What happens to a running job when a newer request arrives.
enum class CoalescePolicy
{
    FinishRunning, ///< it ends and is shown, then the newest request runs: short previews, so that the picture moves
                   ///< during a drag
    CancelRunning, ///< it is stopped and never shown: work longer than a frame
};

/// Runs the newest of many requests: at most one running and one waiting. Results arrive on the thread this object
/// lives in, in order of submission; a cancelled or superseded-while-waiting request delivers nothing. Destroying the
/// object stops the work and drops its result.
class CoalescingJob : public QObject
{
    Q_OBJECT
public:
    CoalescingJob(QThreadPool& pool, CoalescePolicy policy, int priority = 0, QObject* parent = nullptr);
    ~CoalescingJob() override;

    void submit(Work work);
    /// Drops the waiting request and stops the running one; nothing of it is delivered.
    void stop();
    bool isBusy() const { return m_isRunning || m_pending.has_value(); }
    /// How many requests were started so far (for tests and figures).
    int startedCount() const { return m_startedCount; }

Q_SIGNALS:
    void failed(const bw::Error& error);
    /// Nothing runs and nothing waits.
    void idle();

private:
    void startNext();
    void finish(int generation, const Outcome& outcome);

    QThreadPool& m_pool;
    CoalescePolicy m_policy;
    int m_priority = 0;
    std::optional<Work> m_pending;
    std::stop_source m_stop;
    bool m_isRunning = false;
    bool m_dropsRunning = false;
    int m_startedCount = 0;
};

} // namespace bw
