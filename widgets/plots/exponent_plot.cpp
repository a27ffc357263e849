#include "widgets/plots/exponent_plot.h"

namespace bw {

struct ExponentPlot::Private
{
    ExponentPicture picture;
};

ExponentPlot::ExponentPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
ExponentPlot::~ExponentPlot() = default;

void ExponentPlot::setPicture(const ExponentPicture& picture) { d->picture = picture; }
const ExponentPicture& ExponentPlot::picture() const { return d->picture; }
QSize ExponentPlot::sizeHint() const { return { 700, 480 }; }
QSize ExponentPlot::minimumSizeHint() const { return { 320, 200 }; }
void ExponentPlot::changeEvent(QEvent* event) { QWidget::changeEvent(event); }

} // namespace bw
