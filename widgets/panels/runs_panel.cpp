#include "widgets/panels/runs_panel.h"

namespace bw {

struct RunsPanel::Private
{
    std::vector<RunsEntry> runs;
    int current = -1;
};

RunsPanel::RunsPanel(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
RunsPanel::~RunsPanel() = default;

void RunsPanel::setRuns(const std::vector<RunsEntry>& runs) { d->runs = runs; }
int RunsPanel::currentRun() const { return d->current; }
void RunsPanel::setCurrentRun(int index) { d->current = index; }
QSize RunsPanel::sizeHint() const { return { 600, 200 }; }

} // namespace bw
