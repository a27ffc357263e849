#include "core/allocate/damages.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr double significant = 2; ///< standard errors
constexpr double tieBreak = 1e-6; ///< share of a damage

/// Points that count as one.
struct Pool
{
    double damage = 0;
    double weight = 0; ///< 1 / variance of the mean
    std::size_t size = 1;

    double variance() const { return weight > 0 ? 1 / weight : 0; }
    void add(const Pool& other)
    {
        const double both = weight + other.weight;
        damage = (damage * weight + other.damage * other.weight) / both;
        weight = both;
        size += other.size;
    }
};

/// Does the dearer pool only seem worse?
bool isNoise(const Pool& cheap, const Pool& dear)
{
    const double excess = dear.damage - cheap.damage;
    return excess > 0 && cheap.weight > 0 && dear.weight > 0
        && excess <= significant * std::sqrt(cheap.variance() + dear.variance());
}

double median(std::vector<double> values)
{
    if (values.empty()) {
        return 0;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::vector<double> ratios(const LayerDamage& layer)
{
    std::vector<double> values;
    for (const auto& point : layer.points) {
        if (layer.isKnown && point.isUsable() && point.error.squaredError > 0 && point.damage > 0) {
            values.push_back(point.damage / point.error.squaredError);
        }
    }
    return values;
}
} // namespace

std::vector<double> smoothDamages(const std::vector<const DamagePoint*>& points)
{
    std::vector<Pool> pools;
    for (const auto* point : points) {
        const double error = point->standardError;
        Pool pool { std::max(0.0, point->damage), error > 0 ? 1 / (error * error) : 0, 1 };
        while (!pools.empty() && isNoise(pools.back(), pool)) {
            pools.back().add(pool);
            pool = pools.back();
            pools.pop_back();
        }
        pools.push_back(pool);
    }
    std::vector<double> damages;
    for (const auto& pool : pools) {
        double error = std::numeric_limits<double>::infinity();
        double damage = pool.damage;
        for (std::size_t i = 0; i < pool.size; ++i) {
            const double own = points[damages.size()]->error.squaredError;
            damage *= own < error && i > 0 ? 1 - tieBreak : 1;
            error = std::min(error, own);
            damages.push_back(damage);
        }
    }
    return damages;
}

double typicalDamagePerError(const DamageTable& table)
{
    std::vector<double> all;
    for (const auto& layer : table.layers) {
        const auto own = ratios(layer);
        all.insert(all.end(), own.begin(), own.end());
    }
    return median(std::move(all));
}

double damagePerError(const LayerDamage& layer, double typical)
{
    const auto own = ratios(layer);
    return own.empty() ? typical : median(own);
}

} // namespace bw
