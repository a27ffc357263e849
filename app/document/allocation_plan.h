#pragma once

#include "core/allocate/allocator.h"
#include "core/allocate/build_menu.h"
#include "core/recipe/plan.h"
#include "core/sensitivity/damage_table.h"
#include "core/session/allocation_settings.h"

#include <memory>
#include <optional>
#include <vector>

namespace bw {

/// Formats of all layers as places in AllocationGround::open: −1 where a layer has a format that is not on its menu.
using LayerChoices = std::vector<int>;

/// Everything a slider needs at every move, made once for a damage table and what is held fast. Immutable.
struct AllocationGround
{
    std::shared_ptr<const DamageTable> table;
    AllocationMenu open; ///< every layer with all its formats, nothing held fast
    AllocationProblemPtr inBits; ///< with locks, ties and limits
    AllocationProblemPtr inBytes;
    /// For each layer and option of the constrained menu: its place in `open`; −1: not there (own type, foreign lock).
    std::vector<std::vector<int>> places;

    const AllocationProblem& problem(CostKind kind) const { return kind == CostKind::WeightBits ? *inBits : *inBytes; }
    std::size_t layerCount() const { return open.layers.size(); }
    /// One option per group of the constrained menu as formats of layers.
    LayerChoices layersOf(const std::vector<std::uint32_t>& groupChoices) const;
};
using AllocationGroundPtr = std::shared_ptr<const AllocationGround>;

/// May take a second for large models; polls ctx. Error as buildMenu().
AllocationGroundPtr buildGround(std::shared_ptr<const DamageTable> table, const Model& model,
    const AllocationSettings& settings, const std::string& exporter, const JobContext& ctx);

/// What settings hold fast, for the layers of `open`.
AllocationLimits limitsOf(const AllocationSettings& settings, const AllocationMenu& open);

/// The formats a plan gives.
LayerChoices choicesOf(const Plan& plan, const Model& model, const AllocationMenu& open);

/// Size and damage of any formats. Layers off the menu: what is known of them otherwise.
struct OffMenu
{
    std::uint64_t bits = 0;
    std::uint64_t bytes = 0;
    std::optional<double> damage; ///< 0 for layers that stay as they are
};
struct AllocationTotals
{
    std::uint64_t bits = 0;
    std::uint64_t bytes = 0; ///< of the file
    std::optional<double> damage; ///< nothing: of some layer it is not known
    bool isComplete = true; ///< false: of some layer the size is not known
    double bitsPerWeight = 0;
};
/// `offMenu`: for layers whose choice is −1; asked only for them.
template <class OffMenuOf>
AllocationTotals totalsOf(const AllocationGround& ground, const LayerChoices& choices, OffMenuOf&& offMenu)
{
    AllocationTotals totals;
    totals.bytes = ground.open.fixedBytes;
    double damage = 0;
    bool isKnown = true;
    for (std::size_t layer = 0; layer < choices.size(); ++layer) {
        const auto& menu = ground.open.layers[layer];
        if (choices[layer] >= 0) {
            const auto& option = menu.options[static_cast<std::size_t>(choices[layer])];
            totals.bits += option.bits;
            totals.bytes += option.bytes;
            damage += option.damage;
        } else if (const std::optional<OffMenu> other = offMenu(layer)) {
            totals.bits += other->bits;
            totals.bytes += other->bytes;
            damage += other->damage.value_or(0);
            isKnown = isKnown && other->damage.has_value();
        } else {
            totals.isComplete = false;
            isKnown = false;
        }
    }
    if (isKnown) {
        totals.damage = damage;
    }
    totals.bitsPerWeight = ground.open.weightCount == 0
        ? 0
        : static_cast<double>(totals.bits) / static_cast<double>(ground.open.weightCount);
    return totals;
}

/// The best formats within a budget. `reachable`: false if the budget is below the least, and these are the smallest.
struct BudgetAnswer
{
    LayerChoices choices;
    std::vector<std::uint32_t> groupChoices;
    bool isReachable = true;
};
BudgetAnswer solveBudget(const AllocationGround& ground, const Budget& budget);

/// Why a budget is below the least there is, and what the least is; empty if it is not.
Text whyUnreachable(const AllocationGround& ground, const Budget& budget);

/// All groups but one, ready to be asked what they get beside any format of that one: for a bar that is dragged.
class RestOfFront
{
public:
    RestOfFront(const AllocationGround& ground, CostKind kind, std::size_t layer);
    /// The dragged layer (with those tied to it) at `choice` of `open`, the others as well as the budget allows.
    LayerChoices solve(const AllocationGround& ground, const Budget& budget, int choice) const;

private:
    CostKind m_kind;
    std::size_t m_group = 0;
    AllocationFront m_front;
};

/// The recipe with each layer's format as chosen; layers at −1 keep theirs, excluded ones their own type. One
/// edit.
Recipe recipeWith(Recipe recipe, const AllocationGround& ground, const LayerChoices& choices);

} // namespace bw
