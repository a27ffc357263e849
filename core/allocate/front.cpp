#include "core/allocate/front.h"

#include "core/base/error.h"

#include <algorithm>
#include <limits>

namespace bw {

AllocationFront::AllocationFront(std::vector<std::vector<CostPoint>> groups)
    : m_groups(std::move(groups))
{
    for (std::uint32_t group = 0; group < m_groups.size(); ++group) {
        addEdges(group);
    }
    // Prices of a group never rise along its hull, so equal prices in the order they were added keep it in order.
    std::stable_sort(
        m_edges.begin(), m_edges.end(), [](const FrontEdge& a, const FrontEdge& b) { return a.price > b.price; });
    sumUp();
}

void AllocationFront::addEdges(std::uint32_t group)
{
    const auto& options = m_groups[group];
    const auto hull = lowerHull(options);
    if (hull.empty()) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "layer group %1 has no option to choose"), toText(group));
    }
    m_first.push_back(hull.front());
    double last = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < hull.size(); ++i) {
        FrontEdge edge { group, hull[i], hull[i + 1], options[hull[i + 1]].cost - options[hull[i]].cost,
            options[hull[i]].damage - options[hull[i + 1]].damage, 0 };
        // On a straight hull rounding may turn the order round.
        edge.price = std::min(last, edge.gain / static_cast<double>(edge.cost));
        last = edge.price;
        m_edges.push_back(edge);
    }
}

void AllocationFront::sumUp()
{
    m_edgesOfGroup.resize(m_groups.size());
    m_costs.assign(m_edges.size() + 1, 0);
    m_damages.assign(m_edges.size() + 1, 0);
    m_leastAfter.assign(m_edges.size() + 1, std::numeric_limits<std::uint64_t>::max());
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        m_costs[0] += m_groups[group][m_first[group]].cost;
    }
    for (std::uint32_t i = 0; i < m_edges.size(); ++i) {
        m_edgesOfGroup[m_edges[i].group].push_back(i);
        m_costs[i + 1] = m_costs[i] + m_edges[i].cost;
    }
    // From the end with little damage, so that it is exact there too.
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        m_damages.back() += m_groups[group][choice(group, m_edges.size())].damage;
    }
    for (std::size_t i = m_edges.size(); i > 0; --i) {
        m_damages[i - 1] = m_damages[i] + m_edges[i - 1].gain;
        m_leastAfter[i - 1] = std::min(m_leastAfter[i], m_edges[i - 1].cost);
    }
}

std::size_t AllocationFront::prefixFor(std::uint64_t budget) const
{
    const auto over = std::upper_bound(m_costs.begin(), m_costs.end(), budget);
    return over == m_costs.begin() ? 0 : static_cast<std::size_t>(over - m_costs.begin()) - 1;
}

std::uint32_t AllocationFront::choice(std::size_t group, std::size_t prefix) const
{
    const auto& own = m_edgesOfGroup[group];
    const auto next = std::lower_bound(own.begin(), own.end(), prefix);
    return next == own.begin() ? m_first[group] : m_edges[*std::prev(next)].to;
}

std::vector<std::uint32_t> AllocationFront::choices(std::size_t prefix) const
{
    std::vector<std::uint32_t> choices(m_groups.size());
    for (std::size_t group = 0; group < choices.size(); ++group) {
        choices[group] = choice(group, prefix);
    }
    return choices;
}

void AllocationFront::move(std::vector<std::uint32_t>& choices, std::size_t from, std::size_t to) const
{
    for (; from < to; ++from) {
        choices[m_edges[from].group] = m_edges[from].to;
    }
    for (; from > to; --from) {
        choices[m_edges[from - 1].group] = m_edges[from - 1].from;
    }
}

double AllocationFront::lowerBound(std::uint64_t budget) const
{
    const std::size_t prefix = prefixFor(budget);
    const bool isWhole = prefix == m_edges.size() || budget <= m_costs[prefix];
    return m_damages[prefix] - (isWhole ? 0 : m_edges[prefix].price * static_cast<double>(budget - m_costs[prefix]));
}

FrontSolution AllocationFront::solve(std::uint64_t budget) const
{
    FrontSolution solution;
    solution.prefix = prefixFor(budget);
    solution.choices = choices(solution.prefix);
    solution.cost = m_costs[solution.prefix];
    solution.lowerBound = lowerBound(budget);
    for (std::size_t i = solution.prefix; i < m_edges.size() && solution.cost < budget; ++i) {
        const std::uint64_t slack = budget - solution.cost;
        if (m_leastAfter[i] > slack) {
            break;
        }
        const auto& edge = m_edges[i];
        if (edge.cost <= slack && solution.choices[edge.group] == edge.from) {
            solution.choices[edge.group] = edge.to;
            solution.cost += edge.cost;
        }
    }
    solution.damage = damageOf(solution.choices);
    return solution;
}

std::uint64_t AllocationFront::costOf(std::span<const std::uint32_t> choices) const
{
    std::uint64_t cost = 0;
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        cost += m_groups[group][choices[group]].cost;
    }
    return cost;
}

double AllocationFront::damageOf(std::span<const std::uint32_t> choices) const
{
    double damage = 0;
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        damage += m_groups[group][choices[group]].damage;
    }
    return damage;
}

} // namespace bw
