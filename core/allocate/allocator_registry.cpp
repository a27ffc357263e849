#include "core/allocate/allocator.h"

#include <algorithm>

namespace bw {

#define BW_ALLOCATOR(name) extern const Allocator name;
#include "core/allocate/allocators.inc"
#undef BW_ALLOCATOR

const Registry<Allocator>& allocators()
{
    static const Registry<Allocator> registry({
#define BW_ALLOCATOR(name) &name,
#include "core/allocate/allocators.inc"
#undef BW_ALLOCATOR
    });
    return registry;
}

const Allocator& defaultAllocator()
{
    return *allocators().entries().front();
}

namespace {
std::string costText(const AllocationProblem& problem, std::uint64_t cost)
{
    if (problem.costKind() == CostKind::FileBytes) {
        return sizeText(cost);
    }
    const auto weights = static_cast<double>(std::max<std::uint64_t>(1, problem.menu().weightCount));
    return toTextRounded(static_cast<double>(cost) / weights, 4) + " bpw";
}
} // namespace

void requireReachable(const AllocationProblem& problem, std::uint64_t budget)
{
    const std::uint64_t least = problem.leastCost();
    if (budget >= least) {
        return;
    }
    const auto& menu = problem.menu();
    const std::uint64_t free
        = problem.costKind() == CostKind::FileBytes ? menu.unconstrainedBytes : menu.unconstrainedBits;
    if (free < least) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core",
                "%1 cannot be reached: the smallest is %2. Locks, exclusions, ties and least bits cost %3 of that; "
                "without them the smallest would be %4."),
            costText(problem, budget), costText(problem, least), costText(problem, least - free),
            costText(problem, free));
    }
    throw Error(ErrorKind::BadInput,
        BW_TR_NOOP("core", "%1 cannot be reached: the smallest is %2. Add formats of fewer bits, or allow more."),
        costText(problem, budget), costText(problem, least));
}

Allocation allocate(const Allocator& allocator, AllocationRequest request, const JobContext& ctx)
{
    request.params = withDefaults(allocator.schema, std::move(request.params));
    for (const auto& problem : checkParams(allocator.schema, request.params)) {
        throw Error(ErrorKind::BadInput, problem.message).in(Text(problem.field));
    }
    if (allocator.needsRecipe && request.byHand.size() != request.problem->menu().layers.size()) {
        throw Error(
            ErrorKind::BadInput, BW_TR_NOOP("core", "The allocator \"%1\" checks a recipe: give one."), allocator.id);
    }
    if (allocator.needsBudget && !allocator.needsRecipe) {
        requireReachable(*request.problem, request.budget);
    }
    Allocation allocation = allocator.allocate(request, ctx);
    allocation.allocator = allocator.id;
    return allocation;
}

} // namespace bw
