#pragma once

#include <QStyledItemDelegate>

namespace bw {

/// Text cells of the layer table: quiet when kept or out of date, in the error tone when failed, tabular figures, names cut in the middle.
class LayerDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

} // namespace bw
