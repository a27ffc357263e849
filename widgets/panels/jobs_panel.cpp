#include "widgets/panels/jobs_panel.h"

#include "widgets/empty_note.h"
#include "widgets/panels/job_row_widget.h"

#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

struct JobsPanel::Private
{
    JobsPanel* q;
    QStackedLayout* pages = nullptr;
    QVBoxLayout* list = nullptr;
    QWidget* body = nullptr;
    std::vector<JobRowWidget*> rows;

    JobRowWidget* makeRow();
    JobRowWidget* find(qulonglong id) const;
    void showPage() { pages->setCurrentIndex(rows.empty() ? 1 : 0); }
};

JobsPanel::JobsPanel(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->pages = new QStackedLayout(this);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setAccessibleName(tr("Jobs"));
    d->body = new QWidget(scroll);
    d->list = new QVBoxLayout(d->body);
    d->list->setContentsMargins(0, 0, 0, 0);
    d->list->setSpacing(0);
    d->list->addStretch(1);
    scroll->setWidget(d->body);
    auto* empty = new EmptyNote(this);
    empty->setBackgroundRole(QPalette::Window);
    empty->setText(tr("No jobs. Evaluations, exports and other long work show up here."));
    d->pages->addWidget(scroll);
    d->pages->addWidget(empty);
    d->showPage();
}

JobsPanel::~JobsPanel() = default;

JobRowWidget* JobsPanel::Private::makeRow()
{
    auto* row = new JobRowWidget(body);
    QObject::connect(row, &JobRowWidget::cancelRequested, q, [this, row] { Q_EMIT q->cancelRequested(row->job().id); });
    QObject::connect(row, &JobRowWidget::retryRequested, q, [this, row] { Q_EMIT q->retryRequested(row->job().id); });
    QObject::connect(
        row, &JobRowWidget::dismissRequested, q, [this, row] { Q_EMIT q->dismissRequested(row->job().id); });
    return row;
}

JobRowWidget* JobsPanel::Private::find(qulonglong id) const
{
    const auto found
        = std::find_if(rows.begin(), rows.end(), [id](const JobRowWidget* row) { return row->job().id == id; });
    return found == rows.end() ? nullptr : *found;
}

void JobsPanel::setJobs(const std::vector<JobRow>& jobs)
{
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (i == d->rows.size()) {
            d->rows.push_back(d->makeRow());
            d->list->insertWidget(static_cast<int>(i), d->rows.back());
        }
        d->rows[i]->setJob(jobs[i]);
    }
    while (d->rows.size() > jobs.size()) {
        d->rows.back()->deleteLater();
        d->rows.back()->hide();
        d->rows.pop_back();
    }
    d->showPage();
}

void JobsPanel::updateJob(const JobRow& job)
{
    JobRowWidget* row = d->find(job.id);
    if (row == nullptr) {
        row = d->makeRow();
        d->rows.insert(d->rows.begin(), row);
        d->list->insertWidget(0, row);
    }
    row->setJob(job);
    d->showPage();
}

void JobsPanel::removeJob(qulonglong id)
{
    if (JobRowWidget* row = d->find(id)) {
        d->rows.erase(std::find(d->rows.begin(), d->rows.end(), row));
        row->hide();
        // It may be the one whose button was just clicked.
        row->deleteLater();
        d->showPage();
    }
}

std::vector<JobRow> JobsPanel::jobs() const
{
    std::vector<JobRow> jobs;
    for (const JobRowWidget* row : d->rows) {
        jobs.push_back(row->job());
    }
    return jobs;
}

QSize JobsPanel::sizeHint() const
{
    return { 600, 160 };
}

} // namespace bw
