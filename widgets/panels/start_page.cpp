#include "widgets/panels/start_page.h"

namespace bw {

struct StartPage::Private
{
    std::vector<SampleCard> samples;
};

StartPage::StartPage(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
StartPage::~StartPage() = default;

void StartPage::setSamples(const std::vector<SampleCard>& samples) { d->samples = samples; }
void StartPage::setRecentFiles(const std::vector<RecentFile>&) {}
void StartPage::dragEnterEvent(QDragEnterEvent*) {}
void StartPage::dragLeaveEvent(QDragLeaveEvent*) {}
void StartPage::dropEvent(QDropEvent*) {}
void StartPage::changeEvent(QEvent* event) { QWidget::changeEvent(event); }

} // namespace bw
