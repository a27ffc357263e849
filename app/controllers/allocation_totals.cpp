#include "app/controllers/allocation_totals.h"

#include "app/workbench.h"

#include <algorithm>

namespace bw {

LayerChoices choicesOfNow(const AllocationGround& ground, const Workbench& bench)
{
    return choicesOf(bench.derived.plan(), *bench.document.model(), ground.open);
}

AllocationTotals allocationTotals(const AllocationGround& ground, const LayerChoices& choices, const Workbench& bench)
{
    return totalsOf(ground, choices, [&](std::size_t layer) -> std::optional<OffMenu> {
        const LayerId id = bench.document.model()->find(ground.open.layers[layer].name);
        const std::uint64_t own = bench.document.model()->layer(id).storedBytes();
        if (bench.derived.layerPlan(id).isKept) {
            return OffMenu { 8 * own, own, 0.0 };
        }
        const auto& result = bench.derived.layer(id).result;
        return result ? std::optional(OffMenu {
                   result->bits, result->bytes, result->error.squaredError == 0 ? std::optional(0.0) : std::nullopt })
                      : std::nullopt;
    });
}

Budget sizeOfNow(const AllocationGround& ground, const Workbench& bench)
{
    std::uint64_t bits = 0;
    const LayerChoices choices = choicesOfNow(ground, bench);
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const MenuLayer& held = ground.inBits->menu().layers[i];
        const auto& options = ground.open.layers[i].options;
        bits += held.isExcluded || choices[i] < 0 ? held.options.back().bits
                                                  : options[static_cast<std::size_t>(choices[i])].bits;
    }
    return { Budget::Kind::BitsPerWeight,
        (static_cast<double>(bits) + 0.5) / static_cast<double>(std::max<std::uint64_t>(1, ground.open.weightCount)) };
}

std::optional<std::vector<std::uint32_t>> groupsOf(const AllocationGround& ground, const LayerChoices& choices)
{
    const AllocationMenu& menu = ground.inBits->menu();
    std::vector<std::uint32_t> groups;
    for (const MenuGroup& group : menu.groups) {
        const auto fits = [&](const MenuGroup::Option& option) {
            for (std::size_t i = 0; i < group.layers.size(); ++i) {
                if (ground.places[group.layers[i]][option.layerOptions[i]] != choices[group.layers[i]]) {
                    return false;
                }
            }
            return true;
        };
        const auto found = std::find_if(group.options.begin(), group.options.end(), fits);
        if (found == group.options.end()) {
            return std::nullopt;
        }
        groups.push_back(static_cast<std::uint32_t>(found - group.options.begin()));
    }
    return groups;
}

} // namespace bw
