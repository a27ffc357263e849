#pragma once

#include "app/jobs/guarded.h"

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QString>

#include <map>
#include <memory>
#include <optional>

class QThreadPool;
class QTimer;

namespace bw {

enum class JobStatus
{
    Waiting,
    Running,
    Done,
    Canceled,
    Failed
};

/// What a list of jobs shows about one of them. A value.
struct JobInfo
{
    quint64 id = 0;
    QString title;
    QString command; ///< the same job on the command line; empty if there is none
    JobStatus status = JobStatus::Waiting;
    Progress progress;
    double seconds = 0; ///< since it was started
    double rate = 0; ///< progress.unit per second; 0: not known
    double secondsLeft = -1; ///< negative: not known
    std::optional<Error> error;
    QString message; ///< what came of it
    bool canRetry = false;
    bool isFinished() const { return status != JobStatus::Waiting && status != JobStatus::Running; }
};

/// Jobs that a user starts, sees and may cancel. Lives on the GUI thread, and so do all its signals and deliveries.
class JobRunner : public QObject
{
    Q_OBJECT
public:
    explicit JobRunner(QObject* parent = nullptr);
    ~JobRunner() override;

    struct Request
    {
        QString title {};
        QString command {};
        Work work {};
        /// Called on the GUI thread instead of the delivery when the job fails or is cancelled; may be empty.
        std::function<void(const Error&)> onFailed {};
        std::function<void()> onCanceled {};
        /// Starts the same job again; kept for failed and cancelled jobs. May be empty.
        std::function<void()> retry {};
    };
    quint64 start(QThreadPool& lane, Request request);
    void cancel(quint64 id);
    void cancelAll();
    /// Starts a failed or cancelled job again, and forgets the old one.
    void retry(quint64 id);
    /// What came of a job, for the list.
    void setMessage(quint64 id, const QString& message);
    void forget(quint64 id);

    /// Newest first; finished jobs stay, the oldest go beyond 50.
    QList<JobInfo> jobs() const;
    std::optional<JobInfo> job(quint64 id) const;
    int activeCount() const;
    void forgetFinished();

Q_SIGNALS:
    /// Something about some job changed; at most 20 times a second for progress.
    void changed();
    void finished(quint64 id, bw::JobStatus status);

private:
    struct Job;
    void end(quint64 id, const Outcome& outcome);
    void refresh();

    std::map<quint64, std::shared_ptr<Job>> m_jobs;
    quint64 m_lastId = 0;
    QTimer* m_timer = nullptr;
};

} // namespace bw
