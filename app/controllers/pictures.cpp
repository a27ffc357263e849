#include "app/controllers/pictures.h"

#include "app/core_text.h"
#include "app/document/format_gestures.h"
#include "widgets/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr std::size_t sparklineBins = 32;
/// More levels than this are a picture of a uniform field: drawn, but not offered one by one.
constexpr std::size_t mostDraggedLevels = 64;

struct Pictures
{
    Q_DECLARE_TR_FUNCTIONS(Pictures)
};

/// The histogram in few bins for a table cell.
std::vector<float> sparkline(const Histogram& histogram)
{
    std::vector<float> bins(std::min(sparklineBins, histogram.counts.size()), 0.0F);
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        bins[bin * bins.size() / histogram.counts.size()] += static_cast<float>(histogram.counts[bin]);
    }
    return bins;
}

/// Unknown figures stay unknown, infinities too: a zero tensor has no signal to speak of.
std::optional<double> finite(double value)
{
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// R·2^b; nothing without an error.
std::optional<double> rTimes2b(const LayerResult& result)
{
    const double r = rmseOverRms(result.error);
    return r > 0 ? finite(r * std::exp2(result.bitsPerWeight())) : std::nullopt;
}

QString fitNote(const DistributionFit& fit)
{
    QString note = Pictures::tr("Largest difference in shares below any value (Kolmogorov-Smirnov): %1")
                       .arg(numberText(fit.ksDistance, 2));
    if (fit.isHeaviest()) {
        note += u'\n' % Pictures::tr("The tails are heavier than those of any distribution that was tried.");
    }
    if (fit.zeros > 0) {
        note += u'\n'
            % Pictures::tr("%1 of the weights are 0 and count as a share of their own.")
                  .arg(percentText(fit.zeroShare()));
    }
    return note;
}

QString groupNote(const LayerResult& result)
{
    const Scaling& scaling = result.resolved.scaling;
    if (result.groupCount <= 1) {
        return {};
    }
    const QString text = scaling.granularity == Granularity::Channel ? Pictures::tr("levels of channel %1 of %2")
                                                                     : Pictures::tr("levels of block %1 of %2");
    return text.arg(countText(result.typicalGroup + 1), countText(result.groupCount));
}

QString gainText(const ExponentCurve& curve, double current)
{
    const auto at = std::min_element(curve.points.begin(), curve.points.end(),
        [current](const auto& a, const auto& b) { return std::abs(a.first - current) < std::abs(b.first - current); });
    if (at == curve.points.end() || at->second <= 0) {
        return {};
    }
    const double gain = curve.error / at->second - 1;
    return gain > -0.0005 ? QString() : Pictures::tr("%1 error").arg(signedPercentText(gain));
}

/// What a stored order of rows costs, and what could take it over.
QString rowOrderNote(const Model& model, const LayerInfo& layer, const LayerResult& result)
{
    if (result.rowOrderBits == 0 || layer.view.shape.empty()) {
        return {};
    }
    const auto rows = static_cast<std::uint64_t>(layer.view.shape[static_cast<std::size_t>(layer.outAxis)]);
    QStringList sentences;
    for (const Text& sentence : rowOrderSentences(model.channelLinks(layer), rows, result.rowOrderBits)) {
        sentences.push_back(coreText(sentence));
    }
    return u'\n' % sentences.join(u'\n');
}

} // namespace

QString whyNothing(const LayerInfo& layer, const LayerPlan& plan, const LayerView& view)
{
    if (view.failure) {
        return errorText(*view.failure);
    }
    if (plan.isKept) {
        return Pictures::tr("%1 is kept in its own type: %2")
            .arg(shownName(layer.name), coreText(layer.isQuantizable() ? plan.reason : layer.whyNotQuantizable()));
    }
    return view.facts ? QString() : Pictures::tr("Reading %1…").arg(shownName(layer.name));
}

LayerRow layerRow(const Model& model, const LayerInfo& layer, const LayerPlan& plan, const LayerView& view)
{
    LayerRow row;
    row.id = layer.id;
    row.name = shownName(layer.name);
    row.kind = coreText(layerKindTitle(layer.kind));
    row.shape = QString::fromStdString(shapeText(layer.view.shape));
    row.parameters = layer.count();
    row.isKept = plan.isKept;
    row.isFixed = !layer.isQuantizable();
    row.isStale = view.isStale && !view.failure;
    row.hasFailed = view.failure.has_value();
    row.note = coreText(plan.reason);
    if (view.failure) {
        row.note = errorText(*view.failure);
    } else if (!layer.tiedNames.empty()) {
        row.note += u'\n' % Pictures::tr("Shares its weights with %1").arg(shownName(layer.tiedNames.front()));
    }
    if (!plan.isKept) {
        row.format = QString::fromStdString(formatText(plan.choice.format));
    }
    if (view.facts) {
        row.kurtosis = view.facts->stats.kurtosis;
        row.outlierShare = view.facts->stats.share3Sigma;
        row.sparkline = sparkline(*view.facts->histogram);
    }
    if (view.result) {
        row.bits = view.result->bitsPerWeight();
        row.r = finite(rmseOverRms(view.result->error));
        row.sqnr = finite(sqnrDb(view.result->error));
        row.note += rowOrderNote(model, layer, *view.result);
    }
    return row;
}

LayerMetrics layerMetrics(const LayerInfo& layer, const LayerPlan& plan, const LayerView& view)
{
    LayerMetrics metrics;
    metrics.layer = shownName(layer.name);
    metrics.count = layer.count();
    if (plan.isKept || !view.result) {
        return metrics;
    }
    const LayerResult& result = *view.result;
    metrics.r = finite(rmseOverRms(result.error));
    metrics.sqnr = finite(sqnrDb(result.error));
    metrics.bits = result.bitsPerWeight();
    metrics.codedBits = result.codedBits;
    if (result.indexCost) {
        metrics.indexStored = result.indexCost->stored;
        metrics.indexLimit = result.indexCost->limit;
    }
    if (const auto figure = rTimes2b(result); figure && result.limits) {
        metrics.toLimit = decibelsAbove(result.limits->shannon, *figure);
        metrics.distribution = coreText(densityTitle(view.facts->fit().chosen().density));
    }
    metrics.maxError = result.error.maxAbsError;
    metrics.cosine = finite(cosineSimilarity(result.error));
    metrics.isExact = result.isExact;
    metrics.isStale = view.isStale;
    metrics.count = result.error.count;
    metrics.format = QString::fromStdString(formatText(result.resolved));
    return metrics;
}

LimitsPicture limitsPicture(const LayerPlan& plan, const LayerView& view)
{
    LimitsPicture picture;
    if (plan.isKept || !view.facts || !view.result || !view.facts->fit().exists()) {
        return picture;
    }
    const LayerResult& result = *view.result;
    picture.limits = result.limits;
    picture.rTimes2b = rTimes2b(result);
    picture.distribution = coreText(densityTitle(view.facts->fit().chosen().density));
    picture.format = QString::fromStdString(formatText(result.resolved));
    picture.note = fitNote(view.facts->fit());
    picture.isExact = result.isExact;
    picture.isStale = view.isStale;
    return picture;
}

HistogramPicture histogramPicture(
    const LayerInfo& layer, const LayerPlan& plan, const LayerView& view, const ExponentFacts* exponent)
{
    HistogramPicture picture;
    picture.title = shownName(layer.name);
    if (!view.facts) {
        picture.emptyText = whyNothing(layer, plan, view);
        return picture;
    }
    picture.original = view.facts->histogram;
    const std::size_t outliers = std::min<std::size_t>(view.facts->stats.outliers.size(), 12);
    for (std::size_t index = 0; index < outliers; ++index) {
        picture.outlierValues.push_back(view.facts->stats.outliers[index].value);
    }
    if (const DistributionFit& fit = view.facts->fit(); fit.exists()) {
        const FittedDensity& best = fit.chosen();
        picture.fit = FittedCurve { best.density, best.rms(), static_cast<double>(fit.count),
            coreText(densityTitle(best.density)), fit.ksDistance };
    }
    if (plan.isKept || !view.result) {
        return picture;
    }
    const LayerResult& result = *view.result;
    picture.quantized = result.histogram;
    picture.grid = result.grid;
    picture.isExact = result.isExact && !view.isStale;
    picture.gridNote = groupNote(result);
    const QuantFormat& format = plan.choice.format;
    picture.canEditClip = canClip(format);
    picture.isClipSymmetric = isClipSymmetric(format);
    picture.canEditLevels
        = canEditLevels(format) && result.grid.levels.size() <= std::min(mostDraggedLevels, mostLevels(format));
    picture.exponent = exponentOf(result.resolved);
    picture.canEditExponent = picture.exponent.has_value();
    if (picture.exponent && exponent != nullptr) {
        picture.bestExponent = exponent->curve.optimum;
        picture.bestExponentGain = gainText(exponent->curve, *picture.exponent);
        picture.exponentLow = minExponent;
        picture.exponentHigh = maxExponent;
    }
    return picture;
}

ExponentPicture exponentPicture(const LayerInfo& layer, const LayerPlan& plan, const LayerView& view,
    const ExponentFacts* exponent, const QString& failure)
{
    ExponentPicture picture;
    picture.title = shownName(layer.name);
    picture.emptyText = whyNothing(layer, plan, view);
    if (plan.isKept) {
        picture.canEdit = false;
        return picture;
    }
    if (exponent == nullptr) {
        if (picture.emptyText.isEmpty()) {
            picture.emptyText
                = failure.isEmpty() ? Pictures::tr("Searching the best exponent of %1…").arg(picture.title) : failure;
        }
        picture.canEdit = false;
        return picture;
    }
    const QuantFormat& format = plan.choice.format;
    picture.curve = exponent->curve;
    picture.isExact = exponent->isExact;
    picture.isFixed = exponentOf(format).has_value();
    const auto found = view.result ? exponentOf(view.result->resolved) : std::nullopt;
    // A format without an exponent is a uniform grid as far as this curve knows.
    picture.current
        = exponentOf(format).value_or(found.value_or(isExponentSearched(format) ? exponent->curve.optimum : 1.0));
    return picture;
}

CodebookPicture codebookPicture(const LayerInfo& layer, const LayerPlan& plan, const LayerView& view)
{
    CodebookPicture picture;
    picture.title = shownName(layer.name);
    if (plan.isKept || !view.result) {
        picture.emptyText = whyNothing(layer, plan, view);
        return picture;
    }
    picture.grid = view.result->grid;
    picture.levels = view.result->levels;
    picture.note = groupNote(*view.result);
    picture.isOwn = hasOwnLevels(plan.choice.format);
    picture.canEdit = canEditLevels(plan.choice.format) && picture.grid.levels.size() <= mostLevels(plan.choice.format);
    return picture;
}

ChannelsPicture channelsPicture(const LayerInfo& layer, const LayerView& view)
{
    ChannelsPicture picture;
    picture.title = shownName(layer.name);
    if (view.facts) {
        picture.channels = view.facts->stats.channels;
    } else {
        picture.emptyText = view.failure ? errorText(*view.failure) : Pictures::tr("Reading %1…").arg(picture.title);
    }
    return picture;
}

OutliersPicture outliersPicture(const LayerInfo& layer, const LayerView& view)
{
    OutliersPicture picture;
    picture.title = shownName(layer.name);
    if (!view.facts) {
        picture.emptyText = view.failure ? errorText(*view.failure) : Pictures::tr("Reading %1…").arg(picture.title);
        return picture;
    }
    picture.shape = layer.view.shape;
    // Statistics are of the [output, rest] matrix; with another axis first, so are the coordinates.
    if (layer.outAxis != 0 && !picture.shape.empty()) {
        std::rotate(
            picture.shape.begin(), picture.shape.begin() + layer.outAxis, picture.shape.begin() + layer.outAxis + 1);
    }
    picture.outliers = view.facts->stats.outliers;
    picture.mean = view.facts->stats.mean;
    picture.std = view.facts->stats.std;
    picture.share3Sigma = view.facts->stats.share3Sigma;
    return picture;
}

} // namespace bw
