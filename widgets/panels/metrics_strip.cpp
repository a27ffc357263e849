#include "widgets/panels/metrics_strip.h"

namespace bw {

struct MetricsStrip::Private
{
    LayerMetrics metrics;
};

MetricsStrip::MetricsStrip(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
MetricsStrip::~MetricsStrip() = default;

void MetricsStrip::setMetrics(const LayerMetrics& metrics) { d->metrics = metrics; }
const LayerMetrics& MetricsStrip::metrics() const { return d->metrics; }

} // namespace bw
