#pragma once

#include "widgets/edit_phase.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>

namespace bw {

/// A slim slider for one real value with a ghost at its best one. Arrow keys nudge (Shift coarse, Alt fine), Esc puts a
/// drag back, double-click on the ghost snaps to it, right-click or Enter types a value.
class ValueStrip : public QWidget
{
    Q_OBJECT

public:
    explicit ValueStrip(QWidget* parent = nullptr);
    ~ValueStrip() override;

    void setTitle(const QString& title); ///< shown before the track, and the accessible name
    void setRange(double low, double high, double step);
    void setLogarithmic(bool isLog);
    void setUnit(const QString& unit);
    /// Unknown or mixed when empty. Never emits.
    void setValue(std::optional<double> value);
    std::optional<double> value() const;
    void setMixed(bool isMixed);
    void setGhost(std::optional<double> value, const QString& gain = {});
    void setEditable(bool canEdit);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool event(QEvent* event) override;

Q_SIGNALS:
    void valueEdited(double value, bw::EditPhase phase);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
