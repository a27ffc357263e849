#pragma once

#include "core/allocate/front.h"
#include "core/base/job_context.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bw {

struct KnapsackSolution
{
    std::vector<std::uint32_t> choices; ///< option of each group
    std::uint64_t cost = 0;
    double damage = 0;
    double lowerBound = 0; ///< equals `damage` when proven
    bool isOptimal = false;
    double gap() const { return damage > lowerBound ? damage - lowerBound : 0; }
};

/// Branch and bound stops widening here; the answer is then a good one with a bound instead of the proven best.
struct KnapsackLimits
{
    std::size_t states = std::size_t { 1 } << 15; ///< kept per group
};

/// The least damage of one option per group, on the hulls or off them, within the budget (multiple-choice knapsack).
/// Starts from `front.solve()` and, if given, from `start` (one option per group, within the budget). Options that no
/// better choice can contain are left out by their reduced costs at the front's price (Lagrange); what remains is a
/// dynamic program over undominated (cost, damage) pairs, pruned by hull bounds (Pisinger 1995). The budget must be
/// front.leastCost() or more. Deterministic.
KnapsackSolution solveKnapsack(const AllocationFront& front, std::uint64_t budget,
    const std::vector<std::uint32_t>& start, const KnapsackLimits& limits, const JobContext& ctx);

} // namespace bw
