#include "widgets/panels/jobs_panel.h"

namespace bw {

struct JobsPanel::Private
{
    std::vector<JobRow> jobs;
};

JobsPanel::JobsPanel(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
JobsPanel::~JobsPanel() = default;

void JobsPanel::setJobs(const std::vector<JobRow>& jobs) { d->jobs = jobs; }
void JobsPanel::updateJob(const JobRow&) {}
void JobsPanel::removeJob(qulonglong) {}
std::vector<JobRow> JobsPanel::jobs() const { return d->jobs; }
QSize JobsPanel::sizeHint() const { return { 600, 160 }; }

} // namespace bw
