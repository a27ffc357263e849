// The front of all layers' convex hulls, walked as far as the budget goes, and what is left filled (design notes §4.4).

#include "core/allocate/allocator.h"
#include "core/allocate/knapsack.h"

namespace bw {

namespace {
constexpr const char* fillParam = "fill";
constexpr const char* bySteps = "steps";
constexpr const char* byKnapsack = "exact";
constexpr KnapsackLimits fillLimits { std::size_t { 1 } << 12 };

Allocation walk(const AllocationRequest& request, const JobContext& ctx)
{
    const AllocationProblem& problem = *request.problem;
    const auto solution = problem.solve(request.budget);
    auto choices = solution.choices;
    bool isOptimal = false;
    if (std::get<std::string>(request.params.at(fillParam)) == byKnapsack) {
        const std::uint64_t available = request.budget - problem.fixedCost();
        const auto filled = solveKnapsack(problem.front(), available, choices, fillLimits, ctx);
        choices = filled.choices;
        isOptimal = filled.isOptimal;
    }
    Allocation allocation = describe(problem, choices, request.budget);
    allocation.isOptimal = isOptimal;
    if (isOptimal) {
        allocation.lowerBound = allocation.damage;
    }
    for (const auto& edge : problem.front().edges().first(solution.prefix)) {
        allocation.trace.push_back({ edge.group, edge.from, edge.to, edge.cost, edge.gain });
    }
    return allocation;
}

ParamSpec fillSpec()
{
    ParamSpec spec;
    spec.id = fillParam;
    spec.title = BW_TR_NOOP("core", "Last bytes");
    spec.help = BW_TR_NOOP("core", "What happens to the bytes left over when the next step does not fit.");
    spec.type = ParamSpec::Type::Choice;
    spec.defaultValue = std::string(byKnapsack);
    spec.choices = { byKnapsack, bySteps };
    spec.choiceTitles
        = { BW_TR_NOOP("core", "the best mix, off the hulls too"), BW_TR_NOOP("core", "smaller steps that still fit") };
    return spec;
}
} // namespace

extern const Allocator lagrangianAllocator;
const Allocator lagrangianAllocator {
    .id = "lagrangian",
    .title = Text(BW_TR_NOOP("core", "Best price first")),
    .explanation = Text(BW_TR_NOOP("core",
        "Bits go where they save the most damage per byte, from the smallest file up to the budget, along each layer's "
        "convex hull; then the last bytes are filled.")),
    .schema = { fillSpec() },
    .allocate = walk,
};

} // namespace bw
