#pragma once

#include <QWidget>

class QListWidget;
class QTabWidget;

namespace bw {

class JobsPanel;
class RunsPanel;

/// Jobs, runs and problems as tabs. Arrangement only.
class BottomDrawer : public QWidget
{
    Q_OBJECT
public:
    enum Tab
    {
        JobsTab,
        RunsTab,
        ProblemsTab
    };

    explicit BottomDrawer(QWidget* parent = nullptr);

    JobsPanel& jobs() { return *m_jobs; }
    RunsPanel& runs() { return *m_runs; }
    QListWidget& problems() { return *m_problems; }
    void setCurrentTab(Tab tab);
    void setProblemCount(int count);
    QSize sizeHint() const override;

private:
    QTabWidget* m_tabs = nullptr;
    JobsPanel* m_jobs = nullptr;
    RunsPanel* m_runs = nullptr;
    QListWidget* m_problems = nullptr;
};

} // namespace bw
