#include "core/allocate/reasons.h"

#include "core/allocate/ladder.h"

#include <algorithm>
#include <limits>

namespace bw {

namespace {
constexpr int figures = 2;

/// The best step from one option to another, in either direction.
struct Step
{
    double price = 0; ///< damage per unit of cost; 0: there is none
    double bits = 0; ///< per weight
    double damage = 0;
};

Step stepBetween(const AllocationProblem& problem, std::size_t group, std::uint32_t cheap, std::uint32_t dear)
{
    const auto options = problem.front().options(group);
    const auto& of = problem.menu().groups[group];
    const double cost = static_cast<double>(options[dear].cost - options[cheap].cost);
    const double bits = static_cast<double>(of.options[dear].bits) - static_cast<double>(of.options[cheap].bits);
    const double gain = options[cheap].damage - options[dear].damage;
    return { gain / cost, bits / weightsOf(problem.menu(), of), gain };
}

/// What going on would buy best.
Step nextStep(const AllocationProblem& problem, std::size_t group, std::uint32_t at)
{
    Step best;
    const auto options = problem.front().options(group);
    for (std::uint32_t other = 0; other < options.size(); ++other) {
        if (options[other].cost > options[at].cost && options[other].damage < options[at].damage) {
            const Step step = stepBetween(problem, group, at, other);
            best = step.price > best.price ? step : best;
        }
    }
    return best;
}

/// What the last step to here bought: the cheapest way back.
Step lastStep(const AllocationProblem& problem, std::size_t group, std::uint32_t at)
{
    Step least { std::numeric_limits<double>::infinity(), 0, 0 };
    const auto options = problem.front().options(group);
    for (std::uint32_t other = 0; other < options.size(); ++other) {
        if (options[other].cost < options[at].cost && options[other].damage > options[at].damage) {
            const Step step = stepBetween(problem, group, other, at);
            least = step.price < least.price ? step : least;
        }
    }
    return least.bits == 0 ? Step {} : least;
}

Text reasonFor(const AllocationProblem& problem, std::size_t group, std::uint32_t at, double elsewhere)
{
    const auto& menu = problem.menu();
    const auto& first = menu.layers[menu.groups[group].layers.front()];
    if (first.isLocked) {
        return Text(BW_TR_NOOP("core", "locked to this format"));
    }
    if (first.isExcluded) {
        return Text(BW_TR_NOOP("core", "excluded: stays in its own type"));
    }
    if (menu.groups[group].options.size() == 1) {
        return Text(BW_TR_NOOP("core", "the only format left to choose"));
    }
    const Step last = lastStep(problem, group, at);
    const Step next = nextStep(problem, group, at);
    const auto number = [](double value) { return toTextRounded(value, figures); };
    if (last.price > 0 && last.price >= elsewhere) {
        return Text(BW_TR_NOOP("core", "+%1 bits here buy %2 %3, more than they would anywhere else"),
            { number(last.bits), number(last.damage), menu.unit });
    }
    if (last.price > 0) {
        return Text(BW_TR_NOOP("core", "+%1 bits here buy %2 %3; the budget has no room for what would buy more"),
            { number(last.bits), number(last.damage), menu.unit });
    }
    if (next.price > 0) {
        return Text(BW_TR_NOOP("core", "the smallest format: +%1 bits would buy %2 %3, less than elsewhere"),
            { number(next.bits), number(next.damage), menu.unit });
    }
    return Text(BW_TR_NOOP("core", "more bits would change nothing here"));
}
} // namespace

std::vector<Text> allocationReasons(const AllocationProblem& problem, const std::vector<std::uint32_t>& choices)
{
    // The best price that was not paid, and the best but one for the group that has it.
    double first = 0;
    double second = 0;
    std::size_t best = 0;
    for (std::size_t group = 0; group < choices.size(); ++group) {
        const double price = nextStep(problem, group, choices[group]).price;
        if (price > first) {
            second = first;
            first = price;
            best = group;
        } else {
            second = std::max(second, price);
        }
    }
    std::vector<Text> reasons;
    reasons.reserve(choices.size());
    for (std::size_t group = 0; group < choices.size(); ++group) {
        reasons.push_back(reasonFor(problem, group, choices[group], group == best ? second : first));
    }
    return reasons;
}

} // namespace bw
