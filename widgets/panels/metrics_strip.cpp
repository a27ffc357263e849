#include "widgets/panels/metrics_strip.h"

#include "widgets/panels/figure_tile.h"
#include "widgets/text.h"

#include <QHBoxLayout>

namespace bw {

namespace {

constexpr int tileSpacing = 20;

} // namespace

struct MetricsStrip::Private
{
    LayerMetrics metrics;
    FigureTile* r = nullptr;
    FigureTile* sqnr = nullptr;
    FigureTile* bits = nullptr;
    FigureTile* coded = nullptr;
    FigureTile* toLimit = nullptr;
    FigureTile* maxError = nullptr;
    FigureTile* cosine = nullptr;

    QString inputs() const
    {
        if (metrics.layer.isEmpty()) {
            return tr("No layer is selected.");
        }
        const QString over = metrics.isExact ? tr("All %1 weights of %2").arg(countText(metrics.count), metrics.layer)
                                             : tr("A fixed sample of %1 weights of %2; the exact value follows")
                                                   .arg(countText(metrics.count), metrics.layer);
        return metrics.format.isEmpty() ? over : over + QLatin1Char('\n') + tr("Format %1").arg(metrics.format);
    }
    QString sizeInputs() const
    {
        QString text = inputs();
        if (metrics.indexStored && metrics.indexLimit) {
            text += QLatin1Char('\n')
                + tr("Saying which weights are outliers takes %1 bits per weight; the least possible is %2.")
                      .arg(numberText(*metrics.indexStored), numberText(*metrics.indexLimit));
        }
        return text;
    }
    void show(FigureTile* tile, const std::optional<double>& value, const QString& unit, const Provenance& provenance,
        bool isExact) const;
    void showAll() const;
    void fit(int room) const;
};

MetricsStrip::MetricsStrip(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->setSpacing(tileSpacing);
    const auto add = [&](const QString& title) {
        auto* tile = new FigureTile(title, this);
        layout->addWidget(tile);
        return tile;
    };
    d->r = add(tr("Error R"));
    d->sqnr = add(tr("SQNR"));
    d->bits = add(tr("Size"));
    d->toLimit = add(tr("To the limit"));
    d->coded = add(tr("If entropy-coded"));
    d->maxError = add(tr("Largest error"));
    d->cosine = add(tr("Cosine"));
    layout->addStretch(1);
    // Hidden tiles must not hold the strip wide.
    layout->setSizeConstraint(QLayout::SetNoConstraint);
    d->showAll();
}

MetricsStrip::~MetricsStrip() = default;

void MetricsStrip::Private::show(FigureTile* tile, const std::optional<double>& value, const QString& unit,
    const Provenance& provenance, bool isExact) const
{
    const QString number = numberText(value, isExact);
    tile->setValue(value && !unit.isEmpty() ? MetricsStrip::tr("%1 %2").arg(number, unit) : number);
    tile->setStale(metrics.isStale, MetricsStrip::tr("Belongs to an earlier recipe; being computed again"));
    tile->setProvenance(provenance);
}

void MetricsStrip::Private::showAll() const
{
    const QString from = inputs();
    show(r, metrics.r, {},
        { tr("Error R"),
            tr("Root mean square of the error divided by the root mean square of the weights: 0 is no error, 1 is an "
               "error as large as the weights. "
               "It compares formats on one layer; it does not say how much accuracy is lost."),
            tr("R = √( Σ(q − x)² / Σx² )"), from },
        metrics.isExact);
    show(sqnr, metrics.sqnr, tr("dB"),
        { tr("Signal to quantization noise"),
            tr("The same error as a ratio of powers in decibels. Each further bit gains about 6 dB on smooth "
               "distributions."),
            tr("SQNR = 10 log₁₀( Σx² / Σ(q − x)² ) = −20 log₁₀ R"), from },
        metrics.isExact);
    show(bits, metrics.bits, tr("bits/weight"),
        { tr("Bits per weight"),
            tr("Everything that has to be stored for this layer, divided by its number of weights: codes, scales and "
               "tables."),
            tr("bits = ( codes + scales + tables ) / weights"), sizeInputs() },
        true);
    show(coded, metrics.codedBits, tr("bits/weight"),
        { tr("Bits per weight with entropy coding"),
            tr("What the layer would take if an ideal entropy coder made its codes as small as Shannon's entropy of "
               "their frequencies. Unknown for codes that are entropy-coded already or that several weights share."),
            tr("bits = ( Σ count · log₂( weights / count ) + scales + tables ) / weights"), sizeInputs() },
        metrics.isExact);
    show(toLimit, metrics.toLimit, tr("dB"),
        { tr("Distance to the limit"),
            tr("How far the error is above what no code of the same size can beat, were the weights independent draws "
               "from "
               "the distribution that fits them best (Shannon's bound). 6.02 dB are one bit per weight."),
            tr("distance = 20 log₁₀( R·2ᵇ / √( 2²ʰ / 2πe ) )"),
            metrics.distribution.isEmpty()
                ? from
                : from + QLatin1Char('\n') + tr("Distribution of the weights: %1").arg(metrics.distribution) },
        metrics.isExact);
    show(maxError, metrics.maxError, {},
        { tr("Largest error"), tr("The largest distance between a weight and the value it becomes, in weight units."),
            tr("max |q − x|"), from },
        metrics.isExact);
    show(cosine, metrics.cosine, {},
        { tr("Cosine"),
            tr("Cosine of the angle between the weights and their quantized values, seen as two long vectors: 1 is the "
               "same direction."),
            tr("cos = Σqx / √( Σq² · Σx² )"), from },
        metrics.isExact);
}

void MetricsStrip::setMetrics(const LayerMetrics& metrics)
{
    d->metrics = metrics;
    d->showAll();
    d->fit(width() - 24);
}

QSize MetricsStrip::minimumSizeHint() const
{
    // The others give way where there is no room.
    const int width = d->r->sizeHint().width() + d->sqnr->sizeHint().width() + d->bits->sizeHint().width();
    return { width + 2 * tileSpacing + 24, layout()->minimumSize().height() };
}

void MetricsStrip::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    d->fit(width() - 24);
}

void MetricsStrip::Private::fit(int room) const
{
    int used = -tileSpacing;
    for (FigureTile* tile : { r, sqnr, bits, toLimit, coded, maxError, cosine }) {
        used += tile->sizeHint().width() + tileSpacing;
        tile->setVisible(used <= room || tile == r);
    }
}

const LayerMetrics& MetricsStrip::metrics() const
{
    return d->metrics;
}

} // namespace bw
