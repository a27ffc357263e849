#include "core/sensitivity/shrink_damage.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace bw {

namespace {
/// One point of both tables, in logarithms.
struct Logs
{
    double measured = 0;
    double predicted = 0;
    double variance = 0; ///< of `measured`
    double predictedVariance = 0;
};

/// Of the logarithm of a damage.
double varianceOf(const DamagePoint& point)
{
    const double relative = point.standardError / point.damage;
    return std::log1p(relative * relative);
}

std::optional<Logs> logsOf(const DamagePoint& measured, const DamagePoint& predicted)
{
    if (!measured.isUsable() || !predicted.isUsable() || measured.damage <= 0 || predicted.damage <= 0) {
        return std::nullopt;
    }
    return Logs { std::log(measured.damage), std::log(predicted.damage), varianceOf(measured), varianceOf(predicted) };
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

const DamagePoint* pointOf(const LayerDamage& layer, const QuantFormat& format)
{
    const auto point = std::find_if(
        layer.points.begin(), layer.points.end(), [&](const DamagePoint& one) { return one.format == format; });
    return point == layer.points.end() ? nullptr : &*point;
}
} // namespace

DamageTable shrunkDamage(const DamageTable& measured, const DamageTable& predicted)
{
    std::map<std::string, const LayerDamage*> predictions;
    for (const auto& layer : predicted.layers) {
        if (layer.isKnown) {
            predictions.emplace(layer.layer, &layer);
        }
    }
    DamageTable table = measured;
    std::vector<std::pair<DamagePoint*, Logs>> pairs;
    for (auto& layer : table.layers) {
        const auto prediction = predictions.find(layer.layer);
        if (!layer.isKnown || prediction == predictions.end()) {
            continue;
        }
        for (auto& point : layer.points) {
            const auto* other = pointOf(*prediction->second, point.format);
            if (const auto logs = other == nullptr ? std::nullopt : logsOf(point, *other)) {
                pairs.emplace_back(&point, *logs);
            }
        }
    }
    constexpr std::size_t fewest = 5; // a spread of fewer ratios says nothing
    if (pairs.size() < fewest) {
        return table;
    }
    std::vector<double> ratios;
    std::vector<double> variances;
    std::vector<double> predictedVariances;
    for (const auto& [point, logs] : pairs) {
        ratios.push_back(logs.measured - logs.predicted);
        variances.push_back(logs.variance);
        predictedVariances.push_back(logs.predictedVariance);
    }
    const double shift = median(ratios);
    for (auto& ratio : ratios) {
        ratio = std::abs(ratio - shift);
    }
    constexpr double deviationsPerMedian = 1.4826; // of a normal distribution
    const double spread = deviationsPerMedian * median(ratios);
    // Points share samples, so that their errors go together and the ratios may spread less than those say.
    const double ownSpread = std::max(median(predictedVariances), spread * spread - median(variances));
    for (auto& [point, logs] : pairs) {
        if (logs.variance <= 0) {
            continue;
        }
        const double weight = ownSpread / (ownSpread + logs.variance);
        point->damage = std::exp(weight * logs.measured + (1 - weight) * (logs.predicted + shift));
        point->standardError = point->damage * std::sqrt(weight * logs.variance);
    }
    return table;
}

DamageTable damageForChoosing(const Sensitivity& kind, const DamageTable& measured, const SensitivityRequest& request,
    ResultCache* cache, const JobContext& ctx, const std::function<void(const Text&)>& onNote)
{
    const auto& all = sensitivities().entries();
    const auto prior = std::find_if(all.begin(), all.end(), [](const Sensitivity* one) { return one->isPrior; });
    if (!kind.isNoisy || prior == all.end()) {
        return measured;
    }
    try {
        return shrunkDamage(measured, (*prior)->measure(request, cache, ctx));
    } catch (const Error& error) {
        if (onNote) {
            onNote(Text(
                BW_TR_NOOP("core", "Noisy measurements are taken as they are: %1"), { error.message().english() }));
        }
        return measured;
    }
}

DamageTable damageForChoosing(const Sensitivity& kind, const SensitivityRequest& request, ResultCache* cache,
    const JobContext& ctx, const std::function<void(const Text&)>& onNote)
{
    const double share = kind.isNoisy ? 0.8 : 1;
    const DamageTable measured = kind.measure(request, cache, ctx.sub(0, share));
    return damageForChoosing(kind, measured, request, cache, ctx.sub(share, 1), onNote);
}

} // namespace bw
