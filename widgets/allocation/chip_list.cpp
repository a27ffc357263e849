#include "widgets/allocation/chip_list.h"

#include "widgets/icons.h"

#include <QEvent>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QWidgetAction>

#include <algorithm>

namespace bw {

namespace {
constexpr int gap = 4;
/// Before the text of a chip: styles leave no room on the side away from the icon.
constexpr QChar textMargin(0x2005);
} // namespace

ChipList::ChipList(QWidget* parent)
    : QWidget(parent)
    , m_add(new QToolButton(this))
{
    m_add->setIcon(themedIcon(IconName::Plus));
    m_add->setObjectName(QStringLiteral("addFormat"));
    m_add->setToolTip(tr("Add a format"));
    m_add->setAccessibleName(tr("Add a format"));
    m_add->setFocusPolicy(Qt::StrongFocus);
    connect(m_add, &QToolButton::clicked, this, &ChipList::openMenu);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChipList::setChips(const QStringList& chips)
{
    if (chips != m_chips) {
        m_chips = chips;
        rebuild();
    }
}

void ChipList::rebuild()
{
    for (QToolButton* button : m_buttons) {
        button->hide();
        button->deleteLater();
    }
    m_buttons.clear();
    for (const QString& chip : m_chips) {
        auto* button = new QToolButton(this);
        button->setText(textMargin + chip);
        button->setIcon(themedIcon(IconName::Close));
        button->setIconSize({ 10, 10 });
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setLayoutDirection(Qt::RightToLeft);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setToolTip(tr("Leave %1 out").arg(chip));
        button->setAccessibleName(tr("Leave %1 out").arg(chip));
        connect(button, &QToolButton::clicked, this, [this, chip] {
            QStringList rest = m_chips;
            rest.removeAll(chip);
            Q_EMIT chipsEdited(rest);
        });
        button->show();
        m_buttons.append(button);
    }
    // Focus goes through the chips to the "+".
    m_add->raise();
    for (QToolButton* button : m_buttons) {
        setTabOrder(button, m_add);
    }
    place(width(), true);
    updateGeometry();
}

int ChipList::place(int width, bool isReal) const
{
    int x = 0;
    int y = 0;
    int height = 0;
    QList<QToolButton*> all = m_buttons;
    all.append(m_add);
    for (QToolButton* button : all) {
        const QSize size = button->sizeHint();
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += height + gap;
        }
        if (isReal) {
            button->setGeometry(x, y, size.width(), size.height());
        }
        height = size.height();
        x += size.width() + gap;
    }
    return y + height;
}

int ChipList::heightForWidth(int width) const
{
    return place(std::max(width, 60), false);
}

QSize ChipList::sizeHint() const
{
    int width = m_add->sizeHint().width();
    for (const QToolButton* button : m_buttons) {
        width += button->sizeHint().width() + gap;
    }
    return { std::min(width, 480), heightForWidth(std::min(width, 480)) };
}

QSize ChipList::minimumSizeHint() const
{
    return { 120, m_add->sizeHint().height() };
}

void ChipList::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    place(width(), true);
}

bool ChipList::event(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange
        || event->type() == QEvent::Polish) {
        const bool isDone = QWidget::event(event);
        place(width(), true);
        updateGeometry();
        return isDone;
    }
    return QWidget::event(event);
}

void ChipList::openMenu()
{
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("formatMenu"));
    auto* field = new QLineEdit;
    field->setPlaceholderText(tr("type a format, such as int4/b64"));
    field->setAccessibleName(tr("A format to add"));
    field->setMinimumWidth(field->fontMetrics().horizontalAdvance(field->placeholderText()) + 24);
    auto* typed = new QWidgetAction(&menu);
    typed->setDefaultWidget(field);
    menu.addAction(typed);
    connect(field, &QLineEdit::returnPressed, &menu, [&] {
        Q_EMIT chipTyped(field->text().trimmed());
        menu.close();
    });
    menu.addSeparator();
    for (const QString& offered : m_offered) {
        if (!m_chips.contains(offered)) {
            menu.addAction(offered, this, [this, offered] { Q_EMIT chipsEdited(m_chips + QStringList { offered }); });
        }
    }
    field->setFocus();
    menu.exec(m_add->mapToGlobal(QPoint(0, m_add->height())));
}

} // namespace bw
