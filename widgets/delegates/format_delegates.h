#pragma once

#include "core/stats/histogram.h"

#include <QStyledItemDelegate>

#include <memory>

namespace bw {

/// A format in two lines: heading and spelling, the sentence about it under them; a check mark if it is in use.
class FormatNameDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The levels of a format as ticks over the silhouette of a layer's histogram.
class LevelsDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// Null: ticks alone.
    void setHistogram(std::shared_ptr<const Histogram> histogram) { m_histogram = std::move(histogram); }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    std::shared_ptr<const Histogram> m_histogram;
};

} // namespace bw
