#include "widgets/plots/formats_plot.h"

#include "widgets/plots/plot_legend.h"
#include "widgets/plots/plot_view.h"
#include "widgets/text.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace bw {

namespace {

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
    PlotView* view = nullptr;
    FormatsPicture picture;

    const FormatPoint& point(int index) const { return picture.points[static_cast<std::size_t>(index)]; }
    int count() const { return static_cast<int>(picture.points.size()); }
    QPointF at(const FormatPoint& point) const
    {
        return { view->pixelOf(point.bits), view->yPixelOf(q->axes(), point.r) };
    }
    void updateRanges();
    void paintPoints(QPainter& painter);
    void paintFront(QPainter& painter);
    void paintLegend(QPainter& painter);
};

FormatsPlot::FormatsPlot(QWidget* parent)
    : PointPlot(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->view = &view();
    d->view->setObjectName(QStringLiteral("formatsView"));
    d->view->setAccessibleName(tr("Error against bits per weight, by block size and scale type"));
    d->view->addPainter(PlotView::Layer::Data, axes(), [this](QPainter& p) { d->paintPoints(p); });
    setPage(nullptr);
}

FormatsPlot::~FormatsPlot()
{
    dropView();
}

void FormatsPlot::setPicture(const FormatsPicture& picture)
{
    if (picture == d->picture) {
        return;
    }
    exchangePoints([&] { d->picture = picture; });
    d->updateRanges();
    showTexts(picture.title, picture.note, picture.isComplete ? QString() : tr("measuring…"), picture.emptyText);
    d->view->replotSoon();
}

const FormatsPicture& FormatsPlot::picture() const
{
    return d->picture;
}

int FormatsPlot::pointCount() const
{
    return d->count();
}

PointPlot::PointFacts FormatsPlot::factsOf(int point) const
{
    const FormatPoint& each = d->point(point);
    return { &each.format, each.spelling, each.isCurrent };
}

bool FormatsPlot::canChoose() const
{
    return d->picture.canChoose;
}

QPointF FormatsPlot::pixelOf(int point) const
{
    return d->at(d->point(point));
}

std::vector<int> FormatsPlot::stepOrder() const
{
    std::vector<int> all(static_cast<std::size_t>(d->count()));
    std::iota(all.begin(), all.end(), 0);
    return byBits(std::move(all));
}

void FormatsPlot::paintSelection(QPainter& painter, int point) const
{
    painter.drawPath(markPath(d->point(point).series, markRadius + 3).translated(pixelOf(point)));
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
    q->fitHeight();
}

void FormatsPlot::fitHeight()
{
    double low = std::numeric_limits<double>::infinity();
    double high = 0;
    for (const FormatPoint& each : d->picture.points) {
        if (each.bits >= d->view->viewLow() && each.bits <= d->view->viewHigh() && std::isfinite(each.r)) {
            low = std::min(low, each.r);
            high = std::max(high, each.r);
        }
    }
    if (!std::isfinite(low)) {
        return;
    }
    const double padding = std::max((high - low) * 0.08, high * 0.01 + 1e-12);
    // Room for the legend at the top.
    d->view->setYRange(axes(), std::max(0.0, low - padding), high + 2.5 * padding, false, false);
}

void FormatsPlot::Private::paintFront(QPainter& painter)
{
    const PlotTheme& theme = view->theme();
    QPolygonF line;
    for (const int index : q->stepOrder()) {
        if (!point(index).isOnFront) {
            continue;
        }
        const QPointF at = q->pixelOf(index);
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
                line.append(at(each));
            }
        }
        painter.setPen(QPen(theme.originalFill, 1));
        painter.drawPolyline(line);
    }
    paintFront(painter);
    for (const FormatPoint& each : picture.points) {
        const QPainterPath mark = markPath(each.series, markRadius).translated(at(each));
        painter.setPen(QPen(each.isOnFront ? theme.optimum : theme.original, 1.3));
        painter.setBrush(each.isOnFront ? theme.optimum : theme.background);
        painter.drawPath(mark);
    }
    for (const FormatPoint& each : picture.points) {
        if (each.isCurrent) {
            painter.setPen(QPen(theme.quantized, 2.4));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(at(each), markRadius + 5, markRadius + 5);
        }
    }
    paintLegend(painter);
}

void FormatsPlot::Private::paintLegend(QPainter& painter)
{
    const PlotTheme& theme = view->theme();
    PlotLegend legend(painter, theme, view->areaOf(q->axes()), view->font());
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

QStringList FormatsPlot::readout(int index) const
{
    const FormatPoint& point = d->point(index);
    const auto figure = [&](double value) { return numberText(value, point.isExact); };
    QStringList lines { point.spelling, point.name, tr("error R") + u'\t' + figure(point.r),
        tr("bits/weight") + u'\t' + figure(point.bits), tr("R·2^b") + u'\t' + figure(point.rTimes2b) };
    if (point.isOnFront) {
        lines << tr("No format here has less error in fewer bits");
    }
    lines << (point.isCurrent ? tr("In use") : d->picture.canChoose ? tr("Click to use it") : QString());
    lines.removeAll(QString());
    return lines;
}

QSize FormatsPlot::sizeHint() const
{
    return { 700, 480 };
}

} // namespace bw
