#include "widgets/delegates/histogram_sparkline.h"

#include "widgets/models/roles.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>

namespace bw {

void paintSparkline(QPainter& painter, const QRectF& area, const QVector<float>& bins, const PlotTheme& theme)
{
    const float tallest = bins.isEmpty() ? 0 : *std::max_element(bins.begin(), bins.end());
    if (!(tallest > 0) || area.width() < 2) {
        return;
    }
    const double step = area.width() / static_cast<double>(bins.size());
    QPolygonF outline;
    outline.append(area.bottomLeft());
    for (int i = 0; i < bins.size(); ++i) {
        const double y = area.bottom() - area.height() * static_cast<double>(std::max(0.0F, bins[i]) / tallest);
        outline.append(QPointF(area.left() + i * step, y));
        outline.append(QPointF(area.left() + (i + 1) * step, y));
    }
    outline.append(area.bottomRight());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.originalFill);
    painter.drawPolygon(outline);
    painter.setPen(QPen(theme.original, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(outline);
    painter.restore();
}

void HistogramSparkline::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    const QStyle* style = item.widget != nullptr ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);

    PlotTheme theme = PlotTheme::fromPalette(item.palette);
    if ((item.state & QStyle::State_Selected) != 0) {
        const QColor text = item.palette.color(QPalette::HighlightedText);
        theme.original = text;
        theme.originalFill = text;
        theme.originalFill.setAlpha(110);
    }
    paintSparkline(
        *painter, QRectF(item.rect).adjusted(6, 4, -6, -4), index.data(SparklineRole).value<QVector<float>>(), theme);
}

QSize HistogramSparkline::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return { 76, 26 };
}

} // namespace bw
