#include "app/views/shortcuts_overlay.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLayoutItem>

namespace bw {

namespace {
constexpr int linesPerColumn = 14;
} // namespace

ShortcutsOverlay::ShortcutsOverlay(QWidget* parent)
    : QFrame(parent)
    , m_grid(new QGridLayout(this))
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Keyboard shortcuts"));
    m_grid->setContentsMargins(24, 20, 24, 20);
    m_grid->setHorizontalSpacing(16);
    hide();
}

void ShortcutsOverlay::open(const std::vector<ShortcutLine>& lines)
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (int index = 0; index < static_cast<int>(lines.size()); ++index) {
        const ShortcutLine& line = lines[static_cast<std::size_t>(index)];
        const int column = index / linesPerColumn * 2;
        auto* keys = new QLabel(line.keys);
        QFont bold = keys->font();
        bold.setBold(true);
        keys->setFont(bold);
        m_grid->addWidget(keys, index % linesPerColumn, column, Qt::AlignRight);
        m_grid->addWidget(new QLabel(line.what), index % linesPerColumn, column + 1);
    }
    adjustSize();
    move((parentWidget()->width() - width()) / 2, (parentWidget()->height() - height()) / 2);
    show();
    raise();
    setFocus();
}

void ShortcutsOverlay::keyPressEvent(QKeyEvent*)
{
    hide();
}
void ShortcutsOverlay::mousePressEvent(QMouseEvent*)
{
    hide();
}
void ShortcutsOverlay::focusOutEvent(QFocusEvent*)
{
    hide();
}

} // namespace bw
