#include "widgets/quiet_style.h"

#include "widgets/plots/plot_theme.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QPainter>
#include <QPainterPath>
#include <QStyleFactory>
#include <QStyleOption>

#include <cmath>

namespace bw {

namespace {

constexpr double radius = 3;

QColor blended(const QColor& a, const QColor& b, double share)
{
    const auto mix = [share](int x, int y) { return static_cast<int>(std::lround(x + (y - x) * share)); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

/// Visible against the window (about 3 : 1 when enabled), yet quiet.
QColor outlineOf(const QStyleOption& option)
{
    const QPalette& palette = option.palette;
    const bool isEnabled = (option.state & QStyle::State_Enabled) != 0;
    return blended(palette.color(QPalette::Active, QPalette::Window),
        palette.color(QPalette::Active, QPalette::WindowText), isEnabled ? 0.42 : 0.22);
}

QPen framePen(const QStyleOption& option)
{
    const bool hasFocus = (option.state & QStyle::State_HasFocus) != 0;
    return hasFocus ? QPen(readableColor(option.palette.color(QPalette::Active, QPalette::Highlight),
                               option.palette.color(QPalette::Active, QPalette::Window), 3),
               1.6)
                    : QPen(outlineOf(option), 1);
}

QColor buttonFill(const QStyleOption& option)
{
    const QColor base = option.palette.color(QPalette::Button);
    const QColor text = option.palette.color(QPalette::Active, QPalette::ButtonText);
    const bool isDown = (option.state & (QStyle::State_Sunken | QStyle::State_On)) != 0;
    const bool isOver = (option.state & QStyle::State_MouseOver) != 0 && (option.state & QStyle::State_Enabled) != 0;
    return isDown ? blended(base, text, 0.16) : isOver ? blended(base, text, 0.07) : base;
}

QRectF pixelFrame(const QRect& rect)
{
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

void paintArrow(QPainter& painter, const QPointF& center, bool isDown, const QColor& color)
{
    const double s = isDown ? 1 : -1;
    QPen pen(color, 1.4);
    pen.setCapStyle(Qt::RoundCap);
    pen.setJoinStyle(Qt::RoundJoin);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(
        QPolygonF { center + QPointF(-3.5, -1.8 * s), center + QPointF(0, 1.8 * s), center + QPointF(3.5, -1.8 * s) });
}

void paintCheckBox(const QStyleOption& option, QPainter& painter)
{
    const QRectF box = pixelFrame(option.rect).adjusted(1, 1, -1, -1);
    const bool isOn = (option.state & QStyle::State_On) != 0;
    const bool isPartial = (option.state & QStyle::State_NoChange) != 0;
    const bool isEnabled = (option.state & QStyle::State_Enabled) != 0;
    const QColor accent = isEnabled ? option.palette.color(QPalette::Active, QPalette::Highlight) : outlineOf(option);
    painter.setBrush(isOn || isPartial ? accent : option.palette.color(QPalette::Base));
    painter.setPen(isOn || isPartial ? QPen(accent, 1) : framePen(option));
    painter.drawRoundedRect(box, radius, radius);
    QPen pen(option.palette.color(QPalette::Active, QPalette::HighlightedText), 1.8);
    pen.setCapStyle(Qt::RoundCap);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    if (isPartial) {
        painter.drawLine(QPointF(box.left() + 3, box.center().y()), QPointF(box.right() - 3, box.center().y()));
    } else if (isOn) {
        painter.drawPolyline(QPolygonF { QPointF(box.left() + 0.22 * box.width(), box.center().y()),
            QPointF(box.left() + 0.43 * box.width(), box.top() + 0.72 * box.height()),
            QPointF(box.left() + 0.80 * box.width(), box.top() + 0.28 * box.height()) });
    }
}

void paintRadioButton(const QStyleOption& option, QPainter& painter)
{
    const QRectF circle = pixelFrame(option.rect).adjusted(1, 1, -1, -1);
    const bool isOn = (option.state & QStyle::State_On) != 0;
    const bool isEnabled = (option.state & QStyle::State_Enabled) != 0;
    const QColor accent = isEnabled ? option.palette.color(QPalette::Active, QPalette::Highlight) : outlineOf(option);
    painter.setBrush(isOn ? accent : option.palette.color(QPalette::Base));
    painter.setPen(isOn ? QPen(accent, 1) : framePen(option));
    painter.drawEllipse(circle);
    if (isOn) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(option.palette.color(QPalette::Active, QPalette::HighlightedText));
        painter.drawEllipse(circle.center(), circle.width() * 0.2, circle.width() * 0.2);
    }
}

void paintSlider(const QStyleOptionSlider& option, QPainter& painter, const QStyle& style, const QWidget* widget)
{
    const QRectF groove = style.subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderGroove, widget);
    const QRectF handle = style.subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, widget);
    const bool isEnabled = (option.state & QStyle::State_Enabled) != 0;
    const QRectF track(groove.left() + 2, groove.center().y() - 1.5, groove.width() - 4, 3);
    painter.setPen(Qt::NoPen);
    painter.setBrush(blended(
        option.palette.color(QPalette::Window), option.palette.color(QPalette::Active, QPalette::WindowText), 0.24));
    painter.drawRoundedRect(track, 1.5, 1.5);
    if (isEnabled) {
        painter.setBrush(option.palette.color(QPalette::Active, QPalette::Highlight));
        QRectF filled = track;
        option.upsideDown ? filled.setLeft(handle.center().x()) : filled.setRight(handle.center().x());
        painter.drawRoundedRect(filled, 1.5, 1.5);
    }
    const double size = std::min(handle.height(), 14.0) / 2 - 0.5;
    painter.setPen(framePen(option));
    painter.setBrush(isEnabled ? option.palette.color(QPalette::Button) : option.palette.color(QPalette::Window));
    painter.drawEllipse(handle.center(), size, size);
}

} // namespace

QuietStyle::QuietStyle()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
{
}

void QuietStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    bool isDone = true;
    switch (element) {
    case PE_PanelButtonCommand:
        painter->setPen(framePen(*option));
        painter->setBrush(buttonFill(*option));
        painter->drawRoundedRect(pixelFrame(option->rect), radius, radius);
        break;
    case PE_PanelButtonTool: {
        const bool isActive = (option->state & (State_Sunken | State_On | State_HasFocus)) != 0
            || ((option->state & State_MouseOver) != 0 && (option->state & State_Enabled) != 0);
        const bool isFlat = (option->state & State_AutoRaise) != 0;
        if (!isFlat || isActive) {
            painter->setPen(framePen(*option));
            painter->setBrush(buttonFill(*option));
            painter->drawRoundedRect(pixelFrame(option->rect), radius, radius);
        }
        break;
    }
    case PE_FrameLineEdit:
        painter->setPen(framePen(*option));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(pixelFrame(option->rect), radius, radius);
        break;
    case PE_PanelLineEdit: {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        // Inside spin boxes and combos the outer control paints the frame.
        const bool isInner = frame != nullptr && frame->lineWidth == 0;
        const bool isReadOnly = (option->state & State_ReadOnly) != 0;
        painter->setPen(isInner ? QPen(Qt::NoPen) : framePen(*option));
        painter->setBrush(
            isReadOnly && !isInner ? option->palette.color(QPalette::Window) : option->palette.color(QPalette::Base));
        if (!isInner) {
            painter->drawRoundedRect(pixelFrame(option->rect), radius, radius);
        } else {
            painter->fillRect(option->rect, option->palette.color(QPalette::Base));
        }
        break;
    }
    case PE_IndicatorCheckBox:
        paintCheckBox(*option, *painter);
        break;
    case PE_IndicatorRadioButton:
        paintRadioButton(*option, *painter);
        break;
    case PE_Frame:
        painter->setPen(QPen(outlineOf(*option), 1));
        painter->setOpacity(0.55);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(pixelFrame(option->rect));
        break;
    case PE_FrameFocusRect:
        painter->setPen(framePen(*option));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(pixelFrame(option->rect), radius, radius);
        break;
    default:
        isDone = false;
        break;
    }
    painter->restore();
    if (!isDone) {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void QuietStyle::drawControl(
    ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    if (element == CE_HeaderSection) {
        painter->fillRect(option->rect, option->palette.color(QPalette::Window));
        const QColor line = outlineOf(*option);
        painter->save();
        painter->setOpacity(0.5);
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), line);
        painter->restore();
        return;
    }
    if (element == CE_HeaderEmptyArea) {
        painter->fillRect(option->rect, option->palette.color(QPalette::Window));
        return;
    }
    if (element == CE_ProgressBarGroove) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(blended(option->palette.color(QPalette::Window),
            option->palette.color(QPalette::Active, QPalette::WindowText), 0.16));
        const double r = std::min(4.0, option->rect.height() / 2.0);
        painter->drawRoundedRect(QRectF(option->rect), r, r);
        painter->restore();
        return;
    }
    if (element == CE_ProgressBarContents) {
        const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option);
        if (bar != nullptr && bar->maximum > bar->minimum) {
            const double share = std::clamp(
                static_cast<double>(bar->progress - bar->minimum) / (bar->maximum - bar->minimum), 0.0, 1.0);
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(option->palette.color(QPalette::Active, QPalette::Highlight));
            const double r = std::min(4.0, option->rect.height() / 2.0);
            QRectF filled(option->rect);
            filled.setWidth(filled.width() * share);
            painter->drawRoundedRect(filled, r, r);
            painter->restore();
            return;
        }
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void QuietStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const
{
    const QColor text = option->palette.color(
        (option->state & State_Enabled) != 0 ? QPalette::Active : QPalette::Disabled, QPalette::WindowText);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    bool isDone = false;
    if (control == CC_ComboBox) {
        const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
        painter->setPen(framePen(*option));
        painter->setBrush(
            combo != nullptr && combo->editable ? option->palette.color(QPalette::Base) : buttonFill(*option));
        painter->drawRoundedRect(pixelFrame(option->rect), radius, radius);
        const QRectF arrow = proxy()->subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget);
        paintArrow(*painter, arrow.center(), true, text);
        isDone = true;
    } else if (control == CC_SpinBox) {
        const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
        painter->setPen(framePen(*option));
        painter->setBrush(option->palette.color(QPalette::Base));
        painter->drawRoundedRect(pixelFrame(option->rect), radius, radius);
        if (spin != nullptr && spin->buttonSymbols != QAbstractSpinBox::NoButtons) {
            const QColor quiet = PlotTheme::mutedTextColor(text, option->palette.color(QPalette::Base));
            for (const SubControl part : { SC_SpinBoxUp, SC_SpinBoxDown }) {
                const QRectF area = proxy()->subControlRect(CC_SpinBox, option, part, widget);
                const bool isHot = option->activeSubControls == part && (option->state & State_MouseOver) != 0;
                paintArrow(*painter, area.center(), part == SC_SpinBoxDown, isHot ? text : quiet);
            }
        }
        isDone = true;
    } else if (control == CC_Slider) {
        const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (slider != nullptr && slider->orientation == Qt::Horizontal) {
            paintSlider(*slider, *painter, *proxy(), widget);
            isDone = true;
        }
    }
    painter->restore();
    if (!isDone) {
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

int QuietStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_HeaderMargin:
        return 6;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int QuietStyle::styleHint(
    StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* returned) const
{
    // A click on a slider's groove goes there at once.
    if (hint == SH_Slider_AbsoluteSetButtons) {
        return Qt::LeftButton;
    }
    return QProxyStyle::styleHint(hint, option, widget, returned);
}

} // namespace bw
