#pragma once

#include "widgets/plots/plot_theme.h"

#include <QStyledItemDelegate>

namespace bw {

/// Paints role SparklineRole (QVector<float>, any scale ≥ 0) as a small filled histogram.
class HistogramSparkline : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The picture alone: `bins` scaled to the tallest.
void paintSparkline(QPainter& painter, const QRectF& area, const QVector<float>& bins, const PlotTheme& theme);

} // namespace bw
