#include "widgets/tone_label.h"

#include "widgets/plots/plot_theme.h"

#include <QEvent>

namespace bw {

QColor toneColor(Tone tone, const QColor& text, const QColor& background)
{
    switch (tone) {
    case Tone::Normal:
        return text;
    case Tone::Muted:
        return PlotTheme::mutedTextColor(text, background);
    case Tone::Good:
        return readableColor(QColor(0x009e73), background);
    case Tone::Warning:
        return readableColor(QColor(0xb87400), background);
    case Tone::Error:
        return readableColor(QColor(0xd04a28), background);
    }
    return text;
}

ToneLabel::ToneLabel(Tone tone, QWidget* parent)
    : QLabel(parent)
    , m_tone(tone)
{
    // Names from files may look like markup.
    setTextFormat(Qt::PlainText);
    // Qt would take Text for labels that fill their background with Base.
    setForegroundRole(QPalette::WindowText);
    applyTone();
}

ToneLabel::ToneLabel(const QString& text, Tone tone, QWidget* parent)
    : ToneLabel(tone, parent)
{
    setText(text);
}

void ToneLabel::setTone(Tone tone)
{
    m_tone = tone;
    applyTone();
}

void ToneLabel::setScale(double scale)
{
    setFont(scaledFont(font(), scale));
}

void ToneLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyTone();
    }
}

void ToneLabel::applyTone()
{
    const QColor background = palette().color(QPalette::Active, backgroundRole());
    const QColor wanted = toneColor(m_tone, palette().color(QPalette::Active, QPalette::Text), background);
    if (palette().color(QPalette::Active, QPalette::WindowText) == wanted) {
        return;
    }
    // Only this one role is set: all others keep following the application.
    QPalette own;
    own.setColor(QPalette::WindowText, wanted);
    setPalette(own);
}

} // namespace bw
