#include "widgets/plots/plot_view.h"

#include "widgets/plots/inline_edit.h"
#include "widgets/plots/plot_tickers.h"
#include "widgets/text.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace bw {

namespace {

class PainterItem : public QCPLayerable
{
public:
    PainterItem(QCustomPlot* canvas, const QString& layer, QCPAxisRect* rect, std::function<void(QPainter&)> paint)
        : QCPLayerable(canvas, layer)
        , m_rect(rect)
        , m_paint(std::move(paint))
    {
    }

protected:
    QRect clipRect() const override { return m_rect != nullptr ? m_rect->rect() : mParentPlot->viewport(); }
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    void draw(QCPPainter* painter) override { m_paint(*painter); }

private:
    QCPAxisRect* m_rect;
    std::function<void(QPainter&)> m_paint;
};

} // namespace

PlotView::PlotView(QWidget* parent)
    : QWidget(parent)
    , m_canvas(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_canvas);
    m_canvas->setObjectName(QStringLiteral("canvas"));
    m_canvas->plotLayout()->clear();
    m_canvas->setFocusPolicy(Qt::NoFocus);
    m_canvas->setMouseTracking(true);
    m_canvas->setMinimumSize(0, 0);
    m_canvas->installEventFilter(this);
    m_canvas->layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmBuffered);
    m_canvas->setPlottingHint(QCP::phImmediateRefresh, false);
    connect(m_canvas, &QCustomPlot::afterLayout, this, &PlotView::elideTitles);
    // Layers have buffers only after the first real replot.
    connect(m_canvas, &QCustomPlot::afterReplot, this, [this] {
        m_isPainted = !m_canvas->viewport().isEmpty();
        Q_EMIT replotted();
    });
    setFocusPolicy(Qt::StrongFocus);
    applyTheme();
}

PlotView::~PlotView() = default;

QCPAxisRect* PlotView::addRect(const QString& yTitle, int stretch)
{
    auto* rect = new QCPAxisRect(m_canvas);
    const int row = m_canvas->plotLayout()->rowCount();
    m_canvas->plotLayout()->addElement(row, 0, rect);
    m_canvas->plotLayout()->setRowStretchFactor(row, stretch);
    m_canvas->plotLayout()->setRowSpacing(4);
    rect->setMinimumMargins(QMargins(8, 4, 12, 4));
    setUprightTitle(rect->axis(QCPAxis::atLeft), yTitle);
    QCPMarginGroup* group = nullptr;
    if (row > 0) {
        group = m_canvas->axisRect(0)->marginGroup(QCP::msLeft);
        m_canvas->axisRect(row - 1)->axis(QCPAxis::atBottom)->setTickLabels(false);
    }
    rect->setMarginGroup(QCP::msLeft | QCP::msRight, group != nullptr ? group : new QCPMarginGroup(m_canvas));
    rect->axis(QCPAxis::atBottom)->setTicker(makeNumberTicker());
    for (QCPAxis* axis : rect->axes()) {
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
    }
    applyTheme();
    return rect;
}

void PlotView::setXTitle(const QString& title)
{
    const auto rects = m_canvas->axisRects();
    for (QCPAxisRect* rect : rects) {
        rect->axis(QCPAxis::atBottom)->setLabel(rect == rects.last() ? title : QString());
    }
}

void PlotView::addPainter(Layer layer, QCPAxisRect* rect, std::function<void(QPainter&)> paint)
{
    // The canvas owns its layerables.
    new PainterItem(
        m_canvas, layer == Layer::Data ? QStringLiteral("main") : QStringLiteral("overlay"), rect, std::move(paint));
}

void PlotView::applyTheme()
{
    m_theme = PlotTheme::fromPalette(palette());
    m_canvas->setBackground(m_theme.background);
    const QFont tickFont = scaledFont(tabularFont(font()), 0.88);
    const QFont labelFont = scaledFont(font(), 0.92);
    for (QCPAxisRect* rect : m_canvas->axisRects()) {
        for (QCPAxis* axis : rect->axes()) {
            axis->setBasePen(QPen(m_theme.axis, 1));
            axis->setTickPen(QPen(m_theme.axis, 1));
            axis->setSubTicks(false);
            axis->setTickLabelColor(m_theme.mutedText);
            axis->setTickLabelFont(tickFont);
            axis->setLabelColor(m_theme.mutedText);
            axis->setLabelFont(labelFont);
            axis->setLabelPadding(4);
            axis->setTickLengthIn(0);
            axis->setTickLengthOut(3);
            axis->setTickLabelPadding(4);
            axis->grid()->setPen(QPen(m_theme.grid, 1));
            axis->grid()->setZeroLinePen(QPen(m_theme.grid, 1));
        }
    }
    replotSoon();
}

void PlotView::setFullRange(double low, double high, double smallestSpan)
{
    m_smallestSpan = smallestSpan;
    if (m_hasRange && low == m_fullLow && high == m_fullHigh) {
        return;
    }
    m_fullLow = low;
    m_fullHigh = high;
    m_hasRange = true;
    resetZoom();
}

void PlotView::resetZoom()
{
    setView(m_fullLow, m_fullHigh);
}

bool PlotView::isZoomed() const
{
    return viewLow() != m_fullLow || viewHigh() != m_fullHigh;
}

double PlotView::viewLow() const
{
    return m_canvas->axisRectCount() > 0 ? m_canvas->axisRect(0)->axis(QCPAxis::atBottom)->range().lower : m_fullLow;
}

double PlotView::viewHigh() const
{
    return m_canvas->axisRectCount() > 0 ? m_canvas->axisRect(0)->axis(QCPAxis::atBottom)->range().upper : m_fullHigh;
}

void PlotView::setView(double low, double high)
{
    const double full = m_fullHigh - m_fullLow;
    const double span = std::clamp(high - low, std::min(m_smallestSpan, full), full);
    const double start = std::clamp((low + high - span) / 2, m_fullLow, m_fullHigh - span);
    for (QCPAxisRect* rect : m_canvas->axisRects()) {
        rect->axis(QCPAxis::atBottom)->setRange(start, span >= full ? m_fullHigh : start + span);
    }
    Q_EMIT viewChanged();
    replotSoon();
}

double PlotView::pixelOf(double value) const
{
    return m_canvas->axisRect(0)->axis(QCPAxis::atBottom)->coordToPixel(value);
}

double PlotView::valueOf(double pixel) const
{
    return m_canvas->axisRect(0)->axis(QCPAxis::atBottom)->pixelToCoord(pixel);
}

void PlotView::setPointer(std::optional<QPointF> pointer)
{
    m_pointer = pointer;
    Q_EMIT pointerMoved();
    repaintOverlay();
}

void PlotView::setYRange(QCPAxisRect* rect, double low, double high, bool isLog, bool isCount)
{
    QCPAxis* axis = rect->axis(QCPAxis::atLeft);
    const auto scale = isLog ? QCPAxis::stLogarithmic : QCPAxis::stLinear;
    if (axis->scaleType() != scale || axis->property("isCount") != QVariant(isCount)) {
        axis->setScaleType(scale);
        axis->setTicker(isCount ? makeCountTicker(isLog) : isLog ? makeLogNumberTicker() : makeNumberTicker(5));
        axis->setProperty("isCount", isCount);
    }
    axis->setRange(low, high);
    replotSoon();
}

void PlotView::setYTitle(QCPAxisRect* rect, const QString& title)
{
    setUprightTitle(rect->axis(QCPAxis::atLeft), title);
    replotSoon();
}

void PlotView::setUprightTitle(QCPAxis* axis, const QString& title)
{
    const auto known
        = std::find_if(m_titles.begin(), m_titles.end(), [&](const auto& entry) { return entry.first == axis; });
    if (known == m_titles.end()) {
        m_titles.emplace_back(axis, title);
    } else {
        known->second = title;
    }
    axis->setLabel(title);
}

/// QCustomPlot cuts what is longer than the axis at both ends.
void PlotView::elideTitles()
{
    for (const auto& [axis, title] : m_titles) {
        const QString text
            = QFontMetrics(axis->labelFont()).elidedText(title, Qt::ElideRight, axis->axisRect()->height());
        if (text != axis->label()) {
            axis->setLabel(text);
        }
    }
}

void PlotView::setRightAxis(QCPAxisRect* rect, const QString& title, double low, double high)
{
    QCPAxis* axis = rect->axis(QCPAxis::atRight);
    axis->setVisible(!title.isEmpty());
    if (!title.isEmpty()) {
        if (axis->scaleType() != QCPAxis::stLogarithmic) {
            axis->setScaleType(QCPAxis::stLogarithmic);
            axis->setTicker(makeLogNumberTicker());
            axis->grid()->setVisible(false);
            axis->setTickLabels(true);
        }
        setUprightTitle(axis, title);
        axis->setRange(low, high);
    }
    replotSoon();
}

double PlotView::rightPixelOf(const QCPAxisRect* rect, double value) const
{
    const QCPAxis* axis = rect->axis(QCPAxis::atRight);
    return axis->coordToPixel(std::max(value, axis->range().lower));
}

double PlotView::yPixelOf(const QCPAxisRect* rect, double value) const
{
    const QCPAxis* axis = rect->axis(QCPAxis::atLeft);
    const bool isLog = axis->scaleType() == QCPAxis::stLogarithmic;
    return axis->coordToPixel(isLog ? std::max(value, axis->range().lower) : value);
}

QRectF PlotView::areaOf(const QCPAxisRect* rect) const
{
    return QRectF(rect->rect());
}

QRectF PlotView::areaOf(int rect) const
{
    return areaOf(m_canvas->axisRect(rect));
}

std::optional<std::pair<double, double>> PlotView::zoomBand() const
{
    if (m_gesture != Gesture::Band || !m_isDrag || !m_pointer) {
        return std::nullopt;
    }
    return std::minmax(m_pressedAt.x(), m_pointer->x());
}

void PlotView::paintReadout(QPainter& painter, QPointF at, const QStringList& lines) const
{
    if (lines.isEmpty()) {
        return;
    }
    const QFont body = scaledFont(tabularFont(font()), 0.92);
    QFont heading = body;
    heading.setBold(true);
    const QFontMetricsF bodyMetrics(body);
    const QFontMetricsF headingMetrics(heading);
    double width = headingMetrics.horizontalAdvance(lines.first());
    for (int i = 1; i < lines.size(); ++i) {
        const QStringList parts = lines[i].split(QLatin1Char('\t'));
        const double gap = parts.size() > 1 ? 16 : 0;
        width = std::max(width, bodyMetrics.horizontalAdvance(parts.join(QString())) + gap);
    }
    const double lineHeight = std::ceil(bodyMetrics.height()) + 1;
    const QSizeF size(std::ceil(width) + 16, static_cast<double>(lines.size()) * lineHeight + 10);
    const QRectF area(m_canvas->viewport());
    double left = at.x() + 14;
    if (left + size.width() > area.right() - 4) {
        left = at.x() - 14 - size.width();
    }
    left = std::clamp(left, area.left() + 4, std::max(area.left() + 4, area.right() - 4 - size.width()));
    const double top = std::clamp(
        at.y() - size.height() - 8, area.top() + 4, std::max(area.top() + 4, area.bottom() - 4 - size.height()));
    const QRectF box(QPointF(std::round(left) + 0.5, std::round(top) + 0.5), size);

    painter.setPen(QPen(m_theme.panelBorder, 1));
    QColor fill = m_theme.panel;
    fill.setAlpha(240);
    painter.setBrush(fill);
    painter.drawRoundedRect(box, 4, 4);
    QRectF line(box.left() + 8, box.top() + 5, box.width() - 16, lineHeight);
    for (int i = 0; i < lines.size(); ++i, line.translate(0, lineHeight)) {
        const QStringList parts = lines[i].split(QLatin1Char('\t'));
        painter.setFont(i == 0 ? heading : body);
        painter.setPen(i == 0 ? m_theme.text : m_theme.mutedText);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, parts.first());
        if (parts.size() > 1) {
            painter.setPen(m_theme.text);
            painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, parts.last());
        }
    }
}

void PlotView::replotSoon()
{
    m_canvas->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::repaintOverlay()
{
    if (m_isOverlayPending) {
        return;
    }
    m_isOverlayPending = true;
    // Many pointer moves arrive between two frames.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_isOverlayPending = false;
            if (m_isPainted) {
                m_canvas->layer(QStringLiteral("overlay"))->replot();
            } else {
                replotSoon();
            }
        },
        Qt::QueuedConnection);
}

void PlotView::typeValue(int handle)
{
    const PlotHandle* found = m_handles.find(handle);
    if (found == nullptr || !isEnabled()) {
        return;
    }
    const double y = m_pointer ? m_pointer->y() : m_canvas->axisRect(0)->rect().center().y();
    InlineEdit::open(this,
        { .position = QPoint(static_cast<int>(pixelOf(found->value)), static_cast<int>(y)),
            .value = found->value,
            .low = found->low,
            .high = found->high,
            .name = found->name,
            .commit = [this, handle](double value) {
                m_handles.setValue(handle, value);
                setFocus();
                repaintOverlay();
            } });
}

QSize PlotView::minimumSizeHint() const
{
    return { 240, 160 };
}

bool PlotView::isInsideRects(QPointF position) const
{
    for (const QCPAxisRect* rect : m_canvas->axisRects()) {
        if (rect->rect().contains(position.toPoint())) {
            return true;
        }
    }
    return false;
}

void PlotView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange
        || event->type() == QEvent::StyleChange) {
        applyTheme();
    }
}

void PlotView::announceFocusedHandle()
{
    const PlotHandle* handle = m_handles.find(m_handles.focused());
    // A picture without handles says itself what is chosen.
    if (handle == nullptr && !std::exchange(m_hasAnnounced, false)) {
        return;
    }
    m_hasAnnounced = handle != nullptr;
    setAccessibleDescription(
        handle != nullptr ? tr("%1: %2. %3").arg(handle->name, numberText(handle->value), handle->hint) : QString());
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

} // namespace bw
