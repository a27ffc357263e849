#pragma once

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace bw {

enum class JobState
{
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled
};

struct JobRow
{
    qulonglong id = 0;
    QString title; ///< "Evaluate quantized model"
    QString phase; ///< "running batches"
    std::optional<double> fraction; ///< 0…1; empty: not countable
    std::optional<double> rate; ///< units a second
    QString unit; ///< "samples"
    std::optional<double> secondsLeft;
    double secondsRun = 0;
    JobState state = JobState::Running;
    QString message; ///< done: what came of it; failed: the sentence
    QString details; ///< context of a failure, copied with it
    QString command; ///< the same job on the command line; empty: no "Copy as command"
    bool canRetry = false;
    friend bool operator==(const JobRow&, const JobRow&) = default;
};

class JobsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit JobsPanel(QWidget* parent = nullptr);
    ~JobsPanel() override;

    /// Replaces all rows; newest first is the caller's order.
    void setJobs(const std::vector<JobRow>& jobs);
    /// Changes the row with the same id, or adds it on top.
    void updateJob(const JobRow& job);
    void removeJob(qulonglong id);
    std::vector<JobRow> jobs() const;
    QSize sizeHint() const override;

Q_SIGNALS:
    void cancelRequested(qulonglong id);
    void retryRequested(qulonglong id);
    void dismissRequested(qulonglong id);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
