// Bits by how sensitive and how large weights are: b = b0 + log2 σ + ½ log2 F (design notes §1.14), with b0 solved so
// that the mean is met after bits are held between the fewest and the most a layer's formats have.

#include "core/allocate/allocator.h"
#include "core/allocate/hull.h"
#include "core/allocate/knapsack.h"
#include "core/allocate/ladder.h"
#include "core/allocate/water_filling.h"
#include "core/formats/format_rate.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace bw {

namespace {
constexpr const char* sourceParam = "from";
constexpr const char* fromPoints = "candidates";
constexpr const char* fromValues = "value";

/// ½ log2 c of damage = weights · c · 4^-bits: the mean over the group's options. Nothing if none does damage.
std::optional<double> needOfPoints(const AllocationMenu& menu, const MenuGroup& group)
{
    const auto bits = optionBits(menu, group);
    const double count = weightsOf(menu, group);
    double sum = 0;
    double used = 0;
    for (std::size_t i = 0; i < bits.size(); ++i) {
        if (group.options[i].damage > 0) {
            sum += std::log2(group.options[i].damage / count) / 2 + bits[i];
            used += 1;
        }
    }
    return used > 0 ? std::optional(sum / used) : std::nullopt;
}

/// From the sensitivity's one figure per layer and the size of its weights; of tied layers the weighted mean damage.
std::optional<double> needOfValues(const AllocationMenu& menu, const MenuGroup& group)
{
    double sum = 0;
    for (const auto index : group.layers) {
        const auto& layer = menu.layers[index];
        sum += static_cast<double>(layer.count) * layer.value * layer.rms * layer.rms;
    }
    const double mean = sum / weightsOf(menu, group);
    return mean > 0 && std::isfinite(mean) ? std::optional(std::log2(mean) / 2) : std::nullopt;
}

std::vector<double> needsOf(const AllocationRequest& request)
{
    const auto& menu = request.problem->menu();
    const bool isByPoints = std::get<std::string>(request.params.at(sourceParam)) == fromPoints;
    std::vector<std::optional<double>> known;
    double least = 0;
    for (const auto& group : menu.groups) {
        known.push_back(isByPoints ? needOfPoints(menu, group) : needOfValues(menu, group));
        least = known.back() ? std::min(least, *known.back()) : least;
    }
    std::vector<double> needs;
    for (const auto& need : known) {
        needs.push_back(need.value_or(least)); // what does no damage needs no more than the least needy
    }
    return needs;
}

/// Bits per weight of a group as a function of its format's rate, and damage as one of bits, between the options that
/// were measured; all of one rated format.
class RatedGroup
{
public:
    /// Nothing if the group's options are not rates of one format.
    static std::optional<RatedGroup> of(const AllocationMenu& menu, const MenuGroup& group)
    {
        RatedGroup rated;
        const auto bits = optionBits(menu, group);
        for (std::size_t i = 0; i < group.options.size(); ++i) {
            const auto& option = group.options[i];
            const auto rate = rateOf(option.format);
            if (!rate || withRate(option.format, 0) != withRate(group.options.front().format, 0)) {
                return std::nullopt;
            }
            if (rated.m_points.empty() || bits[i] > rated.m_points.back().bits) {
                rated.m_points.push_back({ *rate, bits[i], std::max(option.damage, 1e-300), option.bytes });
            }
        }
        rated.m_format = group.options.front().format;
        return rated.m_points.size() < 2 ? std::nullopt : std::optional(rated);
    }
    double least() const { return m_points.front().bits; }
    double most() const { return m_points.back().bits; }
    QuantFormat format(double bits) const { return withRate(m_format, between(bits, &Point::rate)); }
    double damage(double bits) const
    {
        const auto [low, share] = place(bits);
        return std::exp2(std::lerp(std::log2(low[0].damage), std::log2(low[1].damage), share));
    }

private:
    struct Point
    {
        double rate = 0;
        double bits = 0;
        double damage = 0;
        std::uint64_t bytes = 0;
    };
    std::pair<const Point*, double> place(double bits) const
    {
        auto above = std::upper_bound(m_points.begin() + 1, m_points.end() - 1, bits,
            [](double wanted, const Point& point) { return wanted < point.bits; });
        const Point* low = &*std::prev(above);
        return { low, std::clamp((bits - low[0].bits) / (low[1].bits - low[0].bits), 0.0, 1.0) };
    }
    double between(double bits, double Point::*member) const
    {
        const auto [low, share] = place(bits);
        return std::lerp(low[0].*member, low[1].*member, share);
    }

    QuantFormat m_format;
    std::vector<Point> m_points;
};

/// Of the file beside codes, scales and tables of the group: header entries.
double overheadBits(const MenuGroup& group, CostKind kind)
{
    const auto& option = group.options.front();
    return kind == CostKind::WeightBits ? 0 : 8 * static_cast<double>(option.bytes) - static_cast<double>(option.bits);
}

struct Fractions
{
    std::vector<double> bits; ///< per weight, of each group
    double level = 0;
    double damage = 0;
};

Fractions fill(const AllocationRequest& request, const std::vector<double>& needs,
    const std::vector<std::optional<RatedGroup>>& rated)
{
    const auto& problem = *request.problem;
    const auto& menu = problem.menu();
    const double unit = problem.costKind() == CostKind::FileBytes ? 8 : 1;
    double available = unit * static_cast<double>(request.budget - problem.fixedCost());
    std::vector<WaterLayer> layers;
    for (std::size_t g = 0; g < needs.size(); ++g) {
        const auto& group = menu.groups[g];
        const double only = optionBits(menu, group).front();
        layers.push_back({ weightsOf(menu, group), needs[g], rated[g] ? rated[g]->least() : only,
            rated[g] ? rated[g]->most() : only });
        available -= overheadBits(group, problem.costKind());
    }
    const WaterFilling filling(layers);
    Fractions result;
    result.level = filling.levelFor(available);
    result.bits = filling.bitsAt(result.level);
    return result;
}

Text reasonOf(double need, double mean)
{
    const double above = need - mean;
    return above >= 0 ? Text(BW_TR_NOOP("core", "%1 bits more than the mean layer: it is as much more sensitive"),
               { toTextRounded(above, 2) })
                      : Text(BW_TR_NOOP("core", "%1 bits less than the mean layer: it is as much less sensitive"),
                          { toTextRounded(-above, 2) });
}

double meanNeed(const AllocationMenu& menu, const std::vector<double>& needs)
{
    double sum = 0;
    double weights = 0;
    for (std::size_t g = 0; g < needs.size(); ++g) {
        sum += weightsOf(menu, menu.groups[g]) * needs[g];
        weights += weightsOf(menu, menu.groups[g]);
    }
    return weights > 0 ? sum / weights : 0;
}

void addReasons(const AllocationMenu& menu, const std::vector<double>& needs, Allocation& allocation)
{
    const double mean = meanNeed(menu, needs);
    for (std::size_t g = 0; g < needs.size(); ++g) {
        for (const auto layer : menu.groups[g].layers) {
            if (menu.groups[g].options.size() > 1) {
                allocation.layers[layer].reason = reasonOf(needs[g], mean);
            }
        }
    }
}

Allocation fractional(const AllocationRequest& request, const std::vector<double>& needs,
    const std::vector<std::optional<RatedGroup>>& rated)
{
    const auto& problem = *request.problem;
    const auto& menu = problem.menu();
    const auto result = fill(request, needs, rated);
    Allocation allocation = describe(problem, problem.front().choices(0), request.budget);
    allocation.choices.clear();
    allocation.bits = 0;
    allocation.bytes = menu.fixedBytes;
    allocation.damage = 0;
    for (std::size_t g = 0; g < menu.groups.size(); ++g) {
        const auto& group = menu.groups[g];
        for (const auto index : group.layers) {
            auto& layer = allocation.layers[index];
            if (rated[g]) {
                const double share = static_cast<double>(layer.count) / weightsOf(menu, group);
                const auto overhead = static_cast<double>(layer.bytes) - static_cast<double>(layer.bits) / 8;
                layer.format = rated[g]->format(result.bits[g]);
                layer.bits = static_cast<std::uint64_t>(result.bits[g] * static_cast<double>(layer.count));
                layer.bytes = static_cast<std::uint64_t>(static_cast<double>(layer.bits) / 8 + overhead);
                layer.damage = share * rated[g]->damage(result.bits[g]);
            }
            allocation.bits += layer.bits;
            allocation.bytes += layer.bytes;
            allocation.damage += layer.damage;
        }
    }
    allocation.lowerBound = 0; // fractions are not on the menu
    addReasons(menu, needs, allocation);
    return allocation;
}

/// Whole formats instead of fractions: those that do the least damage by the rule (weights · 4^(need - bits)) within
/// the budget. Rounding each layer on its own would leave up to a step of the largest layer unused. Options that cost
/// more and measured no better than others are left out.
std::vector<std::uint32_t> wholeFormats(
    const AllocationRequest& request, const std::vector<double>& needs, const JobContext& ctx)
{
    constexpr KnapsackLimits limits { std::size_t { 1 } << 12 };
    constexpr double noDamage = 1e-300; // the rule's damage never ends
    const auto& problem = *request.problem;
    const auto& menu = problem.menu();
    const double most = needs.empty() ? 0 : *std::max_element(needs.begin(), needs.end());
    std::vector<std::vector<CostPoint>> groups;
    std::vector<std::vector<std::uint32_t>> options;
    for (std::size_t g = 0; g < needs.size(); ++g) {
        const auto bits = optionBits(menu, menu.groups[g]);
        const double weights = weightsOf(menu, menu.groups[g]);
        const auto points = problem.front().options(g);
        auto& own = groups.emplace_back();
        for (const auto option : options.emplace_back(undominated(points))) {
            own.push_back(
                { points[option].cost, std::max(weights * std::exp2(2 * (needs[g] - most - bits[option])), noDamage) });
        }
    }
    const AllocationFront front(std::move(groups));
    auto choices = solveKnapsack(front, request.budget - problem.fixedCost(), {}, limits, ctx).choices;
    for (std::size_t g = 0; g < choices.size(); ++g) {
        choices[g] = options[g][choices[g]];
    }
    return choices;
}

Allocation byNeed(const AllocationRequest& request, const JobContext& ctx)
{
    const auto& problem = *request.problem;
    const auto& menu = problem.menu();
    const auto needs = needsOf(request);
    std::vector<std::optional<RatedGroup>> rated;
    bool isAnyRated = false;
    bool isAllRated = true;
    for (const auto& group : menu.groups) {
        rated.push_back(RatedGroup::of(menu, group));
        isAnyRated = isAnyRated || rated.back();
        isAllRated = isAllRated && (rated.back() || group.options.size() == 1);
    }
    if (isAnyRated && isAllRated) {
        return fractional(request, needs, rated);
    }
    Allocation allocation = describe(problem, wholeFormats(request, needs, ctx), request.budget);
    addReasons(menu, needs, allocation);
    allocation.notes.push_back(Text(
        BW_TR_NOOP("core", "Fractional bits were rounded to the formats there are: %1 bits per weight of %2 allowed."),
        { toTextRounded(problem.costKind() == CostKind::WeightBits ? allocation.bitsPerWeight()
                                                                   : static_cast<double>(allocation.bytes) * 8
                      / static_cast<double>(std::max<std::uint64_t>(1, menu.weightCount)),
              4),
            toTextRounded(static_cast<double>(request.budget) * (problem.costKind() == CostKind::WeightBits ? 1 : 8)
                    / static_cast<double>(std::max<std::uint64_t>(1, menu.weightCount)),
                4) }));
    return allocation;
}

ParamSpec sourceSpec()
{
    ParamSpec spec;
    spec.id = sourceParam;
    spec.title = BW_TR_NOOP("core", "Sensitivity from");
    spec.help = BW_TR_NOOP("core",
        "What says how sensitive a layer is: the damage of its candidates, or its one value (mean Fisher) times the "
        "mean "
        "square of its weights.");
    spec.type = ParamSpec::Type::Choice;
    spec.defaultValue = std::string(fromPoints);
    spec.choices = { fromPoints, fromValues };
    spec.choiceTitles = { BW_TR_NOOP("core", "the damage of candidates"), BW_TR_NOOP("core", "the layer's value") };
    return spec;
}
} // namespace

extern const Allocator fisherAllocator;
const Allocator fisherAllocator {
    .id = "fisher",
    .title = Text(BW_TR_NOOP("core", "By sensitivity, fractional bits")),
    .explanation = Text(BW_TR_NOOP("core",
        "Each factor of four in sensitivity is one bit more (Fisher rule), exactly on budget where formats take "
        "fractions "
        "of bits (entropy-coded ones at several rates); elsewhere the formats that come nearest to that in all.")),
    .schema = { sourceSpec() },
    .allocate = byNeed,
};

} // namespace bw
