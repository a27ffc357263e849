#include "widgets/plots/value_strip.h"

namespace bw {

struct ValueStrip::Private
{
    std::optional<double> value;
};

ValueStrip::ValueStrip(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
ValueStrip::~ValueStrip() = default;

void ValueStrip::setTitle(const QString&) {}
void ValueStrip::setRange(double, double, double) {}
void ValueStrip::setLogarithmic(bool) {}
void ValueStrip::setUnit(const QString&) {}
void ValueStrip::setValue(std::optional<double> value) { d->value = value; }
std::optional<double> ValueStrip::value() const { return d->value; }
void ValueStrip::setMixed(bool) {}
void ValueStrip::setGhost(std::optional<double>, const QString&) {}
void ValueStrip::setEditable(bool) {}
QSize ValueStrip::sizeHint() const { return { 240, 32 }; }
QSize ValueStrip::minimumSizeHint() const { return { 120, 32 }; }
bool ValueStrip::event(QEvent* event) { return QWidget::event(event); }
void ValueStrip::paintEvent(QPaintEvent*) {}
void ValueStrip::mousePressEvent(QMouseEvent*) {}
void ValueStrip::mouseMoveEvent(QMouseEvent*) {}
void ValueStrip::mouseReleaseEvent(QMouseEvent*) {}
void ValueStrip::mouseDoubleClickEvent(QMouseEvent*) {}
void ValueStrip::contextMenuEvent(QContextMenuEvent*) {}
void ValueStrip::keyPressEvent(QKeyEvent*) {}
void ValueStrip::leaveEvent(QEvent*) {}
void ValueStrip::focusInEvent(QFocusEvent*) {}
void ValueStrip::focusOutEvent(QFocusEvent*) {}

} // namespace bw
