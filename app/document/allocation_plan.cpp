#include "app/document/allocation_plan.h"

#include "core/engine/quantize_model.h"

#include <algorithm>
#include <set>

namespace bw {

namespace {

int placeOf(const QuantFormat& format, const MenuLayer& layer)
{
    for (std::size_t option = 0; option < layer.options.size(); ++option) {
        if (layer.options[option].format == format) {
            return static_cast<int>(option);
        }
    }
    return -1;
}

std::vector<std::vector<int>> placesOf(const AllocationMenu& constrained, const AllocationMenu& open)
{
    std::vector<std::vector<int>> places(constrained.layers.size());
    for (std::size_t layer = 0; layer < places.size(); ++layer) {
        for (const LayerOption& option : constrained.layers[layer].options) {
            // What stays in its own type is not on the open menu, though a format of that name may be.
            places[layer].push_back(
                constrained.layers[layer].isExcluded ? -1 : placeOf(option.format, open.layers[layer]));
        }
    }
    return places;
}

} // namespace

LayerChoices AllocationGround::layersOf(const std::vector<std::uint32_t>& groupChoices) const
{
    const AllocationMenu& menu = inBits->menu();
    LayerChoices choices(menu.layers.size(), -1);
    for (std::size_t group = 0; group < menu.groups.size(); ++group) {
        const auto& option = menu.groups[group].options[groupChoices[group]];
        for (std::size_t i = 0; i < option.layerOptions.size(); ++i) {
            const auto layer = menu.groups[group].layers[i];
            choices[layer] = places[layer][option.layerOptions[i]];
        }
    }
    return choices;
}

AllocationLimits limitsOf(const AllocationSettings& settings, const AllocationMenu& open)
{
    AllocationLimits limits;
    std::set<std::string> known;
    for (const MenuLayer& layer : open.layers) {
        known.insert(layer.name);
        const auto found = settings.layers.find(layer.name);
        if (found == settings.layers.end()) {
            continue;
        }
        const auto& held = found->second;
        if (held.isExcluded) {
            limits.excluded.push_back(layer.name);
        } else if (held.lock) {
            limits.locks.push_back({ layer.name, *held.lock });
        } else if (held.minBits > 0 || held.maxBits < 1e9) {
            AllocationLimits::Allowed allowed { layer.name, {} };
            for (const LayerOption& option : layer.options) {
                const double bits = static_cast<double>(option.bits) / static_cast<double>(layer.count);
                // A channel's scale is not what somebody means who says "at most 4 bits".
                if (bits + 0.5 > held.minBits && bits - 0.5 < held.maxBits) {
                    allowed.formats.push_back(option.format);
                }
            }
            limits.allowed.push_back(std::move(allowed));
        }
    }
    for (const auto& tie : settings.ties) {
        std::vector<std::string> names;
        for (const auto& name : tie) {
            const auto held = settings.layers.find(name);
            const bool isExcluded = held != settings.layers.end() && held->second.isExcluded;
            if (known.contains(name) && !isExcluded) {
                names.push_back(name);
            }
        }
        if (names.size() > 1) {
            limits.ties.push_back(std::move(names));
        }
    }
    return limits;
}

AllocationGroundPtr buildGround(std::shared_ptr<const DamageTable> table, const Model& model,
    const AllocationSettings& settings, const std::string& exporter, const JobContext& ctx)
{
    auto ground = std::make_shared<AllocationGround>();
    ground->open = buildMenu(*table, model, {}, exporter, ctx);
    const AllocationLimits limits = limitsOf(settings, ground->open);
    AllocationMenu constrained
        = limits == AllocationLimits {} ? ground->open : buildMenu(*table, model, limits, exporter, ctx);
    ground->places = placesOf(constrained, ground->open);
    ctx.checkpoint();
    ground->inBytes = std::make_shared<const AllocationProblem>(constrained, CostKind::FileBytes);
    ground->inBits = std::make_shared<const AllocationProblem>(std::move(constrained), CostKind::WeightBits);
    ground->table = std::move(table);
    return ground;
}

LayerChoices choicesOf(const Plan& plan, const Model& model, const AllocationMenu& open)
{
    LayerChoices choices(open.layers.size(), -1);
    for (std::size_t layer = 0; layer < choices.size(); ++layer) {
        const LayerId id = model.find(open.layers[layer].name);
        if (id.isValid() && !plan.layers[id.index()].isKept) {
            choices[layer] = placeOf(plan.layers[id.index()].choice.format, open.layers[layer]);
        }
    }
    return choices;
}

BudgetAnswer solveBudget(const AllocationGround& ground, const Budget& budget)
{
    const AllocationProblem& problem = ground.problem(costKindOf(budget));
    const std::uint64_t cost = budgetCost(budget, problem.menu());
    BudgetAnswer answer;
    answer.isReachable = cost >= problem.leastCost();
    answer.groupChoices = problem.solve(std::max(cost, problem.leastCost())).choices;
    answer.choices = ground.layersOf(answer.groupChoices);
    return answer;
}

Text whyUnreachable(const AllocationGround& ground, const Budget& budget)
{
    const AllocationProblem& problem = ground.problem(costKindOf(budget));
    try {
        requireReachable(problem, budgetCost(budget, problem.menu()));
    } catch (const Error& error) {
        return error.message();
    }
    return {};
}

RestOfFront::RestOfFront(const AllocationGround& ground, CostKind kind, std::size_t layer)
    : m_kind(kind)
    , m_group(ground.inBits->menu().layers[layer].group)
{
    const AllocationFront& front = ground.problem(kind).front();
    std::vector<std::vector<CostPoint>> groups;
    groups.reserve(front.groupCount());
    for (std::size_t group = 0; group < front.groupCount(); ++group) {
        const auto options = front.options(group);
        groups.emplace_back(options.begin(), options.end());
    }
    groups[m_group] = { { 0, 0 } };
    m_front = AllocationFront(std::move(groups));
}

LayerChoices RestOfFront::solve(const AllocationGround& ground, const Budget& budget, int choice) const
{
    const AllocationProblem& problem = ground.problem(m_kind);
    const MenuGroup& group = problem.menu().groups[m_group];
    const QuantFormat& format
        = ground.open.layers[group.layers.front()].options[static_cast<std::size_t>(choice)].format;
    std::uint64_t used = problem.fixedCost();
    std::vector<std::pair<std::size_t, int>> own;
    for (const auto layer : group.layers) {
        const int place = placeOf(format, ground.open.layers[layer]);
        own.emplace_back(layer, place);
        if (place >= 0) {
            const auto& option = ground.open.layers[layer].options[static_cast<std::size_t>(place)];
            used += m_kind == CostKind::WeightBits ? option.bits : option.bytes;
        }
    }
    const std::uint64_t cost = budgetCost(budget, problem.menu());
    auto groupChoices = m_front.solve(cost > used ? cost - used : 0).choices;
    LayerChoices choices = ground.layersOf(groupChoices);
    for (const auto& [layer, place] : own) {
        choices[layer] = place;
    }
    return choices;
}

Recipe recipeWith(Recipe recipe, const AllocationGround& ground, const LayerChoices& choices)
{
    Allocation allocation;
    for (std::size_t layer = 0; layer < choices.size(); ++layer) {
        const MenuLayer& held = ground.inBits->menu().layers[layer];
        if (choices[layer] < 0 && !held.isExcluded) {
            continue;
        }
        LayerAllocation one;
        one.layer = held.name;
        one.format = choices[layer] < 0
            ? held.options.front().format
            : ground.open.layers[layer].options[static_cast<std::size_t>(choices[layer])].format;
        allocation.layers.push_back(std::move(one));
    }
    return withAllocation(std::move(recipe), allocation);
}

} // namespace bw
