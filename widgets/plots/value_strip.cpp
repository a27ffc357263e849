#include "widgets/plots/value_strip.h"

#include "widgets/plots/handle_set.h"
#include "widgets/plots/inline_edit.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/text.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <utility>

namespace bw {

namespace {

constexpr int handleId = 0;
constexpr double handleRadius = 7;
constexpr double snapDistance = 8;

} // namespace

struct ValueStrip::Private
{
    ValueStrip* q;
    QString title;
    QString unit;
    double low = 0;
    double high = 1;
    double step = 0.01;
    bool isLog = false;
    bool isMixed = false;
    bool canEdit = true;
    bool isPressed = false; ///< and not taken back since
    std::optional<double> value;
    std::optional<double> ghost;
    QString gain;
    HandleSet handles;

    QString ghostText() const
    {
        if (!ghost) {
            return {};
        }
        return gain.isEmpty() ? tr("best %1").arg(numberText(*ghost)) : tr("best %1: %2").arg(numberText(*ghost), gain);
    }

    QString valueText() const
    {
        if (isMixed) {
            return tr("mixed");
        }
        if (!value) {
            return unknownText();
        }
        return unit.isEmpty() ? numberText(*value) : tr("%1 %2").arg(numberText(*value), unit);
    }

    double share(double x) const
    {
        const double s = isLog ? std::log(x / low) / std::log(high / low) : (x - low) / (high - low);
        return std::clamp(s, 0.0, 1.0);
    }

    double valueAtShare(double s) const
    {
        s = std::clamp(s, 0.0, 1.0);
        return isLog ? low * std::pow(high / low, s) : low + s * (high - low);
    }

    QRectF track() const
    {
        const QFontMetricsF metrics(q->font());
        const QRectF inside = q->contentsRect();
        const double left = title.isEmpty() ? 0 : metrics.horizontalAdvance(title) + 16;
        double right = metrics.horizontalAdvance(QStringLiteral("−0.0000 ")) + metrics.horizontalAdvance(unit) + 8;
        if (ghost && hasRoomForGhostText()) {
            right += metrics.horizontalAdvance(ghostText()) + 12;
        }
        return QRectF(inside.left() + left + handleRadius, inside.center().y() - 2,
            std::max(20.0, inside.width() - left - right - 2 * handleRadius), 4);
    }

    bool hasRoomForGhostText() const { return q->contentsRect().width() > 420; }
    double pixelOf(double x) const { return track().left() + share(x) * track().width(); }
    double valueOf(double pixel) const { return valueAtShare((pixel - track().left()) / track().width()); }

    void updateHandle()
    {
        std::vector<PlotHandle> list;
        if (value && !isMixed && canEdit) {
            list.push_back({ handleId, std::clamp(*value, low, high), low, high, step, title, {}, isLog ? 0 : step });
        }
        handles.setHandles(std::move(list));
        if (const PlotHandle* dragged = handles.find(handles.dragged())) {
            value = dragged->value;
        }
    }

    bool isOnGhost(QPointF position) const
    {
        return ghost && std::fabs(position.x() - pixelOf(*ghost)) <= snapDistance;
    }
    bool isOnTrack(QPointF position) const
    {
        return track().adjusted(-handleRadius - 2, -14, handleRadius + 2, 14).contains(position);
    }
    /// Steps are what a mouse can set; finer values come from Alt+arrows and typing.
    double stepped(double x) const { return isLog || step <= 0 ? x : std::round(x / step) * step; }

    void commit(double x)
    {
        if (handles.find(handleId) == nullptr) {
            // Mixed or unknown until now: the first edit gives it a value.
            value = x;
            isMixed = false;
            updateHandle();
            Q_EMIT q->valueEdited(x, EditPhase::End);
        } else {
            handles.setValue(handleId, x);
        }
        q->update();
    }
};

ValueStrip::ValueStrip(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->handles.edited = [this](const PlotHandle& handle, EditPhase phase) {
        d->value = handle.value;
        update();
        Q_EMIT valueEdited(handle.value, phase);
        QAccessibleValueChangeEvent changed(this, handle.value);
        QAccessible::updateAccessibility(&changed);
    };
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

ValueStrip::~ValueStrip() = default;

void ValueStrip::setTitle(const QString& title)
{
    d->title = title;
    setAccessibleName(title);
    update();
}

void ValueStrip::setRange(double low, double high, double step)
{
    d->low = low;
    d->high = std::max(high, low + 1e-12);
    d->step = step;
    d->updateHandle();
    update();
}

void ValueStrip::setLogarithmic(bool isLog)
{
    d->isLog = isLog && d->low > 0;
    update();
}

void ValueStrip::setUnit(const QString& unit)
{
    d->unit = unit;
    update();
}

void ValueStrip::setValue(std::optional<double> value)
{
    d->value = value;
    d->updateHandle();
    setAccessibleDescription(d->valueText());
    update();
}

std::optional<double> ValueStrip::value() const
{
    return d->value;
}

void ValueStrip::setMixed(bool isMixed)
{
    d->isMixed = isMixed;
    d->updateHandle();
    update();
}

void ValueStrip::setGhost(std::optional<double> value, const QString& gain)
{
    d->ghost = value;
    d->gain = gain;
    update();
}

void ValueStrip::setEditable(bool canEdit)
{
    d->canEdit = canEdit;
    d->updateHandle();
    setFocusPolicy(canEdit ? Qt::StrongFocus : Qt::NoFocus);
    update();
}

QSize ValueStrip::sizeHint() const
{
    const QMargins margins = contentsMargins();
    return { 240, 28 + margins.top() + margins.bottom() };
}

QSize ValueStrip::minimumSizeHint() const
{
    return { 140, sizeHint().height() };
}

bool ValueStrip::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QString text = d->canEdit ? tr("Drag, or use the arrow keys; right-click to type a value.") : QString();
        if (d->isOnGhost(help->pos()) && d->canEdit) {
            text = tr("%1. Double-click to take it.").arg(d->ghostText());
        }
        QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

void ValueStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPalette colors = palette();
    colors.setColor(QPalette::Base, colors.color(QPalette::Window));
    const PlotTheme theme = PlotTheme::fromPalette(colors);
    const QRectF track = d->track();
    const QRectF inside = contentsRect();
    const bool isLive = d->canEdit && isEnabled();

    painter.setPen(theme.text);
    painter.drawText(QRectF(inside.left(), inside.top(), track.left() - inside.left(), inside.height()),
        Qt::AlignLeft | Qt::AlignVCenter, d->title);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.grid);
    painter.drawRoundedRect(track, 2, 2);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.panelBorder, 1));
    painter.drawRoundedRect(track, 2, 2);

    QRectF texts(QPointF(track.right() + handleRadius + 8, inside.top()), inside.bottomRight());
    painter.setFont(tabularFont(font()));
    painter.setPen(d->isMixed || !d->value ? theme.mutedText : theme.text);
    painter.drawText(texts, Qt::AlignLeft | Qt::AlignVCenter, d->valueText());
    painter.setFont(font());
    if (d->ghost) {
        const double x = d->pixelOf(*d->ghost);
        painter.setPen(QPen(theme.optimum, 2, Qt::DashLine));
        painter.drawLine(QPointF(x, track.center().y() - 10), QPointF(x, track.center().y() + 10));
        if (d->hasRoomForGhostText()) {
            painter.setPen(readableColor(theme.optimum, theme.background));
            painter.drawText(texts, Qt::AlignRight | Qt::AlignVCenter, d->ghostText());
        }
    }
    if (!d->value || d->isMixed) {
        return;
    }
    const bool isActive = isLive && (d->handles.dragged() == handleId || d->handles.hovered() == handleId);
    const QPointF center(d->pixelOf(*d->value), track.center().y());
    if (hasFocus() && isLive) {
        painter.setPen(QPen(theme.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(center, handleRadius + 2.5, handleRadius + 2.5);
    }
    painter.setPen(QPen(isLive ? theme.axis : theme.panelBorder, 1));
    painter.setBrush(!isLive ? theme.grid : isActive ? theme.text : theme.panel);
    painter.drawEllipse(center, handleRadius, handleRadius);
}

void ValueStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !d->canEdit || !d->isOnTrack(event->position())) {
        event->ignore();
        return;
    }
    d->isPressed = true;
    if (const PlotHandle* handle = d->handles.find(handleId)) {
        const bool isOnHandle = std::fabs(d->pixelOf(handle->value) - event->position().x()) <= handleRadius + 2;
        // Beside the handle: it comes to the pointer with the first move or on release.
        d->handles.press(handleId, isOnHandle ? d->valueOf(event->position().x()) : handle->value);
    }
    update();
}

void ValueStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (d->handles.dragged() == handleId) {
        d->handles.move(d->valueOf(event->position().x()));
    } else {
        const bool isOver = d->canEdit && d->isOnTrack(event->position());
        d->handles.setHovered(isOver && d->handles.find(handleId) != nullptr ? handleId : HandleSet::none);
        isOver ? setCursor(Qt::SizeHorCursor) : unsetCursor();
    }
    update();
}

void ValueStrip::mouseReleaseEvent(QMouseEvent* event)
{
    // After Esc the button comes up where the drag was given up: that is no click.
    if (event->button() != Qt::LeftButton || !d->canEdit || !std::exchange(d->isPressed, false)) {
        return;
    }
    const bool hadDrag = d->handles.dragged() == handleId;
    const bool hasMoved = d->handles.hasMoved();
    d->handles.release();
    if (!hasMoved && d->isOnTrack(event->position())) {
        const bool isOnHandle
            = hadDrag && d->value && std::fabs(d->pixelOf(*d->value) - event->position().x()) <= handleRadius + 2;
        if (!isOnHandle && !d->isOnGhost(event->position())) {
            d->commit(std::clamp(d->stepped(d->valueOf(event->position().x())), d->low, d->high));
        }
    }
    update();
}

void ValueStrip::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (d->canEdit && d->isOnGhost(event->position())) {
        d->commit(*d->ghost);
    }
}

void ValueStrip::contextMenuEvent(QContextMenuEvent* event)
{
    if (!d->canEdit) {
        event->ignore();
        return;
    }
    const double start = d->value.value_or(d->valueOf(event->pos().x()));
    InlineEdit::open(this,
        { .position = QPoint(static_cast<int>(d->pixelOf(start)), height() / 2),
            .value = start,
            .low = d->low,
            .high = d->high,
            .name = d->title,
            .commit = [this](double value) {
                setFocus();
                d->commit(value);
            } });
}

void ValueStrip::keyPressEvent(QKeyEvent* event)
{
    if (!d->canEdit) {
        QWidget::keyPressEvent(event);
        return;
    }
    const double scale = (event->modifiers() & Qt::ShiftModifier) != 0 ? 10
        : (event->modifiers() & Qt::AltModifier) != 0                  ? 0.1
                                                                       : 1;
    d->handles.setFocused(handleId);
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        d->handles.nudgeFocused(-scale);
        break;
    case Qt::Key_Right:
    case Qt::Key_Up:
        d->handles.nudgeFocused(scale);
        break;
    case Qt::Key_Home:
        d->commit(d->low);
        break;
    case Qt::Key_End:
        d->commit(d->high);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter: {
        const QPoint center = rect().center();
        QContextMenuEvent request(QContextMenuEvent::Keyboard, center, mapToGlobal(center));
        contextMenuEvent(&request);
        break;
    }
    case Qt::Key_Escape:
        if (d->handles.dragged() != handleId) {
            QWidget::keyPressEvent(event);
            return;
        }
        d->handles.cancel();
        d->isPressed = false;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    update();
}

void ValueStrip::leaveEvent(QEvent* event)
{
    d->handles.setHovered(HandleSet::none);
    update();
    QWidget::leaveEvent(event);
}

void ValueStrip::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void ValueStrip::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace bw
