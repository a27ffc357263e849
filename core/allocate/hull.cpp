#include "core/allocate/hull.h"

#include <algorithm>
#include <cmath>

namespace bw {

std::vector<std::uint32_t> undominated(std::span<const CostPoint> points)
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        if (std::isfinite(points[i].damage)) {
            order.push_back(i);
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return points[a].cost != points[b].cost ? points[a].cost < points[b].cost : points[a].damage < points[b].damage;
    });
    std::vector<std::uint32_t> kept;
    for (const std::uint32_t i : order) {
        if (kept.empty() || points[i].damage < points[kept.back()].damage) {
            kept.push_back(i);
        }
    }
    return kept;
}

namespace {
double costBetween(const CostPoint& a, const CostPoint& b)
{
    return static_cast<double>(b.cost - a.cost);
}

/// Is `middle` strictly above the line from `first` to `last`?
bool isAbove(const CostPoint& first, const CostPoint& middle, const CostPoint& last)
{
    return (first.damage - middle.damage) * costBetween(first, last)
        < (first.damage - last.damage) * costBetween(first, middle);
}
} // namespace

std::vector<std::uint32_t> lowerHull(std::span<const CostPoint> points)
{
    // Andrew's monotone chain over the points that are not dominated.
    std::vector<std::uint32_t> hull;
    for (const std::uint32_t i : undominated(points)) {
        while (hull.size() >= 2 && isAbove(points[hull[hull.size() - 2]], points[hull.back()], points[i])) {
            hull.pop_back();
        }
        hull.push_back(i);
    }
    return hull;
}

} // namespace bw
