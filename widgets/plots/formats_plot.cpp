#include "widgets/plots/formats_plot.h"

#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_legend.h"
#include "widgets/plots/plot_view.h"
#include "widgets/text.h"

#include <QPainter>
#include <QPainterPath>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace bw {

namespace {

constexpr double grabDistance = 14;
constexpr double markRadius = 4;

/// A mark per series, so that they can be told apart without colour.
QPainterPath markPath(int series, double radius)
{
    QPainterPath path;
    switch (series % 5) {
    case 0:
        path.addEllipse(QPointF(), radius, radius);
        break;
    case 1:
        path.addRect(-radius * 0.9, -radius * 0.9, radius * 1.8, radius * 1.8);
        break;
    case 2:
        path.addPolygon(QPolygonF { { 0, -radius * 1.25 }, { radius * 1.15, radius * 0.8 },
            { -radius * 1.15, radius * 0.8 }, { 0, -radius * 1.25 } });
        break;
    case 3:
        path.addPolygon(QPolygonF { { 0, -radius * 1.3 }, { radius * 1.3, 0 }, { 0, radius * 1.3 },
            { -radius * 1.3, 0 }, { 0, -radius * 1.3 } });
        break;
    default:
        path.addPolygon(QPolygonF { { 0, radius * 1.25 }, { radius * 1.15, -radius * 0.8 },
            { -radius * 1.15, -radius * 0.8 }, { 0, radius * 1.25 } });
        break;
    }
    return path;
}

} // namespace

struct FormatsPlot::Private
{
    FormatsPlot* q;
    FormatsPicture picture;
    int selected = -1;
    PlotHeader* header = nullptr;
    QToolButton* zoomButton = nullptr;
    QStackedLayout* pages = nullptr;
    PlotView* view = nullptr;
    EmptyNote* empty = nullptr;
    QCPAxisRect* rect = nullptr;

    const FormatPoint& point(int index) const { return picture.points[static_cast<std::size_t>(index)]; }
    int count() const { return static_cast<int>(picture.points.size()); }
    QPointF pixelOf(const FormatPoint& point) const
    {
        return { view->pixelOf(point.bits), view->yPixelOf(rect, point.r) };
    }
    int pointAt(QPointF position) const;
    int shownPoint() const;
    std::vector<int> byBits() const;
    void step(int direction);
    void use(int index);
    void showTexts();
    void updateRanges();
    void updateYRange();
    void paintPoints(QPainter& painter);
    void paintFront(QPainter& painter);
    void paintLegend(QPainter& painter);
    void paintPointer(QPainter& painter);
    QStringList readout(const FormatPoint& point) const;
};

FormatsPlot::FormatsPlot(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    d->header = new PlotHeader(this);
    d->zoomButton = d->header->addButton(themedIcon(IconName::ZoomReset), {}, tr("Show all formats (Home)"));
    layout->addWidget(d->header);
    d->view = new PlotView(this);
    d->view->setObjectName(QStringLiteral("formatsView"));
    d->view->setAccessibleName(tr("Error against bits per weight, by block size and scale type"));
    d->rect = d->view->addRect(tr("error R = RMSE / RMS"), 1);
    d->view->setXTitle(tr("bits per weight, scales and tables counted"));
    d->view->addPainter(PlotView::Layer::Data, d->rect, [this](QPainter& p) { d->paintPoints(p); });
    d->view->addPainter(PlotView::Layer::Overlay, nullptr, [this](QPainter& p) { d->paintPointer(p); });
    connect(d->view, &PlotView::viewChanged, this, [this] {
        d->updateYRange();
        d->zoomButton->setEnabled(d->view->isZoomed());
    });
    connect(d->view, &PlotView::pointerMoved, this, [this] {
        const bool isOnPoint = d->view->pointer() && d->pointAt(*d->view->pointer()) >= 0 && d->picture.canChoose;
        d->view->setCursor(isOnPoint ? Qt::PointingHandCursor : Qt::ArrowCursor);
    });
    connect(d->view, &PlotView::clicked, this, [this](QPointF position) { d->use(d->pointAt(position)); });
    connect(d->view, &PlotView::doubleClicked, this, [this](QPointF position) {
        if (d->pointAt(position) < 0) {
            d->view->resetZoom();
        }
    });
    connect(d->view, &PlotView::stepRequested, this, [this](int direction) { d->step(direction); });
    connect(d->view, &PlotView::activateRequested, this, [this] { d->use(d->selected); });
    connect(d->zoomButton, &QToolButton::clicked, this, [this] { d->view->resetZoom(); });
    d->empty = new EmptyNote(this);
    d->pages = new QStackedLayout;
    d->pages->addWidget(d->view);
    d->pages->addWidget(d->empty);
    layout->addLayout(d->pages, 1);
    setFocusProxy(d->view);
    d->showTexts();
    d->pages->setCurrentWidget(d->empty);
}

FormatsPlot::~FormatsPlot()
{
    // It calls back while it goes.
    delete d->view;
}

void FormatsPlot::setPicture(const FormatsPicture& picture)
{
    if (picture == d->picture) {
        return;
    }
    const QString chosen = d->selected >= 0 && d->selected < d->count() ? d->point(d->selected).spelling : QString();
    d->picture = picture;
    d->selected = -1;
    for (int index = 0; index < d->count(); ++index) {
        if (!chosen.isEmpty() && d->point(index).spelling == chosen) {
            d->selected = index;
        }
    }
    d->updateRanges();
    d->showTexts();
    d->pages->setCurrentWidget(d->count() > 0 ? static_cast<QWidget*>(d->view) : d->empty);
    d->view->replotSoon();
}

const FormatsPicture& FormatsPlot::picture() const
{
    return d->picture;
}

void FormatsPlot::setSelectedPoint(int point)
{
    d->selected = point >= 0 && point < d->count() ? point : -1;
    if (d->selected >= 0) {
        const FormatPoint& at = d->point(d->selected);
        d->view->setAccessibleDescription(d->readout(at).join(QStringLiteral(", ")).replace(u'\t', u' '));
    }
    d->view->repaintOverlay();
}

int FormatsPlot::selectedPoint() const
{
    return d->selected;
}

QPointF FormatsPlot::positionOf(int point) const
{
    return QPointF(d->view->mapTo(this, QPoint())) + d->pixelOf(d->point(point));
}

void FormatsPlot::Private::showTexts()
{
    header->setTitle(picture.title);
    header->setNote(count() == 0 ? QString() : picture.note);
    header->setAside(picture.isComplete || count() == 0 ? QString() : tr("measuring…"));
    empty->setText(picture.emptyText);
    zoomButton->setEnabled(count() > 0 && view->isZoomed());
}

void FormatsPlot::Private::updateRanges()
{
    if (count() == 0) {
        return;
    }
    const auto [least, most] = std::minmax_element(picture.points.begin(), picture.points.end(),
        [](const FormatPoint& a, const FormatPoint& b) { return a.bits < b.bits; });
    const double padding = std::max((most->bits - least->bits) * 0.05, 0.05);
    view->setFullRange(least->bits - padding, most->bits + padding, padding / 4);
    updateYRange();
}

void FormatsPlot::Private::updateYRange()
{
    double low = std::numeric_limits<double>::infinity();
    double high = 0;
    for (const FormatPoint& each : picture.points) {
        if (each.bits >= view->viewLow() && each.bits <= view->viewHigh() && std::isfinite(each.r)) {
            low = std::min(low, each.r);
            high = std::max(high, each.r);
        }
    }
    if (!std::isfinite(low)) {
        return;
    }
    const double padding = std::max((high - low) * 0.08, high * 0.01 + 1e-12);
    // Room for the legend at the top.
    view->setYRange(rect, std::max(0.0, low - padding), high + 2.5 * padding, false, false);
}

int FormatsPlot::Private::pointAt(QPointF position) const
{
    int best = -1;
    double least = grabDistance;
    for (int index = 0; index < count(); ++index) {
        const QPointF away = pixelOf(point(index)) - position;
        const double distance = std::hypot(away.x(), away.y());
        if (distance < least) {
            least = distance;
            best = index;
        }
    }
    return best;
}

std::vector<int> FormatsPlot::Private::byBits() const
{
    std::vector<int> order(static_cast<std::size_t>(count()));
    for (int index = 0; index < count(); ++index) {
        order[static_cast<std::size_t>(index)] = index;
    }
    std::stable_sort(order.begin(), order.end(), [this](int a, int b) { return point(a).bits < point(b).bits; });
    return order;
}

void FormatsPlot::Private::step(int direction)
{
    const auto order = byBits();
    if (order.empty()) {
        return;
    }
    int from = selected;
    for (int index = 0; from < 0 && index < count(); ++index) {
        from = point(index).isCurrent ? index : from;
    }
    const auto now = std::find(order.begin(), order.end(), from);
    const auto at = now == order.end()
        ? 0
        : std::clamp<std::ptrdiff_t>(now - order.begin() + direction, 0, static_cast<std::ptrdiff_t>(order.size()) - 1);
    q->setSelectedPoint(order[static_cast<std::size_t>(at)]);
}

void FormatsPlot::Private::use(int index)
{
    if (index < 0 || index >= count() || !picture.canChoose) {
        return;
    }
    q->setSelectedPoint(index);
    if (!point(index).isCurrent) {
        Q_EMIT q->formatChosen(QuantFormat(point(index).format));
    }
}

void FormatsPlot::Private::paintFront(QPainter& painter)
{
    const PlotTheme& theme = view->theme();
    QPolygonF line;
    for (const int index : byBits()) {
        if (!point(index).isOnFront) {
            continue;
        }
        const QPointF at = pixelOf(point(index));
        // Between two formats of the front the first is the best there is.
        if (!line.isEmpty()) {
            line.append(QPointF(at.x(), line.last().y()));
        }
        line.append(at);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.optimum, 1.6, Qt::DashLine));
    painter.drawPolyline(line);
}

void FormatsPlot::Private::paintPoints(QPainter& painter)
{
    const PlotTheme& theme = view->theme();
    for (int series = 0; series < static_cast<int>(picture.series.size()); ++series) {
        QPolygonF line;
        for (const FormatPoint& each : picture.points) {
            if (each.series == series) {
                line.append(pixelOf(each));
            }
        }
        painter.setPen(QPen(theme.originalFill, 1));
        painter.drawPolyline(line);
    }
    paintFront(painter);
    for (const FormatPoint& each : picture.points) {
        const QPainterPath mark = markPath(each.series, markRadius).translated(pixelOf(each));
        painter.setPen(QPen(each.isOnFront ? theme.optimum : theme.original, 1.3));
        painter.setBrush(each.isOnFront ? theme.optimum : theme.background);
        painter.drawPath(mark);
    }
    for (const FormatPoint& each : picture.points) {
        if (each.isCurrent) {
            painter.setPen(QPen(theme.quantized, 2.4));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(pixelOf(each), markRadius + 5, markRadius + 5);
        }
    }
    paintLegend(painter);
}

void FormatsPlot::Private::paintLegend(QPainter& painter)
{
    const PlotTheme& theme = view->theme();
    PlotLegend legend(painter, theme, view->areaOf(rect), view->font());
    for (int series = 0; series < static_cast<int>(picture.series.size()); ++series) {
        legend.add(picture.series[static_cast<std::size_t>(series)], [&](QPointF at) {
            painter.setPen(QPen(theme.original, 1.3));
            painter.setBrush(theme.background);
            painter.drawPath(markPath(series, markRadius).translated(at));
        });
    }
    legend.add(tr("worth having: less error only for more bits"), [&](QPointF at) {
        painter.setPen(QPen(theme.optimum, 1.6, Qt::DashLine));
        painter.drawLine(at - QPointF(8, 0), at + QPointF(8, 0));
    });
    legend.add(tr("now"), [&](QPointF at) {
        painter.setPen(QPen(theme.quantized, 2.2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(at, 5, 5);
    });
}

QStringList FormatsPlot::Private::readout(const FormatPoint& point) const
{
    const auto figure = [&](double value) { return numberText(value, point.isExact); };
    QStringList lines { point.spelling, point.name, tr("error R") + u'\t' + figure(point.r),
        tr("bits/weight") + u'\t' + figure(point.bits), tr("R·2^b") + u'\t' + figure(point.rTimes2b) };
    if (point.isOnFront) {
        lines << tr("No format here has less error in fewer bits");
    }
    lines << (point.isCurrent ? tr("In use") : picture.canChoose ? tr("Click to use it") : QString());
    lines.removeAll(QString());
    return lines;
}

int FormatsPlot::Private::shownPoint() const
{
    if (view->pointer()) {
        return view->isPanning() ? -1 : pointAt(*view->pointer());
    }
    return selected;
}

void FormatsPlot::Private::paintPointer(QPainter& painter)
{
    const QRectF area = view->areaOf(rect);
    if (const auto band = view->zoomBand()) {
        QColor fill = view->theme().accent;
        fill.setAlpha(50);
        painter.fillRect(QRectF(QPointF(band->first, area.top()), QPointF(band->second, area.bottom())), fill);
        return;
    }
    const int shown = shownPoint();
    if (shown < 0 || shown >= count() || !area.adjusted(-8, -8, 8, 8).contains(pixelOf(point(shown)))) {
        return;
    }
    const QPointF at = pixelOf(point(shown));
    painter.setPen(QPen(view->theme().text, 1.6));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(markPath(point(shown).series, markRadius + 3).translated(at));
    view->paintReadout(painter, at, readout(point(shown)));
}

QSize FormatsPlot::sizeHint() const
{
    return { 700, 480 };
}

QSize FormatsPlot::minimumSizeHint() const
{
    return { 320, 200 };
}

} // namespace bw
