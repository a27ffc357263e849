#include "widgets/plots/channels_plot.h"

#include "widgets/empty_note.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_page.h"
#include "widgets/plots/plot_view.h"
#include "widgets/text.h"

#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace bw {

struct ChannelsPlot::Private : PlotPage
{
    ChannelsPlot* q;
    ChannelsPicture picture;
    int selected = -1;

    int count() const { return static_cast<int>(picture.channels.size()); }
    const ChannelRange& channel(int index) const { return picture.channels[static_cast<std::size_t>(index)]; }
    int channelAt(QPointF position) const;
    void showTexts();
    void updateYRange();
    void paintBars(QPainter& painter);
    void paintPointer(QPainter& painter);
};

ChannelsPlot::ChannelsPlot(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->build(*this, tr("Show all channels (Home)"));
    d->view->setObjectName(QStringLiteral("channelsView"));
    d->view->setAccessibleName(tr("Range of each output channel"));
    d->view->setYTitle(d->rect, tr("weight"));
    d->view->setXTitle(tr("output channel"));
    d->view->addPainter(PlotView::Layer::Data, d->rect, [this](QPainter& p) { d->paintBars(p); });
    d->view->addPainter(PlotView::Layer::Overlay, nullptr, [this](QPainter& p) { d->paintPointer(p); });
    connect(d->view, &PlotView::viewChanged, this, [this] { d->updateYRange(); });
    connect(d->view, &PlotView::replotted, this, [this] { d->showTexts(); });
    connect(d->view, &PlotView::clicked, this, [this](QPointF position) {
        const int channel = d->channelAt(position);
        if (channel >= 0) {
            setSelectedChannel(channel);
            Q_EMIT channelActivated(channel);
        }
    });
    connect(d->view, &PlotView::doubleClicked, this, [this] { d->view->resetZoom(); });
    connect(d->view, &PlotView::stepRequested, this, [this](int direction) {
        if (d->count() > 0) {
            setSelectedChannel(std::clamp(d->selected < 0 ? 0 : d->selected + direction, 0, d->count() - 1));
        }
    });
    connect(d->view, &PlotView::activateRequested, this, [this] {
        if (d->selected >= 0) {
            Q_EMIT channelActivated(d->selected);
        }
    });
    d->showTexts();
    d->setFilled(false);
}

ChannelsPlot::~ChannelsPlot()
{
    // It calls back while it goes.
    delete d->view;
}

void ChannelsPlot::setPicture(const ChannelsPicture& picture)
{
    d->picture = picture;
    if (d->selected >= d->count()) {
        d->selected = -1;
    }
    if (d->count() > 0) {
        d->view->setFullRange(-0.5, d->count() - 0.5, std::min(8, d->count()));
        d->updateYRange();
    }
    d->showTexts();
    d->setFilled(d->count() > 0);
    d->view->replotSoon();
}

const ChannelsPicture& ChannelsPlot::picture() const
{
    return d->picture;
}

void ChannelsPlot::setSelectedChannel(int channel)
{
    d->selected = channel >= 0 && channel < d->count() ? channel : -1;
    if (d->selected >= 0 && (d->selected < d->view->viewLow() || d->selected > d->view->viewHigh())) {
        const double half = (d->view->viewHigh() - d->view->viewLow()) / 2;
        d->view->setView(d->selected - half, d->selected + half);
    }
    d->view->repaintOverlay();
}

int ChannelsPlot::selectedChannel() const
{
    return d->selected;
}

void ChannelsPlot::Private::showTexts()
{
    header->setTitle(picture.title);
    empty->setText(picture.emptyText.isEmpty() ? tr("Select a layer to see the range of each of its output channels.")
                                               : picture.emptyText);
    zoomButton->setEnabled(count() > 0 && view->isZoomed());
    if (count() == 0) {
        header->setNote({});
        return;
    }
    const bool isDense = view->viewHigh() - view->viewLow() > std::max(1.0, view->areaOf(rect).width())
        && view->areaOf(rect).width() > 0;
    const QString channels = tr("%n output channels", nullptr, count());
    header->setNote(isDense ? tr("%1; several share a pixel, zoom in to part them").arg(channels) : channels);
}

void ChannelsPlot::Private::updateYRange()
{
    if (count() == 0) {
        return;
    }
    const int first = std::clamp(static_cast<int>(std::floor(view->viewLow())), 0, count() - 1);
    const int last = std::clamp(static_cast<int>(std::ceil(view->viewHigh())), 0, count() - 1);
    double low = 0;
    double high = 0;
    for (int i = first; i <= last; ++i) {
        low = std::min({ low, static_cast<double>(channel(i).min), -static_cast<double>(channel(i).rms) });
        high = std::max({ high, static_cast<double>(channel(i).max), static_cast<double>(channel(i).rms) });
    }
    const double padding = std::max((high - low) * 0.06, 1e-12);
    view->setYRange(rect, low - padding, high + padding * 2.5, false, false);
    showTexts();
}

int ChannelsPlot::Private::channelAt(QPointF position) const
{
    if (count() == 0 || !view->areaOf(rect).contains(position)) {
        return -1;
    }
    const int index = static_cast<int>(std::lround(view->valueOf(position.x())));
    return index >= 0 && index < count() ? index : -1;
}

void ChannelsPlot::Private::paintBars(QPainter& painter)
{
    if (count() == 0) {
        return;
    }
    const PlotTheme& theme = view->theme();
    const QRectF area = view->areaOf(rect);
    const int first = std::clamp(static_cast<int>(std::floor(view->viewLow())), 0, count() - 1);
    const int last = std::clamp(static_cast<int>(std::ceil(view->viewHigh())), 0, count() - 1);
    const double pitch = view->pixelOf(1) - view->pixelOf(0);
    const double width = std::clamp(pitch * 0.7, 1.0, 28.0);
    painter.setRenderHint(QPainter::Antialiasing, pitch >= 4);
    const auto bar = [&](int index, double low, double high, const QColor& color) {
        const double x = view->pixelOf(index) - width / 2;
        const double top = view->yPixelOf(rect, high);
        painter.fillRect(QRectF(x, top, width, std::max(1.0, view->yPixelOf(rect, low) - top)), color);
    };
    for (int i = first; i <= last; ++i) {
        bar(i, channel(i).min, channel(i).max, theme.originalFill);
    }
    for (int i = first; i <= last; ++i) {
        bar(i, -channel(i).rms, channel(i).rms, theme.original);
    }
    const double zero = view->yPixelOf(rect, 0);
    painter.setPen(QPen(theme.axis, 1));
    painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero));
}

void ChannelsPlot::Private::paintPointer(QPainter& painter)
{
    if (count() == 0) {
        return;
    }
    const PlotTheme& theme = view->theme();
    const QRectF area = view->areaOf(rect);
    const double pitch = view->pixelOf(1) - view->pixelOf(0);
    const auto column = [&](int index) {
        const double width = std::max(3.0, pitch);
        return QRectF(view->pixelOf(index) - width / 2, area.top(), width, area.height()) & area;
    };
    const QFont font = scaledFont(view->font(), 0.88);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    double x = area.left() + 10;
    for (const auto& [color, text] :
        { std::pair { theme.originalFill, tr("min … max") }, std::pair { theme.original, tr("± RMS") } }) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRect(QRectF(x, area.top() + 4 + metrics.height() / 2 - 4, 8, 8));
        painter.setPen(theme.mutedText);
        painter.drawText(QPointF(x + 13, area.top() + 4 + metrics.ascent()), text);
        x += metrics.horizontalAdvance(text) + 29;
    }
    if (selected >= 0) {
        QColor fill = theme.accent;
        fill.setAlpha(60);
        painter.fillRect(column(selected), fill);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.accent, 1.4));
        painter.drawRect(column(selected));
    }
    if (const auto band = view->zoomBand()) {
        QColor fill = theme.accent;
        fill.setAlpha(50);
        painter.fillRect(QRectF(QPointF(band->first, area.top()), QPointF(band->second, area.bottom())), fill);
        return;
    }
    int shown = view->pointer() && !view->isPanning() ? channelAt(*view->pointer()) : -1;
    QPointF at = view->pointer().value_or(QPointF());
    if (shown < 0 && !view->pointer() && view->hasFocus() && selected >= 0) {
        shown = selected;
        at = QPointF(view->pixelOf(selected), area.center().y());
    }
    if (shown < 0) {
        return;
    }
    painter.setPen(QPen(theme.mutedText, 1, Qt::DotLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(column(shown));
    const ChannelRange& range = channel(shown);
    view->paintReadout(painter, at,
        { tr("channel %1").arg(shown), tr("max") + QLatin1Char('\t') + numberText(static_cast<double>(range.max)),
            tr("min") + QLatin1Char('\t') + numberText(static_cast<double>(range.min)),
            tr("RMS") + QLatin1Char('\t') + numberText(static_cast<double>(range.rms)) });
}

QSize ChannelsPlot::sizeHint() const
{
    return { 700, 480 };
}

QSize ChannelsPlot::minimumSizeHint() const
{
    return { 320, 200 };
}

} // namespace bw
