#include "widgets/panels/figure_tile.h"

#include "widgets/plots/plot_theme.h"
#include "widgets/tone_label.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGridLayout>
#include <QGuiApplication>
#include <QMenu>

namespace bw {

FigureTile::FigureTile(const QString& title, QWidget* parent)
    : QWidget(parent)
    , m_title(new ToneLabel(title, Tone::Muted, this))
    , m_text(new ToneLabel(Tone::Normal, this))
    , m_info(new InfoButton(this))
{
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(2);
    layout->setVerticalSpacing(0);
    m_title->setScale(0.88);
    m_text->setFont(tabularFont(m_text->font()));
    layout->addWidget(m_title, 0, 0, Qt::AlignLeft | Qt::AlignVCenter);
    layout->addWidget(m_info, 0, 1, Qt::AlignLeft | Qt::AlignVCenter);
    layout->addWidget(m_text, 1, 0, 1, 3, Qt::AlignLeft | Qt::AlignVCenter);
    layout->setColumnStretch(2, 1);
    layout->setRowMinimumHeight(0, 20);
    m_info->hide();
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void FigureTile::setTitle(const QString& title)
{
    m_title->setText(title);
}

void FigureTile::setValue(const QString& value, const QString& copied)
{
    m_copied = copied;
    if (value == m_value) {
        return;
    }
    m_value = value;
    m_text->setText(value);
    setAccessibleName(tr("%1: %2").arg(m_title->text(), value));
}

void FigureTile::setStale(bool isStale, const QString& why)
{
    m_text->setTone(isStale ? Tone::Muted : Tone::Normal);
    QFont font = m_text->font();
    font.setItalic(isStale);
    m_text->setFont(font);
    setToolTip(isStale ? why : QString());
}

void FigureTile::setProvenance(const Provenance& provenance)
{
    m_info->setProvenance(provenance);
    m_info->show();
}

void FigureTile::copyValue() const
{
    QGuiApplication::clipboard()->setText(m_copied.isEmpty() ? m_value : m_copied);
}

void FigureTile::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy %1").arg(m_title->text()), this, [this] { copyValue(); });
    menu->popup(event->globalPos());
}

} // namespace bw
