#include "widgets/elided_label.h"

#include "widgets/plots/plot_theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace bw {

ElidedLabel::ElidedLabel(QWidget* parent, Qt::TextElideMode mode)
    : QWidget(parent)
    , m_mode(mode)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString& text)
{
    if (text == m_text) {
        return;
    }
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void ElidedLabel::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment;
    update();
}

void ElidedLabel::setMuted(bool isMuted)
{
    m_isMuted = isMuted;
    update();
}

void ElidedLabel::setMinimumCharacters(int characters)
{
    m_minimumCharacters = characters;
    updateGeometry();
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return { metrics.horizontalAdvance(m_text) + 2, std::max(metrics.height(), 16) };
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QSize hint = sizeHint();
    return { std::min(hint.width(), fontMetrics().averageCharWidth() * m_minimumCharacters), hint.height() };
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QColor text = palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::WindowText);
    const QColor background = palette().color(QPalette::Window);
    painter.setPen(m_isMuted ? PlotTheme::mutedTextColor(text, background) : text);
    painter.drawText(
        rect(), static_cast<int>(m_alignment) | Qt::TextSingleLine, fontMetrics().elidedText(m_text, m_mode, width()));
}

void ElidedLabel::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_text.isEmpty()) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), this, [this] { QGuiApplication::clipboard()->setText(m_text); });
    menu->popup(event->globalPos());
}

bool ElidedLabel::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        const bool isCut = fontMetrics().horizontalAdvance(m_text) > width();
        const QString tip = isCut ? QStringLiteral("<qt>%1</qt>").arg(m_text.toHtmlEscaped()) : QString();
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), tip, this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace bw
