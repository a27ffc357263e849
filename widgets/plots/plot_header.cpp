#include "widgets/plots/plot_header.h"

#include "widgets/elided_label.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace bw {

PlotHeader::PlotHeader(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QHBoxLayout(this))
    , m_title(new ElidedLabel(this))
    , m_note(new ElidedLabel(this))
    , m_aside(new ElidedLabel(this, Qt::ElideRight))
{
    m_layout->setContentsMargins(12, 4, 8, 4);
    m_layout->setSpacing(8);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setMinimumCharacters(12);
    m_note->setMuted(true);
    m_aside->setMuted(true);
    m_layout->addWidget(m_title);
    m_layout->addWidget(m_note, 1);
    m_layout->addWidget(m_aside);
    setMinimumHeight(36);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void PlotHeader::setTitle(const QString& title)
{
    m_title->setText(title);
}

void PlotHeader::setNote(const QString& note)
{
    m_note->setText(note);
}

void PlotHeader::setAside(const QString& text)
{
    m_aside->setText(text);
}

QToolButton* PlotHeader::addButton(const QIcon& icon, const QString& text, const QString& help)
{
    auto* button = new QToolButton(this);
    button->setAutoRaise(true);
    button->setIcon(icon);
    button->setText(text);
    button->setToolButtonStyle(text.isEmpty() ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    button->setToolTip(help);
    button->setAccessibleName(help);
    m_layout->addWidget(button);
    return button;
}

} // namespace bw
