#include "widgets/plots/plot_legend.h"

#include "widgets/plots/plot_theme.h"

#include <QFontMetricsF>

namespace bw {

namespace {
constexpr double margin = 12;
constexpr double markRoom = 18; ///< from the left of an entry to its text
constexpr double gap = 20; ///< after the text
constexpr double lineGap = 3;
} // namespace

PlotLegend::PlotLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QFont& font, Flow flow)
    : m_painter(painter)
    , m_theme(theme)
    , m_area(area)
    , m_at(area.left() + margin, area.top() + margin / 2)
    , m_flow(flow)
{
    painter.setFont(scaledFont(font, 0.88));
}

void PlotLegend::add(const QString& text, const std::function<void(QPointF)>& paintMark)
{
    const QFontMetricsF metrics(m_painter.font());
    const double start = m_area.left() + margin;
    const double width = metrics.horizontalAdvance(text) + markRoom + gap;
    if (m_flow == Flow::RightColumn) {
        m_at.rx() = m_area.right() - margin - (width - gap);
    } else if (m_at.x() + width > m_area.right() && m_at.x() > start) {
        m_at = QPointF(start, m_at.y() + metrics.height() + lineGap);
    }
    // What lies underneath stays visible, and the words readable.
    QColor veil = m_theme.background;
    veil.setAlpha(190);
    m_painter.fillRect(QRectF(m_at - QPointF(5, 0), QSizeF(width - gap + 10, metrics.height())), veil);
    const bool isColumn = m_flow == Flow::RightColumn;
    // The marks of a column stand below one another.
    paintMark(m_at + QPointF(isColumn ? width - gap - 7 : 5, metrics.height() / 2));
    m_painter.setPen(m_theme.mutedText);
    m_painter.drawText(m_at + QPointF(isColumn ? 0 : markRoom, metrics.ascent()), text);
    if (m_flow == Flow::RightColumn) {
        m_at.ry() += metrics.height() + lineGap;
    } else {
        m_at.rx() += width;
    }
}

void PlotLegend::add(Mark mark, const QColor& color, const QString& text)
{
    add(text, [&](QPointF at) {
        m_painter.setBrush(mark == Mark::Area || mark == Mark::Dot ? QBrush(color) : QBrush(Qt::NoBrush));
        switch (mark) {
        case Mark::Area:
            m_painter.fillRect(QRectF(at - QPointF(4, 4), QSizeF(8, 8)), color);
            break;
        case Mark::Dot:
            m_painter.setPen(Qt::NoPen);
            m_painter.drawEllipse(at, 3, 3);
            break;
        case Mark::Tick:
            m_painter.setPen(QPen(color, 2));
            m_painter.drawLine(at - QPointF(0, 5), at + QPointF(0, 5));
            break;
        case Mark::Edge:
            m_painter.setPen(QPen(color, 1, Qt::DotLine));
            m_painter.drawLine(at - QPointF(0, 5), at + QPointF(0, 5));
            break;
        case Mark::Curve:
            m_painter.setPen(QPen(color, 1.4));
            m_painter.drawLine(at - QPointF(4, 0), at + QPointF(4, 0));
            break;
        }
    });
}

} // namespace bw
