#include "widgets/plots/plot_page.h"

#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_view.h"

#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace bw {

void PlotPage::build(QWidget& plot, const QString& zoomHelp)
{
    auto* layout = new QVBoxLayout(&plot);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    header = new PlotHeader(&plot);
    zoomButton = header->addButton(themedIcon(IconName::ZoomReset), {}, zoomHelp);
    layout->addWidget(header);
    view = new PlotView(&plot);
    rect = view->addRect({}, 1);
    empty = new EmptyNote(&plot);
    pages = new QStackedLayout;
    pages->addWidget(view);
    pages->addWidget(empty);
    layout->addLayout(pages, 1);
    plot.setFocusProxy(view);
    QObject::connect(view, &PlotView::viewChanged, zoomButton,
        [button = zoomButton, shown = view] { button->setEnabled(shown->isZoomed()); });
    QObject::connect(zoomButton, &QToolButton::clicked, view, [shown = view] { shown->resetZoom(); });
}

void PlotPage::setFilled(bool isFilled)
{
    pages->setCurrentWidget(isFilled ? static_cast<QWidget*>(view) : empty);
}

} // namespace bw
