#include "app/views/bottom_drawer.h"

#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/runs_panel.h"

#include <QListWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace bw {

BottomDrawer::BottomDrawer(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget)
    , m_jobs(new JobsPanel)
    , m_runs(new RunsPanel)
    , m_problems(new QListWidget)
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_jobs, tr("Jobs"));
    m_tabs->addTab(m_runs, tr("Runs"));
    m_tabs->addTab(m_problems, tr("Problems"));
    m_problems->setWordWrap(true);
    m_problems->setFrameShape(QFrame::NoFrame);
    m_problems->setAccessibleName(tr("Problems"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
}

void BottomDrawer::setCurrentTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
}

void BottomDrawer::setProblemCount(int count)
{
    m_tabs->setTabText(ProblemsTab, count == 0 ? tr("Problems") : tr("Problems (%1)").arg(count));
}

QSize BottomDrawer::sizeHint() const
{
    return { 800, 220 };
}

} // namespace bw
