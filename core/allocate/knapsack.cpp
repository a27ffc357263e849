#include "core/allocate/knapsack.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// An option other than the group's best at the price: what it costs more (or less), and what it is worse by.
struct Change
{
    std::uint32_t option = 0;
    std::int64_t cost = 0;
    double loss = 0; ///< ≥ 0: damage + price · cost, above the best
};

struct CoreGroup
{
    std::uint32_t group = 0;
    std::vector<Change> changes;
    double ease = 0; ///< least loss per unit of cost
};

/// Choices for the groups so far, the others at their best.
struct State
{
    std::int64_t cost = 0;
    double loss = 0;
    std::uint32_t parent = none; ///< in the level before
    std::uint32_t option = none; ///< none: the group's best
};

/// What the groups from a level on can still do.
struct Rest
{
    double up = infinity; ///< least loss per unit of cost added
    double down = infinity; ///< per unit saved
    std::int64_t mostSaved = 0;
};

class Solver
{
public:
    Solver(const AllocationFront& front, std::uint64_t budget, const KnapsackLimits& limits, const JobContext& ctx)
        : m_front(front)
        , m_budget(budget)
        , m_limits(limits)
        , m_ctx(ctx)
    {
    }

    KnapsackSolution solve(const std::vector<std::uint32_t>& start) &&
    {
        const FrontSolution first = m_front.solve(m_budget);
        m_best = { first.choices, first.cost, first.damage, first.lowerBound, false };
        if (!start.empty() && m_front.damageOf(start) < m_best.damage && m_front.costOf(start) <= m_budget) {
            m_best = { start, m_front.costOf(start), m_front.damageOf(start), first.lowerBound, false };
        }
        if (first.prefix == m_front.edges().size()) {
            return proven();
        }
        m_price = m_front.edges()[first.prefix].price;
        m_base = m_front.choices(first.prefix);
        m_slack = static_cast<std::int64_t>(m_budget - m_front.cost(first.prefix));
        m_allowed = m_best.damage - first.lowerBound;
        // Differences below this are rounding.
        m_little = 1e-12 * (m_best.damage + m_price * static_cast<double>(m_budget));
        findCore();
        sumUpRest();
        search();
        return std::move(m_best);
    }

private:
    KnapsackSolution proven()
    {
        m_best.lowerBound = m_best.damage;
        m_best.isOptimal = true;
        return std::move(m_best);
    }

    double valueOf(const CostPoint& point) const { return point.damage + m_price * static_cast<double>(point.cost); }

    void findCore()
    {
        for (std::uint32_t group = 0; group < m_front.groupCount(); ++group) {
            const auto options = m_front.options(group);
            const auto& base = options[m_base[group]];
            CoreGroup core { group, {}, infinity };
            for (const std::uint32_t option : undominated(options)) {
                const double loss = std::max(0.0, valueOf(options[option]) - valueOf(base));
                const auto cost
                    = static_cast<std::int64_t>(options[option].cost) - static_cast<std::int64_t>(base.cost);
                if (option != m_base[group] && cost != 0 && loss < m_allowed - m_little) {
                    core.changes.push_back({ option, cost, loss });
                    core.ease = std::min(core.ease, loss / std::abs(static_cast<double>(cost)));
                }
            }
            if (!core.changes.empty()) {
                m_core.push_back(std::move(core));
            }
        }
        // Easy changes first: those left over bound all the better.
        std::stable_sort(
            m_core.begin(), m_core.end(), [](const CoreGroup& a, const CoreGroup& b) { return a.ease < b.ease; });
    }

    void sumUpRest()
    {
        m_rest.resize(m_core.size() + 1);
        for (std::size_t level = m_core.size(); level > 0; --level) {
            Rest rest = m_rest[level];
            std::int64_t saved = 0;
            for (const auto& change : m_core[level - 1].changes) {
                const double each = change.loss / std::abs(static_cast<double>(change.cost));
                double& side = change.cost > 0 ? rest.up : rest.down;
                side = std::min(side, each);
                saved = std::max(saved, -change.cost);
            }
            rest.mostSaved += saved;
            m_rest[level - 1] = rest;
        }
    }

    /// No completion of the state is above the linear bound by less.
    double boundOf(const State& state, const Rest& rest) const
    {
        const std::int64_t slack = m_slack - state.cost;
        if (-slack > rest.mostSaved) {
            return infinity;
        }
        const double size = std::abs(static_cast<double>(slack));
        return state.loss + (slack >= 0 ? std::min(m_price, rest.up) * size : rest.down * size);
    }

    void search()
    {
        m_levels.push_back({ State {} });
        double lost = infinity; // least bound of what was given up
        for (std::size_t level = 0; level < m_core.size(); ++level) {
            m_ctx.checkpoint();
            auto next = widened(level);
            lost = std::min(lost, prune(next, m_rest[level + 1]));
            m_levels.push_back(std::move(next));
        }
        if (m_found != none) {
            readBack();
        }
        const double linear = m_front.lowerBound(m_budget);
        m_best.isOptimal = lost >= m_allowed - m_little;
        m_best.lowerBound = m_best.isOptimal ? m_best.damage : std::min(m_best.damage, linear + lost);
    }

    std::vector<State> widened(std::size_t level)
    {
        const auto& before = m_levels.back();
        const auto& rest = m_rest[level + 1];
        std::vector<State> next;
        constexpr std::uint32_t untilCheckpoint = 4096;
        for (std::uint32_t i = 0; i < before.size(); ++i) {
            if (i % untilCheckpoint == 0) {
                m_ctx.checkpoint();
            }
            add({ before[i].cost, before[i].loss, i, none }, level + 1, rest, next);
            for (const auto& change : m_core[level].changes) {
                add({ before[i].cost + change.cost, before[i].loss + change.loss, i, change.option }, level + 1, rest,
                    next);
            }
        }
        return next;
    }

    void add(const State& state, std::size_t level, const Rest& rest, std::vector<State>& next)
    {
        if (boundOf(state, rest) >= m_allowed - m_little) {
            return;
        }
        next.push_back(state);
        const std::int64_t slack = m_slack - state.cost;
        if (slack >= 0) {
            const double above = state.loss + m_price * static_cast<double>(slack);
            if (above < m_allowed - m_little) {
                // Good as it is, with all other groups at their best. Its place is known after pruning; the path is not
                // pruned away, as it is copied now.
                m_allowed = above;
                m_found = static_cast<std::uint32_t>(level);
                m_path.assign(1, state);
                for (std::size_t back = level - 1; back > 0; --back) {
                    m_path.push_back(m_levels[back][m_path.back().parent]);
                }
            }
        }
    }

    /// Keeps the undominated states, and of too many the most hopeful. Returns the least bound of those given up.
    double prune(std::vector<State>& states, const Rest& rest) const
    {
        const auto damage
            = [this](const State& state) { return state.loss - m_price * static_cast<double>(state.cost); };
        std::sort(states.begin(), states.end(), [&](const State& a, const State& b) {
            if (a.cost != b.cost) {
                return a.cost < b.cost;
            }
            return a.loss != b.loss ? a.loss < b.loss : std::pair(a.parent, a.option) < std::pair(b.parent, b.option);
        });
        std::vector<State> kept;
        double least = infinity;
        for (const auto& state : states) {
            if (damage(state) < least && boundOf(state, rest) < m_allowed - m_little) {
                least = damage(state);
                kept.push_back(state);
            }
        }
        states = std::move(kept);
        if (states.size() <= m_limits.states) {
            return infinity;
        }
        const auto hopeful = [&](const State& a, const State& b) {
            const double boundA = boundOf(a, rest);
            const double boundB = boundOf(b, rest);
            return boundA != boundB ? boundA < boundB : a.cost < b.cost;
        };
        const auto last = states.begin() + static_cast<std::ptrdiff_t>(m_limits.states);
        std::nth_element(states.begin(), last, states.end(), hopeful);
        const double lost = boundOf(*last, rest);
        states.erase(last, states.end());
        return lost;
    }

    void readBack()
    {
        auto choices = m_base;
        std::size_t level = m_found;
        for (const auto& state : m_path) {
            --level;
            if (state.option != none) {
                choices[m_core[level].group] = state.option;
            }
        }
        m_best.choices = std::move(choices);
        m_best.cost = m_front.costOf(m_best.choices);
        m_best.damage = m_front.damageOf(m_best.choices);
    }

    const AllocationFront& m_front;
    std::uint64_t m_budget;
    KnapsackLimits m_limits;
    const JobContext& m_ctx;
    KnapsackSolution m_best;
    double m_price = 0;
    std::vector<std::uint32_t> m_base;
    std::int64_t m_slack = 0; ///< of the base
    double m_allowed = 0; ///< above the linear bound: what must be beaten
    double m_little = 0;
    std::vector<CoreGroup> m_core;
    std::vector<Rest> m_rest; ///< from each level on
    std::vector<std::vector<State>> m_levels;
    std::uint32_t m_found = none; ///< level of the best state seen
    std::vector<State> m_path; ///< from it back to the first level
};
} // namespace

KnapsackSolution solveKnapsack(const AllocationFront& front, std::uint64_t budget,
    const std::vector<std::uint32_t>& start, const KnapsackLimits& limits, const JobContext& ctx)
{
    return Solver(front, budget, limits, ctx).solve(start);
}

} // namespace bw
