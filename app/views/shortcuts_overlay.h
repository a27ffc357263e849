#pragma once

#include <QFrame>
#include <QString>

#include <vector>

class QGridLayout;

namespace bw {

struct ShortcutLine
{
    QString keys;
    QString what;
};

/// All shortcuts over the window, until any key or click.
class ShortcutsOverlay : public QFrame
{
    Q_OBJECT
public:
    explicit ShortcutsOverlay(QWidget* parent);
    void open(const std::vector<ShortcutLine>& lines);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QGridLayout* m_grid = nullptr;
};

} // namespace bw
