#include "core/allocate/allocator.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
AllocationFront frontOf(const AllocationMenu& menu, CostKind kind)
{
    std::vector<std::vector<CostPoint>> groups;
    groups.reserve(menu.groups.size());
    for (const auto& group : menu.groups) {
        auto& points = groups.emplace_back();
        points.reserve(group.options.size());
        for (const auto& option : group.options) {
            points.push_back({ costOf(option, kind), option.damage });
        }
    }
    return AllocationFront(std::move(groups));
}

/// The formats of all options as small numbers, so that they are compared once only.
class FormatNumbers
{
public:
    explicit FormatNumbers(const AllocationMenu& menu)
    {
        for (const auto& group : menu.groups) {
            auto& numbers = m_numbers.emplace_back();
            for (std::size_t i = 0; i < group.options.size(); ++i) {
                numbers.push_back(numberOf(group.options[i].format, i));
            }
        }
    }
    const std::vector<const QuantFormat*>& formats() const { return m_formats; }
    const std::vector<std::uint32_t>& ofGroup(std::size_t group) const { return m_numbers[group]; }

private:
    std::uint32_t numberOf(const QuantFormat& format, std::size_t position)
    {
        // Most groups have the same formats in the same order.
        const auto* before = m_numbers.size() < 2 ? nullptr : &m_numbers[m_numbers.size() - 2];
        if (before != nullptr && position < before->size() && *m_formats[(*before)[position]] == format) {
            return (*before)[position];
        }
        for (std::uint32_t i = 0; i < m_formats.size(); ++i) {
            if (*m_formats[i] == format) {
                return i;
            }
        }
        m_formats.push_back(&format);
        return static_cast<std::uint32_t>(m_formats.size() - 1);
    }

    std::vector<const QuantFormat*> m_formats;
    std::vector<std::vector<std::uint32_t>> m_numbers;
};

std::uint32_t nearestInBits(const std::vector<MenuGroup::Option>& options, double bits)
{
    const auto distance
        = [&](const MenuGroup::Option& option) { return std::abs(static_cast<double>(option.bits) - bits); };
    const auto best = std::min_element(
        options.begin(), options.end(), [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
    return static_cast<std::uint32_t>(best - options.begin());
}
} // namespace

AllocationProblem::AllocationProblem(AllocationMenu menu, CostKind costKind)
    : m_menu(std::move(menu))
    , m_costKind(costKind)
    , m_front(frontOf(m_menu, costKind))
{
    addUniforms();
}

void AllocationProblem::addUniforms()
{
    const FormatNumbers numbers(m_menu);
    for (std::uint32_t number = 0; number < numbers.formats().size(); ++number) {
        Uniform uniform;
        uniform.format = *numbers.formats()[number];
        std::uint64_t bits = 0;
        std::uint64_t weights = 0;
        std::vector<std::uint32_t> missing;
        for (std::uint32_t group = 0; group < m_menu.groups.size(); ++group) {
            const auto& own = numbers.ofGroup(group);
            const auto found = std::find(own.begin(), own.end(), number);
            uniform.choices.push_back(static_cast<std::uint32_t>(found - own.begin()));
            if (found == own.end()) {
                missing.push_back(group);
                uniform.isEverywhere = uniform.isEverywhere && own.size() == 1;
                continue;
            }
            bits += m_menu.groups[group].options[uniform.choices.back()].bits;
            for (const auto layer : m_menu.groups[group].layers) {
                weights += m_menu.layers[layer].count;
            }
        }
        for (const auto group : missing) {
            double count = 0;
            for (const auto layer : m_menu.groups[group].layers) {
                count += static_cast<double>(m_menu.layers[layer].count);
            }
            uniform.choices[group] = nearestInBits(m_menu.groups[group].options,
                static_cast<double>(bits) / static_cast<double>(std::max<std::uint64_t>(weights, 1)) * count);
        }
        uniform.cost = fixedCost() + m_front.costOf(uniform.choices);
        uniform.damage = m_front.damageOf(uniform.choices);
        m_uniforms.push_back(std::move(uniform));
    }
    std::stable_sort(
        m_uniforms.begin(), m_uniforms.end(), [](const Uniform& a, const Uniform& b) { return a.cost < b.cost; });
}

const AllocationProblem::Uniform* AllocationProblem::bestUniform(std::uint64_t budget) const
{
    const Uniform* best = nullptr;
    for (const auto& uniform : m_uniforms) {
        if (uniform.cost <= budget && (best == nullptr || uniform.damage < best->damage)) {
            best = &uniform;
        }
    }
    return best;
}

FrontSolution AllocationProblem::solve(std::uint64_t budget) const
{
    const std::uint64_t fixed = fixedCost();
    auto solution = m_front.solve(budget > fixed ? budget - fixed : 0);
    if (const Uniform* uniform = bestUniform(budget); uniform != nullptr && uniform->damage < solution.damage) {
        solution.choices = uniform->choices;
        solution.cost = uniform->cost - fixed;
        solution.damage = uniform->damage;
    }
    solution.cost += fixed;
    return solution;
}

std::vector<CostPoint> AllocationProblem::frontInBytes() const
{
    auto choices = m_front.choices(0);
    std::uint64_t bytes = totalsOf(m_menu, choices).bytes;
    std::vector<CostPoint> points { { bytes, m_front.damage(0) } };
    for (std::size_t i = 0; i < m_front.edges().size(); ++i) {
        const auto& edge = m_front.edges()[i];
        const auto& options = m_menu.groups[edge.group].options;
        bytes += options[edge.to].bytes;
        bytes -= options[edge.from].bytes;
        points.push_back({ bytes, m_front.damage(i + 1) });
    }
    return points;
}

} // namespace bw
