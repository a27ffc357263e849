#include "core/allocate/allocator.h"

#include <limits>
#include <queue>

namespace bw {

namespace {
struct Offer
{
    double price = 0;
    std::uint32_t group = 0;
    std::uint32_t position = 0; ///< in the group's options that are not dominated, of the step's start
    friend bool operator<(const Offer& a, const Offer& b)
    {
        return a.price != b.price ? a.price < b.price : a.group > b.group;
    }
};

/// Walks from the cheapest choice, each time taking the one next option anywhere that saves the most damage per byte.
/// As people do by hand, option by option: a step that hides a good one behind a bad one is not seen, unlike on hulls.
class Walk
{
public:
    Walk(const AllocationProblem& problem, std::uint64_t budget)
        : m_problem(problem)
        , m_budget(budget)
    {
        for (std::uint32_t group = 0; group < problem.front().groupCount(); ++group) {
            m_ladders.push_back(undominated(problem.front().options(group)));
            m_choices.push_back(m_ladders.back().front());
            offer(group, 0);
        }
        m_cost = problem.fixedCost() + problem.front().costOf(m_choices);
    }

    Allocation run(const JobContext& ctx)
    {
        std::vector<AllocationStep> trace;
        while (!m_offers.empty()) {
            ctx.checkpoint();
            const Offer best = m_offers.top();
            m_offers.pop();
            const auto step = stepOf(best.group, best.position);
            if (m_cost + step.cost > m_budget) {
                break; // whatever is smaller would come earlier with a smaller budget: more bytes must not do more
                       // damage
            }
            m_cost += step.cost;
            m_choices[best.group] = step.to;
            trace.push_back(step);
            offer(best.group, best.position + 1);
        }
        const auto* uniform = m_problem.bestUniform(m_budget);
        const bool isWorse = uniform != nullptr && uniform->damage < m_problem.front().damageOf(m_choices);
        Allocation allocation = describe(m_problem, isWorse ? uniform->choices : m_choices, m_budget);
        if (isWorse) {
            allocation.notes.push_back(Text(
                BW_TR_NOOP("core", "The walk ended worse than one format for all layers, which is taken instead.")));
        } else {
            allocation.trace = std::move(trace);
        }
        return allocation;
    }

private:
    AllocationStep stepOf(std::uint32_t group, std::uint32_t position) const
    {
        const auto options = m_problem.front().options(group);
        const auto from = m_ladders[group][position];
        const auto to = m_ladders[group][position + 1];
        return { group, from, to, options[to].cost - options[from].cost, options[from].damage - options[to].damage };
    }

    void offer(std::uint32_t group, std::uint32_t position)
    {
        if (position + 1 < m_ladders[group].size()) {
            const auto step = stepOf(group, position);
            m_offers.push({ step.gain / static_cast<double>(step.cost), group, position });
        }
    }

    const AllocationProblem& m_problem;
    std::uint64_t m_budget;
    std::vector<std::vector<std::uint32_t>> m_ladders;
    std::vector<std::uint32_t> m_choices;
    std::priority_queue<Offer> m_offers;
    std::uint64_t m_cost = 0;
};

Allocation greedy(const AllocationRequest& request, const JobContext& ctx)
{
    return Walk(*request.problem, request.budget).run(ctx);
}
} // namespace

extern const Allocator greedyAllocator;
const Allocator greedyAllocator {
    .id = "greedy",
    .title = Text(BW_TR_NOOP("core", "One step at a time")),
    .explanation = Text(BW_TR_NOOP("core",
        "From the cheapest formats, always the one next step that saves the most damage per byte, looking no further "
        "than one format ahead. Easy to follow; best with measured damages.")),
    .schema = {},
    .allocate = greedy,
};

} // namespace bw
