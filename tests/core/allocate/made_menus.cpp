#include "tests/core/allocate/made_menus.h"

#include <cmath>
#include <limits>

namespace bw::test {

std::vector<std::vector<CostPoint>> randomGroups(std::mt19937_64& random, std::size_t groups, std::size_t options)
{
    std::uniform_int_distribution<std::uint64_t> step(1, 40);
    std::uniform_real_distribution<double> share(0.05, 1.1);
    std::uniform_int_distribution<int> dice(0, 9);
    std::vector<std::vector<CostPoint>> made;
    for (std::size_t group = 0; group < groups; ++group) {
        CostPoint point { step(random), std::exp(6 * share(random)) };
        auto& points = made.emplace_back();
        for (std::size_t option = 0; option < options; ++option) {
            points.push_back(point);
            point.cost += dice(random) == 0 ? 0 : step(random);
            point.damage *= dice(random) == 0 ? 1 : share(random);
        }
        std::shuffle(points.begin(), points.end(), random);
    }
    return made;
}

void forEachChoice(const std::vector<std::vector<CostPoint>>& groups,
    const std::function<void(const std::vector<std::uint32_t>&)>& use)
{
    std::vector<std::uint32_t> choices(groups.size(), 0);
    for (;;) {
        use(choices);
        std::size_t group = 0;
        while (group < groups.size() && ++choices[group] == groups[group].size()) {
            choices[group++] = 0;
        }
        if (group == groups.size()) {
            return;
        }
    }
}

double bruteForce(const std::vector<std::vector<CostPoint>>& groups, std::uint64_t budget)
{
    double best = std::numeric_limits<double>::infinity();
    forEachChoice(groups, [&](const std::vector<std::uint32_t>& choices) {
        std::uint64_t cost = 0;
        double damage = 0;
        for (std::size_t group = 0; group < groups.size(); ++group) {
            cost += groups[group][choices[group]].cost;
            damage += groups[group][choices[group]].damage;
        }
        best = cost <= budget ? std::min(best, damage) : best;
    });
    return best;
}

AllocationMenu menuOf(const std::vector<std::vector<CostPoint>>& groups, std::uint64_t fixedBytes)
{
    AllocationMenu menu;
    menu.unit = "nats";
    menu.fixedBytes = fixedBytes;
    menu.unconstrainedBytes = fixedBytes;
    for (std::uint32_t i = 0; i < groups.size(); ++i) {
        MenuLayer layer;
        layer.name = "layer" + std::to_string(i);
        layer.count = 100;
        layer.group = i;
        MenuGroup group;
        group.layers = { i };
        for (std::uint32_t option = 0; option < groups[i].size(); ++option) {
            const auto& point = groups[i][option];
            const auto format
                = parseFormat("int" + std::to_string(1 + option % 8) + "/b" + std::to_string(16 + option / 8));
            layer.options.push_back({ format, 8 * point.cost, point.cost, point.damage, point.damage, 0 });
            group.options.push_back({ format, 8 * point.cost, point.cost, point.damage, { option } });
        }
        menu.weightCount += layer.count;
        menu.sourceBytes += 4 * layer.count;
        menu.layers.push_back(std::move(layer));
        menu.groups.push_back(std::move(group));
    }
    return menu;
}

AllocationProblemPtr problemOf(const AllocationMenu& menu, CostKind kind)
{
    return std::make_shared<const AllocationProblem>(menu, kind);
}

AllocationMenu likelyMenu(std::mt19937_64& random, std::size_t layers)
{
    std::uniform_int_distribution<std::uint64_t> weights(100, 4000);
    std::normal_distribution<double> spread(0, 1.5);
    std::vector<std::vector<CostPoint>> groups;
    for (std::size_t i = 0; i < layers; ++i) {
        const std::uint64_t count = 8 * weights(random);
        const double value = static_cast<double>(count) * std::exp(2 * spread(random));
        auto& points = groups.emplace_back();
        for (std::uint64_t bits = 2; bits <= 8; ++bits) {
            points.push_back({ count * bits / 8, value * std::exp2(-2.0 * static_cast<double>(bits)) });
        }
    }
    auto menu = menuOf(groups, 1000);
    menu.weightCount = 0;
    for (auto& layer : menu.layers) {
        layer.count = layer.options.front().bytes * 8 / 2;
        menu.weightCount += layer.count;
    }
    return menu;
}

} // namespace bw::test
