#pragma once

#include <QApplication>
#include <QMouseEvent>
#include <QTest>
#include <QWidget>

#include <optional>

namespace bw::test {

/// Sends a mouse event to whatever child of `widget` is at `position`, as a real pointer would. While a button is held,
/// to the child that took the press.
class Pointer
{
public:
    explicit Pointer(QWidget& widget)
        : m_widget(widget)
    {
    }

    void move(QPoint position) { send(QEvent::MouseMove, position, Qt::NoButton); }
    void press(QPoint position)
    {
        move(position);
        m_grabber = childAt(position);
        m_buttons = Qt::LeftButton;
        send(QEvent::MouseButtonPress, position, Qt::LeftButton);
    }
    void release(QPoint position)
    {
        m_buttons = Qt::NoButton;
        send(QEvent::MouseButtonRelease, position, Qt::LeftButton);
        m_grabber = nullptr;
    }
    Qt::CursorShape shapeAt(QPoint position)
    {
        move(position);
        return childAt(position)->cursor().shape();
    }

private:
    QWidget* childAt(QPoint position) const
    {
        QWidget* child = m_widget.childAt(position);
        return child != nullptr ? child : &m_widget;
    }
    void send(QEvent::Type type, QPoint position, Qt::MouseButton button)
    {
        QWidget* target = m_grabber != nullptr ? m_grabber : childAt(position);
        const QPointF local = target->mapFrom(&m_widget, position);
        QMouseEvent event(type, local, m_widget.mapToGlobal(position), button, m_buttons, Qt::NoModifier);
        QApplication::sendEvent(target, &event);
        QCoreApplication::processEvents();
    }

    QWidget& m_widget;
    QWidget* m_grabber = nullptr;
    Qt::MouseButtons m_buttons;
};

/// Looks for something draggable the way a user does: the cursor over it says so. Scans from `from` (0 left … 1 right)
/// along height `y` (0…1).
inline std::optional<QPoint> findHandle(QWidget& widget, double y, double from = 0)
{
    Pointer pointer(widget);
    for (int x = static_cast<int>(from * widget.width()); x < widget.width(); ++x) {
        const QPoint position(x, static_cast<int>(y * widget.height()));
        if (pointer.shapeAt(position) == Qt::SizeHorCursor) {
            // The middle of the handle, so that small moves stay on it.
            QPoint last = position;
            while (last.x() + 1 < widget.width() && pointer.shapeAt(last + QPoint(1, 0)) == Qt::SizeHorCursor) {
                last += QPoint(1, 0);
            }
            return (position + last) / 2;
        }
    }
    return std::nullopt;
}

} // namespace bw::test
