#pragma once
// value header

#include "core/allocate/menu.h"
#include "core/recipe/recipe.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bw {

/// One step of the way an allocator took, for the animation and for the reasons.
struct AllocationStep
{
    std::uint32_t group = 0; ///< in the menu
    std::uint32_t from = 0; ///< option of the group
    std::uint32_t to = 0;
    std::uint64_t cost = 0; ///< what it adds, in units of cost
    double gain = 0; ///< damage it saves
    friend bool operator==(const AllocationStep&, const AllocationStep&) = default;
};

/// What one layer gets.
struct LayerAllocation
{
    std::string layer;
    QuantFormat format;
    std::uint64_t count = 0;
    std::uint64_t bits = 0;
    std::uint64_t bytes = 0;
    double damage = 0;
    double standardError = 0;
    Text reason; ///< "+1.0 bit here buys 3.1e-4 nats, more than anywhere else"
    double bitsPerWeight() const { return count == 0 ? 0 : static_cast<double>(bits) / static_cast<double>(count); }
    friend bool operator==(const LayerAllocation&, const LayerAllocation&) = default;
};

/// The answer of an allocator.
struct Allocation
{
    std::string allocator; ///< id in allocators()
    std::vector<LayerAllocation> layers; ///< in the menu's order
    /// Option of each group of the menu; empty if formats were made that are not on it (fractional bits).
    std::vector<std::uint32_t> choices;
    CostKind costKind = CostKind::FileBytes;
    std::uint64_t budget = 0; ///< in units of cost, fixed cost included; what was allowed
    std::uint64_t bytes = 0; ///< of the written file, as predicted
    std::uint64_t bits = 0; ///< of all weights
    std::uint64_t weightCount = 0;
    double damage = 0; ///< as predicted
    double lowerBound = 0; ///< no choice from the menu within the budget can do less damage
    bool isOptimal = false; ///< proven to be the best choice from the menu
    std::vector<AllocationStep> trace; ///< from the first choice to this one; empty for allocators without steps
    std::vector<Text> notes; ///< what to know: budget larger than anything, mean bits missed, …

    double bitsPerWeight() const
    {
        return weightCount == 0 ? 0 : static_cast<double>(bits) / static_cast<double>(weightCount);
    }
    std::uint64_t cost() const { return costKind == CostKind::FileBytes ? bytes : bits; }
    double gap() const { return damage > lowerBound ? damage - lowerBound : 0; }
    friend bool operator==(const Allocation&, const Allocation&) = default;
};

/// The recipe with each layer's format as allocated: rules of exact names, one per format; earlier rules for just these
/// names give way, methods stay. One edit.
Recipe withAllocation(Recipe recipe, const Allocation& allocation);

} // namespace bw
