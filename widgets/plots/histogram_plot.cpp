#include "widgets/plots/histogram_plot.h"

namespace bw {

struct HistogramPlot::Private
{
    HistogramPicture picture;
    bool isLog = false;
};

HistogramPlot::HistogramPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
HistogramPlot::~HistogramPlot() = default;

void HistogramPlot::setPicture(const HistogramPicture& picture) { d->picture = picture; }
const HistogramPicture& HistogramPlot::picture() const { return d->picture; }
void HistogramPlot::setLogScale(bool isLog) { d->isLog = isLog; }
bool HistogramPlot::isLogScale() const { return d->isLog; }
void HistogramPlot::resetZoom() {}
void HistogramPlot::highlightValue(double) {}
void HistogramPlot::clearHighlight() {}
void HistogramPlot::showReadout(double) {}
QSize HistogramPlot::sizeHint() const { return { 700, 480 }; }
QSize HistogramPlot::minimumSizeHint() const { return { 320, 240 }; }
void HistogramPlot::changeEvent(QEvent* event) { QWidget::changeEvent(event); }

} // namespace bw
