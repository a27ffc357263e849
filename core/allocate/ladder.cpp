#include "core/allocate/ladder.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
struct Rung
{
    std::uint32_t option = 0;
    double bits = 0;
};

/// From the cheapest option to the best, bits rising with cost.
std::vector<Rung> rungsOf(const AllocationProblem& problem, std::size_t group)
{
    const auto bits = optionBits(problem.menu(), problem.menu().groups[group]);
    std::vector<Rung> rungs;
    for (const std::uint32_t option : undominated(problem.front().options(group))) {
        if (rungs.empty() || bits[option] > rungs.back().bits) {
            rungs.push_back({ option, bits[option] });
        }
    }
    return rungs;
}

/// The nearest rung, the lower of two.
std::uint32_t nearest(const std::vector<Rung>& rungs, double bits)
{
    const auto above = std::lower_bound(
        rungs.begin(), rungs.end(), bits, [](const Rung& rung, double wanted) { return rung.bits < wanted; });
    if (above == rungs.begin()) {
        return above->option;
    }
    const auto below = std::prev(above);
    return above == rungs.end() || bits - below->bits <= above->bits - bits ? below->option : above->option;
}
} // namespace

double weightsOf(const AllocationMenu& menu, const MenuGroup& group)
{
    double count = 0;
    for (const auto layer : group.layers) {
        count += static_cast<double>(menu.layers[layer].count);
    }
    return count;
}

std::vector<double> optionBits(const AllocationMenu& menu, const MenuGroup& group)
{
    const double count = std::max(1.0, weightsOf(menu, group));
    std::vector<double> bits;
    for (const auto& option : group.options) {
        bits.push_back(static_cast<double>(option.bits) / count);
    }
    return bits;
}

Ladder highestLadder(const AllocationProblem& problem, const std::vector<double>& wishes, std::uint64_t budget)
{
    std::vector<std::vector<Rung>> rungs;
    double least = 0;
    double most = 0;
    for (std::size_t group = 0; group < wishes.size(); ++group) {
        rungs.push_back(rungsOf(problem, group));
        least = std::min(least, rungs.back().front().bits - wishes[group]);
        most = std::max(most, rungs.back().back().bits - wishes[group]);
    }
    const auto choicesAt = [&](double level) {
        std::vector<std::uint32_t> choices;
        for (std::size_t group = 0; group < wishes.size(); ++group) {
            choices.push_back(nearest(rungs[group], level + wishes[group]));
        }
        return choices;
    };
    const auto fits = [&](const std::vector<std::uint32_t>& choices) {
        return problem.fixedCost() + problem.front().costOf(choices) <= budget;
    };
    // Cost never falls as the level rises; 60 halvings are below the distance of two levels that differ.
    Ladder ladder { most, choicesAt(most) };
    if (fits(ladder.choices)) {
        return ladder;
    }
    ladder = { least, choicesAt(least) };
    constexpr int halvings = 60;
    for (int i = 0; i < halvings; ++i) {
        const double middle = least + (most - least) / 2;
        auto choices = choicesAt(middle);
        if (fits(choices)) {
            least = middle;
            ladder = { middle, std::move(choices) };
        } else {
            most = middle;
        }
    }
    return ladder;
}

} // namespace bw
