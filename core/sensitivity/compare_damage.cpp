#include "core/sensitivity/compare_damage.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace bw {

namespace {
/// Ranks from 1, ties sharing their mean.
std::vector<double> ranksOf(const std::vector<double>& values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) {
            ++last;
        }
        const double rank = 1 + static_cast<double>(first + last) / 2;
        for (; first <= last; ++first) {
            ranks[order[first]] = rank;
        }
    }
    return ranks;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b)
{
    const auto n = static_cast<double>(a.size());
    const double meanA = std::accumulate(a.begin(), a.end(), 0.0) / n;
    const double meanB = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += (a[i] - meanA) * (b[i] - meanB);
        squaresA += (a[i] - meanA) * (a[i] - meanA);
        squaresB += (b[i] - meanB) * (b[i] - meanB);
    }
    return squaresA > 0 && squaresB > 0 ? product / std::sqrt(squaresA * squaresB) : 0;
}

double median(std::vector<double> values)
{
    if (values.empty()) {
        return 1;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

const DamagePoint* pointOf(const LayerDamage& layer, const QuantFormat& format)
{
    const auto point = std::find_if(
        layer.points.begin(), layer.points.end(), [&](const DamagePoint& p) { return p.format == format; });
    return point == layer.points.end() || !point->isUsable() || !layer.isKnown ? nullptr : &*point;
}

void summarise(DamageComparison& comparison, const CompareOptions& options)
{
    std::vector<double> ratios;
    std::vector<double> predicted;
    std::vector<double> measured;
    for (const auto& pair : comparison.points) {
        predicted.push_back(pair.predicted);
        measured.push_back(pair.measured);
        if (pair.predicted > options.floor && pair.measured > options.floor) {
            ratios.push_back(pair.ratio);
        }
        if (pair.isOff) {
            ++comparison.off;
            if (comparison.layersOff.empty() || comparison.layersOff.back() != pair.layer) {
                comparison.layersOff.push_back(pair.layer);
            }
        }
    }
    comparison.medianRatio = median(std::move(ratios));
    constexpr std::size_t fewest = 3;
    if (comparison.points.size() >= fewest) {
        comparison.rankCorrelation = correlation(ranksOf(predicted), ranksOf(measured));
    }
    if (comparison.off > 0) {
        comparison.advice = Text(
            BW_TR_NOOP("core",
                "%1 of %2 predictions, in %3 layers, are off by more than %4 times: allocate from measured damages, or "
                "refine."),
            { toText(comparison.off), toText(comparison.points.size()), toText(comparison.layersOff.size()),
                toTextRounded(options.factor, 3) });
    }
}
} // namespace

DamagePair comparePair(
    double predicted, double predictedError, double measured, double measuredError, const CompareOptions& options)
{
    DamagePair pair;
    pair.predicted = predicted;
    pair.predictedError = predictedError;
    pair.measured = measured;
    pair.measuredError = measuredError;
    pair.ratio = measured > 0 ? predicted / measured : predicted > 0 ? std::numeric_limits<double>::infinity() : 1;
    if (std::max(predicted, measured) <= options.floor) {
        return pair;
    }
    // Off only if even factor · smaller stays below the larger by some standard errors of that difference.
    const bool isTooHigh = predicted > measured;
    const double larger = isTooHigh ? predicted : measured;
    const double smaller = std::max(isTooHigh ? measured : predicted, options.floor / options.factor);
    const double largerError = isTooHigh ? predictedError : measuredError;
    const double smallerError = (isTooHigh ? measuredError : predictedError) * options.factor;
    pair.isOff = larger - options.factor * smaller
        > options.significance * std::sqrt(largerError * largerError + smallerError * smallerError);
    return pair;
}

DamageComparison compareDamage(const DamageTable& predicted, const DamageTable& measured, const CompareOptions& options)
{
    if (predicted.modelSha256 != measured.modelSha256) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "The two damage tables are of different models."));
    }
    std::map<std::string, const LayerDamage*> byName;
    for (const auto& layer : measured.layers) {
        byName.emplace(layer.layer, &layer);
    }
    DamageComparison comparison;
    for (const auto& layer : predicted.layers) {
        const auto other = byName.find(layer.layer);
        if (other == byName.end() || !layer.isKnown) {
            continue;
        }
        for (const auto& point : layer.points) {
            const auto* match = pointOf(*other->second, point.format);
            if (match == nullptr || !point.isUsable()) {
                continue;
            }
            auto pair = comparePair(point.damage, point.standardError, match->damage, match->standardError, options);
            pair.layer = layer.layer;
            pair.format = point.format;
            comparison.points.push_back(std::move(pair));
        }
    }
    if (comparison.points.empty()) {
        throw Error(
            ErrorKind::BadInput, BW_TR_NOOP("core", "The two damage tables have no layer and format in common."));
    }
    summarise(comparison, options);
    return comparison;
}

PredictedSum predictedDamage(
    const DamageTable& table, const std::vector<std::pair<std::string, QuantFormat>>& allocation)
{
    std::map<std::string, const LayerDamage*> byName;
    for (const auto& layer : table.layers) {
        byName.emplace(layer.layer, &layer);
    }
    PredictedSum sum;
    double squares = 0;
    for (const auto& [name, format] : allocation) {
        const auto layer = byName.find(name);
        const auto* point = layer == byName.end() ? nullptr : pointOf(*layer->second, format);
        if (point == nullptr) {
            ++sum.unknown;
            continue;
        }
        sum.damage += point->damage;
        squares += point->standardError * point->standardError;
    }
    sum.standardError = std::sqrt(squares);
    return sum;
}

} // namespace bw
