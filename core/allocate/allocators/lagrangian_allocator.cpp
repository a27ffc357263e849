// The front of all layers' convex hulls, walked as far as the budget goes, and what is left filled (design notes §4.4).

#include "core/allocate/allocator.h"

namespace bw {

namespace {
Allocation walk(const AllocationRequest& request, const JobContext&)
{
    const AllocationProblem& problem = *request.problem;
    const auto solution = problem.solve(request.budget);
    Allocation allocation = describe(problem, solution.choices, request.budget);
    const auto edges = problem.front().edges().first(solution.prefix);
    for (const auto& edge : edges) {
        allocation.trace.push_back({ edge.group, edge.from, edge.to, edge.cost, edge.gain });
    }
    return allocation;
}
} // namespace

extern const Allocator lagrangianAllocator;
const Allocator lagrangianAllocator {
    .id = "lagrangian",
    .title = Text(BW_TR_NOOP("core", "Best price first")),
    .explanation = Text(BW_TR_NOOP("core",
        "Bits go where they save the most damage per byte, from the smallest file up to the budget. Of all formats "
        "only "
        "those on each layer's convex hull are used. At most one step away from the best choice.")),
    .schema = {},
    .allocate = walk,
};

} // namespace bw
