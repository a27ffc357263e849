#pragma once
// value header

#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// What one option costs and does: a point of the plane allocators choose in.
struct CostPoint
{
    std::uint64_t cost = 0; ///< bytes or bits, the same for all
    double damage = 0;
    friend bool operator==(const CostPoint&, const CostPoint&) = default;
};

/// Indices of the points on the lower convex hull, from the cheapest to the one of least damage: costs rise and damage
/// falls strictly, and no step buys more per unit of cost than the one before. Points on a line between two others stay
/// (they make the front finer); of equal points the first. Empty only if there is no point of finite damage.
std::vector<std::uint32_t> lowerHull(std::span<const CostPoint> points);

/// Indices of the points no other is at least as good as in both respects, by rising cost; of equal points the first.
std::vector<std::uint32_t> undominated(std::span<const CostPoint> points);

} // namespace bw
