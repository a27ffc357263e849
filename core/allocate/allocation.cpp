#include "core/allocate/allocation.h"

#include "core/allocate/allocator.h"
#include "core/allocate/reasons.h"

#include <algorithm>

namespace bw {

Recipe withAllocation(Recipe recipe, const Allocation& allocation)
{
    std::vector<std::pair<const QuantFormat*, std::vector<std::string>>> byFormat;
    for (const auto& layer : allocation.layers) {
        auto same = std::find_if(
            byFormat.begin(), byFormat.end(), [&](const auto& entry) { return *entry.first == layer.format; });
        if (same == byFormat.end()) {
            same = byFormat.insert(byFormat.end(), { &layer.format, {} });
        }
        same->second.push_back(layer.layer);
    }
    for (const auto& [format, names] : byFormat) {
        recipe = withLayerFormat(std::move(recipe), names, *format);
    }
    return recipe;
}

namespace {
void addLayers(const AllocationProblem& problem, const std::vector<std::uint32_t>& choices, Allocation& allocation)
{
    const auto& menu = problem.menu();
    const auto reasons = allocationReasons(problem, choices);
    allocation.layers.resize(menu.layers.size());
    for (std::size_t g = 0; g < menu.groups.size(); ++g) {
        const auto& group = menu.groups[g];
        const auto& option = group.options[choices[g]];
        for (std::size_t i = 0; i < group.layers.size(); ++i) {
            const auto& layer = menu.layers[group.layers[i]];
            const auto& own = layer.options[option.layerOptions[i]];
            allocation.layers[group.layers[i]] = { layer.name, own.format, layer.count, own.bits, own.bytes, own.damage,
                own.standardError, reasons[g] };
        }
    }
}
} // namespace

Allocation describe(const AllocationProblem& problem, const std::vector<std::uint32_t>& choices, std::uint64_t budget)
{
    Allocation allocation;
    const auto totals = totalsOf(problem.menu(), choices);
    allocation.choices = choices;
    allocation.costKind = problem.costKind();
    allocation.budget = budget;
    allocation.bytes = totals.bytes;
    allocation.bits = totals.bits;
    allocation.damage = totals.damage;
    allocation.weightCount = problem.menu().weightCount;
    const std::uint64_t fixed = problem.fixedCost();
    allocation.lowerBound = std::min(totals.damage, problem.front().lowerBound(budget > fixed ? budget - fixed : 0));
    addLayers(problem, choices, allocation);
    allocation.notes = problem.menu().notes;
    if (budget >= problem.mostCost()) {
        allocation.notes.push_back(Text(BW_TR_NOOP(
            "core", "The budget is larger than anything these formats need: every layer has its best one.")));
    }
    return allocation;
}

} // namespace bw
