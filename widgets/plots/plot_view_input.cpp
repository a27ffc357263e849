// Mouse, wheel and keys of PlotView.
#include "widgets/plots/plot_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <qcustomplot.h>

#include <cmath>

namespace bw {

namespace {

constexpr double dragThreshold = 3;
constexpr double wheelFactor = 0.8;

} // namespace

bool PlotView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_canvas || !isEnabled()) {
        return QWidget::eventFilter(watched, event);
    }
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        mousePressed(*static_cast<QMouseEvent*>(event));
        return true;
    case QEvent::MouseMove:
        mouseMoved(*static_cast<QMouseEvent*>(event));
        return true;
    case QEvent::MouseButtonRelease:
        mouseReleased(*static_cast<QMouseEvent*>(event));
        return true;
    case QEvent::MouseButtonDblClick:
        Q_EMIT doubleClicked(static_cast<QMouseEvent*>(event)->position());
        return true;
    case QEvent::Wheel:
        wheelTurned(*static_cast<QWheelEvent*>(event));
        event->accept();
        return true;
    case QEvent::ContextMenu: {
        const auto* menu = static_cast<QContextMenuEvent*>(event);
        const int handle = handleAt ? handleAt(menu->pos()) : HandleSet::none;
        if (handle != HandleSet::none) {
            m_pointer = menu->pos();
            m_handles.setFocused(handle);
            typeValue(handle);
            return true;
        }
        return false;
    }
    case QEvent::Leave:
        if (m_gesture == Gesture::None) {
            m_handles.setHovered(HandleSet::none);
            setPointer(std::nullopt);
        }
        return false;
    default:
        return QWidget::eventFilter(watched, event);
    }
}

void PlotView::mousePressed(const QMouseEvent& event)
{
    setFocus(Qt::MouseFocusReason);
    if (event.button() != Qt::LeftButton || m_gesture != Gesture::None) {
        return;
    }
    m_pressedAt = event.position();
    m_pointer = event.position();
    m_isDrag = false;
    const int handle = handleAt ? handleAt(event.position()) : HandleSet::none;
    if (handle != HandleSet::none) {
        m_gesture = Gesture::Handle;
        m_handles.press(handle, valueOf(event.position().x()));
        announceFocusedHandle();
    } else {
        m_handles.setFocused(HandleSet::none);
        m_gesture = (event.modifiers() & Qt::ShiftModifier) != 0 ? Gesture::Band : Gesture::Pan;
        m_panLow = viewLow();
        m_panHigh = viewHigh();
    }
    updateCursor();
    repaintOverlay();
}

void PlotView::mouseMoved(const QMouseEvent& event)
{
    const QPointF position = event.position();
    if (m_gesture != Gesture::None && !m_isDrag) {
        m_isDrag = std::fabs(position.x() - m_pressedAt.x()) >= dragThreshold;
    }
    if (m_gesture == Gesture::Handle && m_isDrag) {
        m_handles.move(valueOf(position.x()));
    } else if (m_gesture == Gesture::Pan && m_isDrag) {
        const double perPixel = (m_panHigh - m_panLow) / std::max(1, m_canvas->axisRect(0)->width());
        const double shift = (m_pressedAt.x() - position.x()) * perPixel;
        setView(m_panLow + shift, m_panHigh + shift);
    } else if (m_gesture == Gesture::None) {
        m_handles.setHovered(handleAt ? handleAt(position) : HandleSet::none);
        updateCursor();
    }
    setPointer(isInsideRects(position) || m_gesture != Gesture::None ? std::optional(position) : std::nullopt);
}

void PlotView::mouseReleased(const QMouseEvent& event)
{
    if (event.button() != Qt::LeftButton) {
        return;
    }
    const Gesture gesture = m_gesture;
    const auto band = zoomBand();
    m_gesture = Gesture::None;
    if (gesture == Gesture::Handle) {
        m_handles.release();
        announceFocusedHandle();
    } else if (band) {
        setView(valueOf(band->first), valueOf(band->second));
    } else if (gesture == Gesture::Pan && !m_isDrag) {
        Q_EMIT clicked(event.position());
    }
    m_isDrag = false;
    m_handles.setHovered(handleAt ? handleAt(event.position()) : HandleSet::none);
    updateCursor();
    repaintOverlay();
}

void PlotView::wheelTurned(const QWheelEvent& event)
{
    const double steps = event.angleDelta().y() / 120.0;
    const double sideways = event.angleDelta().x() / 120.0;
    if ((event.modifiers() & Qt::ControlModifier) != 0) {
        Q_EMIT yZoomRequested(std::pow(wheelFactor, steps));
        return;
    }
    const bool isPan = sideways != 0 || (event.modifiers() & Qt::ShiftModifier) != 0;
    if (isPan) {
        const double shift = -(sideways != 0 ? sideways : steps) * 0.1 * (viewHigh() - viewLow());
        setView(viewLow() + shift, viewHigh() + shift);
    } else if (steps != 0) {
        zoomAt(valueOf(event.position().x()), std::pow(wheelFactor, steps));
    }
}

void PlotView::zoomAt(double value, double factor)
{
    const double low = viewLow();
    const double high = viewHigh();
    const double span = std::max((high - low) * factor, m_smallestSpan);
    const double share = (value - low) / (high - low);
    setView(value - share * span, value + (1 - share) * span);
}

void PlotView::updateCursor()
{
    if (m_gesture == Gesture::Pan && m_isDrag) {
        m_canvas->setCursor(Qt::ClosedHandCursor);
    } else if (m_gesture == Gesture::Handle || m_handles.hovered() != HandleSet::none) {
        m_canvas->setCursor(Qt::SizeHorCursor);
    } else {
        m_canvas->unsetCursor();
    }
}

void PlotView::keyPressEvent(QKeyEvent* event)
{
    const double scale = (event->modifiers() & Qt::ShiftModifier) != 0 ? 10
        : (event->modifiers() & Qt::AltModifier) != 0                  ? 0.1
                                                                       : 1;
    const int direction = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down ? 1 : -1;
    switch (event->key()) {
    case Qt::Key_Escape:
        if (m_gesture == Gesture::Handle) {
            m_gesture = Gesture::None;
            m_handles.cancel();
        } else if (m_gesture == Gesture::Pan && m_isDrag) {
            m_gesture = Gesture::None;
            setView(m_panLow, m_panHigh);
        } else if (m_handles.focused() != HandleSet::none) {
            m_handles.setFocused(HandleSet::none);
        } else {
            QWidget::keyPressEvent(event);
            return;
        }
        updateCursor();
        break;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (!m_handles.nudgeFocused(direction * scale)) {
            Q_EMIT stepRequested(direction);
        }
        break;
    case Qt::Key_Up:
    case Qt::Key_Down:
        m_handles.focusNext(direction);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomAt((viewLow() + viewHigh()) / 2, wheelFactor);
        break;
    case Qt::Key_Minus:
        zoomAt((viewLow() + viewHigh()) / 2, 1 / wheelFactor);
        break;
    case Qt::Key_Home:
    case Qt::Key_0:
        resetZoom();
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_handles.focused() != HandleSet::none) {
            typeValue(m_handles.focused());
        } else {
            Q_EMIT activateRequested();
        }
        break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        if (m_handles.focused() != HandleSet::none) {
            Q_EMIT removeRequested(m_handles.focused());
        }
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    announceFocusedHandle();
    repaintOverlay();
    event->accept();
}

void PlotView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    repaintOverlay();
}

void PlotView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    repaintOverlay();
}

} // namespace bw
