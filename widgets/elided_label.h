#pragma once

#include <QWidget>

namespace bw {

/// One line of plain text, cut in the middle (or where told) when there is no room; the whole text is the tool tip
/// then. Can be copied from its context menu.
class ElidedLabel : public QWidget
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr, Qt::TextElideMode mode = Qt::ElideMiddle);

    void setText(const QString& text);
    QString text() const { return m_text; }
    void setAlignment(Qt::Alignment alignment);
    /// Painted in the theme's muted colour.
    void setMuted(bool isMuted);
    /// Narrower than this it never asks to be (characters of average width).
    void setMinimumCharacters(int characters);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

private:
    QString m_text;
    Qt::TextElideMode m_mode;
    Qt::Alignment m_alignment = Qt::AlignLeft | Qt::AlignVCenter;
    bool m_isMuted = false;
    int m_minimumCharacters = 6;
};

} // namespace bw
