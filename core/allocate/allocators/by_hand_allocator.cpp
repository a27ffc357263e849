#include "core/allocate/allocator.h"

#include <algorithm>

namespace bw {

namespace {
std::uint32_t optionOf(const AllocationMenu& menu, const MenuGroup& group, const std::vector<QuantFormat>& byHand)
{
    const QuantFormat& wanted = byHand[group.layers.front()];
    for (const auto layer : group.layers) {
        if (byHand[layer] != wanted) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "layers %1 and %2 are tied, but the recipe gives them %3 and %4"),
                printable(menu.layers[group.layers.front()].name), printable(menu.layers[layer].name),
                formatText(wanted), formatText(byHand[layer]));
        }
    }
    const auto found = std::find_if(
        group.options.begin(), group.options.end(), [&](const auto& option) { return option.format == wanted; });
    if (found == group.options.end()) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP(
                "core", "the recipe gives layer %1 %2, which a lock, a limit or the kind of file does not allow"),
            printable(menu.layers[group.layers.front()].name), formatText(wanted));
    }
    return static_cast<std::uint32_t>(found - group.options.begin());
}

Allocation asGiven(const AllocationRequest& request, const JobContext&)
{
    const AllocationProblem& problem = *request.problem;
    std::vector<std::uint32_t> choices;
    for (const auto& group : problem.menu().groups) {
        choices.push_back(optionOf(problem.menu(), group, request.byHand));
    }
    Allocation allocation = describe(problem, choices, request.budget);
    for (auto& layer : allocation.layers) {
        layer.reason = Text(BW_TR_NOOP("core", "as the recipe says"));
    }
    return allocation;
}
} // namespace

extern const Allocator byHandAllocator;
const Allocator byHandAllocator {
    .id = "by-hand",
    .title = Text(BW_TR_NOOP("core", "As the recipe says")),
    .explanation = Text(
        BW_TR_NOOP("core", "Changes nothing: says what a recipe takes and does, and whether it is within the budget.")),
    .schema = {},
    .needsRecipe = true,
    .allocate = asGiven,
};

} // namespace bw
