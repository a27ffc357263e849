#include "widgets/plots/family_marks.h"

#include <QPainter>
#include <QPolygonF>

#include <array>
#include <cmath>
#include <numbers>

namespace bw {

namespace {
constexpr int shapeCount = familyMarkCount / 2;

/// Corners on a circle, the first one at `turn` (0: upwards), every second one at `inner` of the radius.
QPolygonF corners(int count, double radius, double turn, double inner = 1)
{
    QPolygonF polygon;
    for (int i = 0; i <= count; ++i) {
        const double angle = (turn + static_cast<double>(i) / count) * 2 * std::numbers::pi;
        const double distance = i % 2 == 0 ? radius : radius * inner;
        polygon.append(QPointF(std::sin(angle) * distance, -std::cos(angle) * distance));
    }
    return polygon;
}
} // namespace

QPainterPath familyMarkPath(int family, double radius)
{
    QPainterPath path;
    switch (family % shapeCount) {
    case 0:
        path.addEllipse(QPointF(), radius, radius);
        break;
    case 1:
        path.addPolygon(corners(4, radius * 1.25, 0.125));
        break;
    case 2:
        path.addPolygon(corners(3, radius * 1.35, 0));
        break;
    case 3:
        path.addPolygon(corners(4, radius * 1.35, 0));
        break;
    case 4:
        path.addPolygon(corners(3, radius * 1.35, 0.5));
        break;
    case 5:
        path.addPolygon(corners(10, radius * 1.5, 0, 0.45));
        break;
    case 6:
        path.addPolygon(corners(3, radius * 1.35, 0.25));
        break;
    case 7:
        path.addPolygon(corners(6, radius * 1.2, 0));
        break;
    case 8:
        path.addPolygon(corners(3, radius * 1.35, 0.75));
        break;
    default:
        path.addPolygon(corners(8, radius * 1.6, 0, 0.4));
        break;
    }
    return path;
}

bool isFamilyMarkHollow(int family)
{
    return family % familyMarkCount >= shapeCount;
}

QColor familyColor(int family, const PlotTheme& theme)
{
    // Blue, vermilion, reddish purple, orange, sky blue, and the text's own; green means the optimum.
    constexpr std::array<QRgb, 5> colors { 0x0072b2, 0xd55e00, 0xcc79a7, 0xe69f00, 0x56b4e9 };
    const auto index = static_cast<std::size_t>(family % (static_cast<int>(colors.size()) + 1));
    const QColor color = index < colors.size() ? QColor(colors[index]) : theme.mutedText;
    return readableColor(color, theme.background, 3);
}

void paintFamilyMark(QPainter& painter, int family, QPointF at, double radius, const PlotTheme& theme)
{
    const QColor color = familyColor(family, theme);
    painter.setPen(QPen(color, 1.4));
    painter.setBrush(isFamilyMarkHollow(family) ? theme.background : color);
    painter.drawPath(familyMarkPath(family, isFamilyMarkHollow(family) ? radius * 0.9 : radius).translated(at));
}

} // namespace bw
