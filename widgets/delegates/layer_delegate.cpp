#include "widgets/delegates/layer_delegate.h"

#include "widgets/models/roles.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/tone_label.h"

namespace bw {

void LayerDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideMiddle;
    option->font = tabularFont(option->font);
    const QColor text = option->palette.color(QPalette::Active, QPalette::Text);
    const QColor base = option->palette.color(QPalette::Active, QPalette::Base);
    Tone tone = Tone::Normal;
    if (index.data(HasFailedRole).toBool()) {
        tone = Tone::Error;
    } else if (index.data(IsKeptRole).toBool() || index.data(IsStaleRole).toBool()) {
        tone = Tone::Muted;
    }
    option->palette.setColor(QPalette::Text, toneColor(tone, text, base));
}

} // namespace bw
