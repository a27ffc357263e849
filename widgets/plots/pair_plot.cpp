#include "widgets/plots/pair_plot.h"

#include "widgets/empty_note.h"
#include "widgets/plots/histogram_painter.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_legend.h"
#include "widgets/plots/plot_page.h"
#include "widgets/plots/plot_view.h"
#include "widgets/text.h"

#include <QPainter>
#include <QToolButton>

#include <algorithm>

namespace bw {

struct PairPlot::Private : PlotPage
{
    PairPicture picture;
    bool isLog = false;
    QToolButton* logButton = nullptr;

    const Histogram* any() const { return picture.a != nullptr ? picture.a.get() : picture.b.get(); }
    void show();
    void updateYRange();
    void paint(QPainter& painter);
    void paintPointer(QPainter& painter);
    BinStyle styleOfB() const;
};

PairPlot::PairPlot(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->build(*this, tr("Show all values (Home)"));
    d->logButton = d->header->addButton({}, tr("log"), tr("Logarithmic counts"));
    d->logButton->setCheckable(true);
    d->view->setObjectName(QStringLiteral("pairView"));
    d->view->setAccessibleName(tr("Values of the tensor in both models"));
    d->view->setXTitle(tr("value"));
    d->view->addPainter(PlotView::Layer::Data, d->rect, [this](QPainter& p) { d->paint(p); });
    d->view->addPainter(PlotView::Layer::Overlay, nullptr, [this](QPainter& p) { d->paintPointer(p); });
    connect(d->view, &PlotView::viewChanged, this, [this] { d->updateYRange(); });
    connect(d->view, &PlotView::pointerMoved, d->view, &PlotView::repaintOverlay);
    connect(d->view, &PlotView::doubleClicked, this, [this] { d->view->resetZoom(); });
    connect(d->logButton, &QToolButton::toggled, this, &PairPlot::setLogScale);
    d->show();
}

PairPlot::~PairPlot()
{
    // It calls back while it goes.
    delete d->view;
}

QSize PairPlot::sizeHint() const
{
    return { 480, 320 };
}

void PairPlot::setPicture(const PairPicture& picture)
{
    if (picture != d->picture) {
        d->picture = picture;
        d->show();
    }
}

const PairPicture& PairPlot::picture() const
{
    return d->picture;
}

void PairPlot::setLogScale(bool isLog)
{
    d->isLog = isLog;
    d->logButton->setChecked(isLog);
    d->show();
}

bool PairPlot::isLogScale() const
{
    return d->isLog;
}

void PairPlot::Private::show()
{
    const Histogram* one = any();
    setFilled(one != nullptr);
    empty->setText(picture.emptyText);
    header->setTitle(picture.title);
    header->setNote(picture.note);
    logButton->setEnabled(one != nullptr);
    zoomButton->setEnabled(one != nullptr && view->isZoomed());
    if (one != nullptr) {
        const double padding = (one->edges.back() - one->edges.front()) * 0.02;
        view->setFullRange(
            one->edges.front() - padding, one->edges.back() + padding, (one->edges.back() - one->edges.front()) / 1000);
        view->setYTitle(rect, isLog ? tr("values per bin (log)") : tr("values per bin"));
        updateYRange();
    }
    view->replotSoon();
}

void PairPlot::Private::updateYRange()
{
    double tallest = 1;
    for (const auto& histogram : { picture.a, picture.b }) {
        if (histogram != nullptr) {
            tallest = std::max(tallest, static_cast<double>(tallestBin(*histogram, view->viewLow(), view->viewHigh())));
        }
    }
    view->setYRange(rect, isLog ? 0.7 : 0, isLog ? std::max(tallest * 3, 10.0) : tallest * 1.18, isLog, true);
}

BinStyle PairPlot::Private::styleOfB() const
{
    QColor fill = view->theme().quantized;
    fill.setAlpha(picture.a != nullptr ? 60 : 110);
    return { view->theme().quantized, fill };
}

void PairPlot::Private::paint(QPainter& painter)
{
    const PlotTheme& theme = view->theme();
    if (picture.a != nullptr) {
        paintBins(painter, *view, rect, *picture.a, { theme.original, theme.originalFill });
    }
    if (picture.b != nullptr) {
        paintBins(painter, *view, rect, *picture.b, styleOfB());
    }
    PlotLegend legend(painter, theme, view->areaOf(rect), view->font());
    if (picture.a != nullptr) {
        legend.add(PlotLegend::Mark::Area, theme.original, tr("A"));
    }
    if (picture.b != nullptr) {
        legend.add(PlotLegend::Mark::Area, theme.quantized, tr("B"));
    }
}

void PairPlot::Private::paintPointer(QPainter& painter)
{
    const auto pointer = view->pointer();
    const Histogram* one = any();
    if (!pointer || one == nullptr || !view->areaOf(rect).contains(*pointer)) {
        return;
    }
    const double value = view->valueOf(pointer->x());
    const auto bin = binOf(*one, value);
    if (!bin) {
        return;
    }
    QStringList lines { tr("%1 … %2").arg(numberText(one->edges[*bin], 4), numberText(one->edges[*bin + 1], 4)) };
    if (picture.a != nullptr) {
        lines << tr("A") + u'\t' + countText(picture.a->counts[*bin]);
    }
    if (picture.b != nullptr) {
        lines << tr("B") + u'\t' + countText(picture.b->counts[*bin]);
    }
    view->paintReadout(painter, *pointer, lines);
}

} // namespace bw
