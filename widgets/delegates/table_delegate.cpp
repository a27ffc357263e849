#include "widgets/delegates/table_delegate.h"

#include "widgets/layer_names.h"
#include "widgets/models/roles.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/tone_label.h"

#include <QApplication>
#include <QPainter>

namespace bw {

namespace {

constexpr int padding = 6;

} // namespace

void TableDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QStyle* style = item.widget != nullptr ? item.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);

    Tone tone = Tone::Normal;
    if (index.data(HasFailedRole).toBool()) {
        tone = Tone::Error;
    } else if (index.data(IsKeptRole).toBool() || index.data(IsStaleRole).toBool()) {
        tone = Tone::Muted;
    }
    const bool isSelected = (item.state & QStyle::State_Selected) != 0;
    const QColor text = item.palette.color(QPalette::Active, QPalette::Text);
    const QColor base = item.palette.color(QPalette::Active, QPalette::Base);
    painter->save();
    painter->setPen(isSelected ? item.palette.color(QPalette::HighlightedText) : toneColor(tone, text, base));
    painter->setFont(tabularFont(item.font));
    const QRect area = item.rect.adjusted(padding, 0, -padding, 0);
    // The end of a layer's name tells it from its neighbours; other texts begin with what matters.
    const Qt::TextElideMode mode = index.column() == 0 ? option.textElideMode : Qt::ElideRight;
    const QFontMetrics metrics(painter->font());
    const QVariant ending = index.data(NameEndingRole);
    const QString shown = ending.isValid() ? elidedName(item.text, ending.toInt(), metrics, area.width())
                                           : metrics.elidedText(item.text, mode, area.width());
    painter->drawText(area, static_cast<int>(item.displayAlignment) | Qt::TextSingleLine, shown);
    painter->restore();
}

QSize TableDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QFontMetrics metrics(tabularFont(item.font));
    return { metrics.horizontalAdvance(item.text) + 2 * padding + 2, metrics.height() + 8 };
}

} // namespace bw
