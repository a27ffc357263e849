#pragma once

#include "widgets/allocation/allocation_values.h"
#include "widgets/plots/plot_theme.h"

#include <QStyledItemDelegate>

namespace bw {

/// Where bars lie in a cell: bits to pixels and back.
struct BarScale
{
    QRectF area;
    double mostBits = 8;
    double pixelOf(double bits) const { return area.left() + bits / mostBits * area.width(); }
    double bitsAt(double pixel) const { return (pixel - area.left()) / area.width() * mostBits; }
};

/// The bar of a layer: its length the bits, its colour the damage, its thin foot the share of the size; ticks where the
/// layer's formats lie. Also the lock.
class BarDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// The row under the pointer, or being dragged: it shows ticks and a handle. -1: none.
    void setHotRow(int sourceRow, bool isDragged);
    static BarScale scaleOf(const QRect& cell, double mostBits);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_hotRow = -1;
    bool m_isDragged = false;
};

/// Colour of a layer's bar: from quiet to the colour of quantized weights.
QColor costColor(double cost, const PlotTheme& theme);

/// The damage a step saves as a part of a waterfall: from the damage before to the damage after.
class WaterfallDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace bw
