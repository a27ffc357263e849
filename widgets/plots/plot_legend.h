#pragma once

#include <functional>

#include <QPainter>
#include <QRectF>

namespace bw {

struct PlotTheme;

/// Marks with their names, written along the top of a plot from the left, going on in a new line where there is no
/// room; or below one another in the right top corner.
class PlotLegend
{
public:
    enum class Flow
    {
        Row,
        RightColumn
    };
    /// Writes with `painter` into `area`, a little smaller than `font`. Both must outlive this.
    PlotLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QFont& font, Flow flow = Flow::Row);
    /// `paintMark` paints the mark around the point it is given.
    void add(const QString& text, const std::function<void(QPointF)>& paintMark);
    /// Marks that several plots use.
    enum class Mark
    {
        Area,
        Tick,
        Dot,
        Edge, ///< dotted, upright
        Curve
    };
    void add(Mark mark, const QColor& color, const QString& text);

private:
    QPainter& m_painter;
    const PlotTheme& m_theme;
    QRectF m_area;
    QPointF m_at;
    Flow m_flow;
};

} // namespace bw
