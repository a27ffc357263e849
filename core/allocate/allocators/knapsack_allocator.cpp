#include "core/allocate/allocator.h"
#include "core/allocate/knapsack.h"

namespace bw {

namespace {
Allocation exact(const AllocationRequest& request, const JobContext& ctx)
{
    const AllocationProblem& problem = *request.problem;
    const std::uint64_t fixed = problem.fixedCost();
    const auto start = problem.solve(request.budget);
    const auto solution = solveKnapsack(problem.front(), request.budget - fixed, start.choices, {}, ctx);
    Allocation allocation = describe(problem, solution.choices, request.budget);
    allocation.lowerBound = solution.isOptimal ? allocation.damage : solution.lowerBound;
    allocation.isOptimal = solution.isOptimal;
    return allocation;
}
} // namespace

extern const Allocator knapsackAllocator;
const Allocator knapsackAllocator {
    .id = "knapsack",
    .title = Text(BW_TR_NOOP("core", "The best choice, proven")),
    .explanation = Text(BW_TR_NOOP("core",
        "The multiple-choice knapsack, solved by branch and bound: of all mixes of these formats within the budget the "
        "one "
        "of least predicted damage. Says how far it may be from that where the proof would take too long.")),
    .schema = {},
    .allocate = exact,
};

} // namespace bw
