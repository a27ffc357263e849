#pragma once
// value header

#include "core/allocate/hull.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// One step along a group's hull: from one option to the next better one.
struct FrontEdge
{
    std::uint32_t group = 0;
    std::uint32_t from = 0; ///< index of an option of the group
    std::uint32_t to = 0;
    std::uint64_t cost = 0; ///< > 0: what the step adds
    double gain = 0; ///< > 0: the damage it saves
    double price = 0; ///< gain per unit of cost
    friend bool operator==(const FrontEdge&, const FrontEdge&) = default;
};

/// One option per group, and how far from the best it may be.
struct FrontSolution
{
    std::vector<std::uint32_t> choices; ///< option of each group
    std::uint64_t cost = 0;
    double damage = 0;
    double lowerBound = 0; ///< no choice of options within the budget does less damage
    std::size_t prefix = 0; ///< edges taken before the budget was met for the first time
    double gap() const { return damage > lowerBound ? damage - lowerBound : 0; }
    friend bool operator==(const FrontSolution&, const FrontSolution&) = default;
};

/// All answers to "which option for each group, within a budget" for as long as a menu stands (design notes §4.4):
/// hull edges of all groups, the dearest gain first, with prefix sums. The first n edges are the best choice for what
/// they cost. Built once in O(E log E); immutable and thread-safe.
class AllocationFront
{
public:
    AllocationFront() = default;
    /// Options of each group, in any order. Error{BadInput}: a group without an option of finite damage.
    explicit AllocationFront(std::vector<std::vector<CostPoint>> groups);

    std::size_t groupCount() const { return m_groups.size(); }
    std::span<const CostPoint> options(std::size_t group) const { return m_groups[group]; }
    std::span<const FrontEdge> edges() const { return m_edges; }

    /// Of the choice after the first `prefix` edges, 0 … edges().size().
    std::uint64_t cost(std::size_t prefix) const { return m_costs[prefix]; }
    double damage(std::size_t prefix) const { return m_damages[prefix]; }
    std::uint64_t leastCost() const { return m_costs.front(); }
    std::uint64_t mostCost() const { return m_costs.back(); }
    /// The most edges that fit, O(log E); 0 if not even the cheapest choice does.
    std::size_t prefixFor(std::uint64_t budget) const;
    /// Option of one group after the first `prefix` edges, O(log of its options).
    std::uint32_t choice(std::size_t group, std::size_t prefix) const;
    std::vector<std::uint32_t> choices(std::size_t prefix) const;
    /// Turns the choices after `from` edges into those after `to` edges by as many assignments as lie between.
    void move(std::vector<std::uint32_t>& choices, std::size_t from, std::size_t to) const;
    /// Damage no choice within the budget can go below: edges may be taken in part (linear relaxation).
    double lowerBound(std::uint64_t budget) const;

    /// Edges in order of price, each taken if its group has come that far and it still fits: prefixFor() and a fill of
    /// what is left. Less damage the larger the budget; within one edge's gain of the best. The cheapest choice if the
    /// budget is below leastCost().
    FrontSolution solve(std::uint64_t budget) const;
    /// Sums over any choice.
    std::uint64_t costOf(std::span<const std::uint32_t> choices) const;
    double damageOf(std::span<const std::uint32_t> choices) const;

private:
    void addEdges(std::uint32_t group);
    void sumUp();

    std::vector<std::vector<CostPoint>> m_groups;
    std::vector<std::uint32_t> m_first; ///< cheapest hull option of each group
    std::vector<FrontEdge> m_edges;
    std::vector<std::vector<std::uint32_t>> m_edgesOfGroup; ///< positions in m_edges, rising
    std::vector<std::uint64_t> m_costs; ///< prefix sums, one more than edges
    std::vector<double> m_damages;
    std::vector<std::uint64_t> m_leastAfter; ///< cheapest edge from each position on
};

} // namespace bw
