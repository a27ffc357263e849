#pragma once

#include <QStyledItemDelegate>

namespace bw {

/// Text cells of tables: plain text, tabular figures, quiet when kept or out of date, in the error tone when failed.
/// Names of layers (NameEndingRole) are cut so that they still differ.
class TableDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace bw
