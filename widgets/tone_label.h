#pragma once

#include <QColor>
#include <QLabel>
#include <QPalette>

namespace bw {

/// What a text's colour says (an icon or words always say it too).
enum class Tone
{
    Normal,
    Muted,
    Good,
    Warning,
    Error
};

/// Readable (≥ 4.5 : 1) on `background`.
QColor toneColor(Tone tone, const QColor& text, const QColor& background);

/// A plain-text label in a tone that follows the theme.
class ToneLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ToneLabel(Tone tone = Tone::Muted, QWidget* parent = nullptr);
    ToneLabel(const QString& text, Tone tone, QWidget* parent = nullptr);

    void setTone(Tone tone);
    Tone tone() const { return m_tone; }
    /// Text size relative to the application's font.
    void setScale(double scale);

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyTone();

    Tone m_tone;
};

} // namespace bw
