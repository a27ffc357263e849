#pragma once

#include <QObject>
#include <QTimer>

class QListWidget;

namespace bw {

class Banners;
struct Banner;
class EvaluateController;
class JobsPanel;
class RunsPanel;
class TotalsBar;
class Workbench;

/// Fills what is at the bottom of the window: totals, jobs, runs, problems.
class StatusController : public QObject
{
    Q_OBJECT
public:
    struct Views
    {
        TotalsBar& totals;
        JobsPanel& jobs;
        RunsPanel& runs;
        QListWidget& problems;
    };
    StatusController(Workbench& bench, EvaluateController& evaluator, Banners& banners, const Views& views,
        QObject* parent = nullptr);

    void refreshNow();

Q_SIGNALS:
    void problemCountChanged(int count);

private:
    void schedule();
    void refreshTotals();
    void refreshJobs();
    void refreshRuns();
    void refreshProblems();

    Workbench& m_bench;
    EvaluateController& m_evaluator;
    Views m_views;
    QStringList m_messages;
    bool m_areRunsDue = true;
    QTimer m_timer;
};

} // namespace bw
