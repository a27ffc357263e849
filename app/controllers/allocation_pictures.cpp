#include "app/controllers/allocation_pictures.h"

#include "app/controllers/allocation_totals.h"
#include "app/core_text.h"
#include "app/workbench.h"
#include "core/sensitivity/compare_damage.h"
#include "widgets/allocation/allocation_model.h"
#include "widgets/allocation/budget_text.h"
#include "widgets/layer_names.h"
#include "widgets/text.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr std::size_t mostLinePoints = 1200;
constexpr std::size_t stepsBefore = 2;
constexpr std::size_t stepsAfter = 14;
/// Damages below the largest by so many powers of ten count as quiet.
constexpr double shownDecades = 3;
/// A budget of which less than this share is left is met.
constexpr double noticedRoom = 0.01;

QString spelling(const QuantFormat& format)
{
    return QString::fromStdString(formatText(format));
}

double perWeight(std::uint64_t bits, std::uint64_t count)
{
    return count == 0 ? 0 : static_cast<double>(bits) / static_cast<double>(count);
}

BarMenu barMenu(const MenuLayer& layer)
{
    auto menu = std::make_shared<std::vector<BarChoice>>();
    for (const LayerOption& option : layer.options) {
        menu->push_back({ spelling(option.format), perWeight(option.bits, layer.count), option.bytes, option.damage });
    }
    return menu;
}

QString firstName(const AllocationMenu& menu, std::uint32_t group)
{
    return shownName(menu.layers[menu.groups[group].layers.front()].name);
}

QString groupName(const AllocationMenu& menu, std::uint32_t group)
{
    const auto& layers = menu.groups[group].layers;
    const QString first = firstName(menu, group);
    return layers.size() == 1 ? first : AllocationText::tr("%1 and %2 tied").arg(first).arg(layers.size() - 1);
}

} // namespace

bool isKl(const DamageTable& table)
{
    return table.unit == "nats";
}

QString damageTitle(const DamageTable& table)
{
    return isKl(table) ? AllocationText::tr("predicted KL to float, nats")
                       : AllocationText::tr("predicted damage: %1").arg(coreText(Text(table.unit)));
}

AllocationScene allocationScene(AllocationGroundPtr ground, const AllocationSettings& settings)
{
    AllocationScene scene;
    scene.ground = std::move(ground);
    std::vector<QString> layerNames;
    for (const MenuLayer& layer : scene.ground->open.layers) {
        layerNames.push_back(shownName(layer.name));
    }
    scene.nameEnding = sharedEnding(layerNames);
    const AllocationMenu& open = scene.ground->open;
    const AllocationMenu& constrained = scene.ground->inBits->menu();
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    for (const MenuLayer& layer : open.layers) {
        const auto [low, high] = std::minmax_element(layer.options.begin(), layer.options.end(),
            [](const LayerOption& a, const LayerOption& b) { return a.bits < b.bits; });
        least += low->bits;
        most += high->bits;
    }
    scene.lowBits = perWeight(least, open.weightCount);
    scene.highBits = perWeight(most, open.weightCount);
    for (std::size_t i = 0; i < open.layers.size(); ++i) {
        AllocationRow row;
        row.name = shownName(open.layers[i].name);
        row.menu = barMenu(open.layers[i]);
        row.isLocked = constrained.layers[i].isLocked;
        row.isExcluded = constrained.layers[i].isExcluded;
        row.reason = coreText(constrained.layers[i].note);
        const auto held = settings.layers.find(open.layers[i].name);
        if (held != settings.layers.end()) {
            row.minBits = held->second.minBits > 0 ? std::optional(held->second.minBits) : std::nullopt;
            row.maxBits = std::isfinite(held->second.maxBits) ? std::optional(held->second.maxBits) : std::nullopt;
        }
        for (std::size_t tie = 0; tie < settings.ties.size(); ++tie) {
            const auto& names = settings.ties[tie];
            if (std::find(names.begin(), names.end(), open.layers[i].name) != names.end()) {
                row.tie = static_cast<int>(tie) + 1;
            }
        }
        scene.rows.push_back(std::move(row));
    }
    const AllocationFront& front = scene.ground->inBits->front();
    const std::size_t points = front.edges().size() + 1;
    const std::size_t stride = std::max<std::size_t>(1, points / mostLinePoints);
    for (std::size_t i = 0; i < points; i += stride) {
        scene.line.emplace_back(perWeight(front.cost(i), open.weightCount), front.damage(i));
    }
    if ((points - 1) % stride != 0) {
        scene.line.emplace_back(perWeight(front.cost(points - 1), open.weightCount), front.damage(points - 1));
    }
    for (const auto& uniform : scene.ground->inBits->uniforms()) {
        if (uniform.isEverywhere) {
            FrontMark mark;
            mark.kind = FrontMark::Kind::Uniform;
            mark.name = spelling(uniform.format);
            mark.bits = perWeight(uniform.cost, open.weightCount);
            mark.bytes = totalsOf(constrained, uniform.choices).bytes;
            mark.damage = uniform.damage;
            mark.note = AllocationText::tr("this format for every layer");
            scene.uniforms.push_back(std::move(mark));
        }
    }
    return scene;
}

std::vector<AllocationRow> allocationRows(
    const AllocationScene& scene, const LayerChoices& choices, const Workbench& bench, const std::vector<Text>& reasons)
{
    const AllocationGround& ground = *scene.ground;
    std::vector<AllocationRow> rows = scene.rows;
    double largest = 0;
    double total = static_cast<double>(ground.open.fixedBytes);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        AllocationRow& row = rows[i];
        row.chosen = choices[i];
        if (row.chosen >= 0) {
            const BarChoice& choice = (*row.menu)[static_cast<std::size_t>(row.chosen)];
            row.bits = choice.bits;
            row.format = choice.format;
            row.damage = choice.damage;
            row.share = static_cast<double>(choice.bytes);
            largest = std::max(largest, choice.damage);
        } else {
            const LayerId id = bench.document.model()->find(ground.open.layers[i].name);
            const LayerPlan& plan = bench.derived.layerPlan(id);
            const LayerInfo& info = bench.document.model()->layer(id);
            const auto& result = bench.derived.layer(id).result;
            const bool isKept = plan.isKept || !result;
            row.format = plan.isKept ? QString() : spelling(plan.choice.format);
            row.bits = isKept ? perWeight(8 * info.storedBytes(), info.count()) : result->bitsPerWeight();
            row.share = static_cast<double>(isKept ? info.storedBytes() : result->bytes);
        }
        total += row.share;
        const std::size_t group = ground.inBits->menu().layers[i].group;
        if (row.reason.isEmpty() && group < reasons.size()) {
            row.reason = coreText(reasons[group]);
        }
    }
    for (AllocationRow& row : rows) {
        row.share = total > 0 ? row.share / total : 0;
        if (row.damage && largest > 0 && *row.damage > 0) {
            row.cost = std::clamp(1 + std::log10(*row.damage / largest) / shownDecades, 0.0, 1.0);
        }
    }
    return rows;
}

BudgetPicture budgetPicture(const AllocationScene& scene, const AllocationTotals& totals, bool isStale)
{
    BudgetPicture picture;
    picture.lowBits = scene.lowBits;
    picture.highBits = scene.highBits;
    picture.bits = totals.bitsPerWeight;
    picture.askedBits = totals.bitsPerWeight;
    picture.bytes = totals.bytes;
    picture.bytesBefore = scene.ground->open.sourceBytes;
    picture.damage = totals.damage;
    picture.damageTitle = damageTitle(*scene.ground->table);
    picture.damageUnit = isKl(*scene.ground->table) ? AllocationText::tr("KL", "unit of damage") : QString();
    picture.isEnabled = scene.highBits > scene.lowBits;
    picture.isStale = isStale;
    return picture;
}

StepList stepsAround(const AllocationScene& scene, const AllocationTotals& totals)
{
    const AllocationGround& ground = *scene.ground;
    const AllocationMenu& menu = ground.inBits->menu();
    const AllocationFront& front = ground.inBits->front();
    const std::size_t at = front.prefixFor(totals.bits);
    StepList list;
    list.first = at > stepsBefore ? at - stepsBefore : 0;
    const std::size_t last = std::min(front.edges().size(), at + stepsAfter);
    for (std::size_t i = list.first; i < last; ++i) {
        const FrontEdge& edge = front.edges()[i];
        const auto& options = menu.groups[edge.group].options;
        StepRow row;
        row.layer = groupName(menu, edge.group);
        // What follows the name of a tied layer goes with its ending.
        row.nameEnding = scene.nameEnding == 0 ? 0
                                               : static_cast<int>(row.layer.size())
                - static_cast<int>(firstName(menu, edge.group).size()) + scene.nameEnding;
        row.from = spelling(options[edge.from].format);
        row.to = spelling(options[edge.to].format);
        row.bytes = static_cast<double>(options[edge.to].bytes) - static_cast<double>(options[edge.from].bytes);
        row.before = front.damage(i);
        row.after = front.damage(i + 1);
        row.isTaken = i < at;
        std::uint64_t weights = 0;
        for (const auto layer : menu.groups[edge.group].layers) {
            weights += menu.layers[layer].count;
        }
        const QString bits = numberText(perWeight(edge.cost, weights), 2);
        const QString gain = numberText(edge.gain, 2);
        row.reason = row.isTaken ? AllocationText::tr("+%1 bits here bought %2 %3", "bits, damage, unit")
                                       .arg(bits, gain, coreText(Text(menu.unit)))
            : i == at ? AllocationText::tr("+%1 bits here buy %2 %3, more for their size than anywhere else")
                            .arg(bits, gain, coreText(Text(menu.unit)))
                      : AllocationText::tr("+%1 bits here would buy %2 %3").arg(bits, gain, coreText(Text(menu.unit)));
        list.rows.push_back(std::move(row));
    }
    return list;
}

QString walkText(const AllocationGround& ground, std::size_t step, std::size_t count)
{
    const AllocationMenu& menu = ground.inBits->menu();
    const AllocationFront& front = ground.inBits->front();
    if (step == 0) {
        return AllocationText::tr("Every layer starts with its smallest format: %1, damage %2")
            .arg(bitsText(perWeight(front.cost(0), menu.weightCount)), numberText(front.damage(0), 2));
    }
    const FrontEdge& edge = front.edges()[step - 1];
    const auto& options = menu.groups[edge.group].options;
    return AllocationText::tr("Step %1 of %2: %3, %4 → %5. It saves %6, the most for its size of all steps left")
        .arg(step)
        .arg(count)
        .arg(groupName(menu, edge.group), spelling(options[edge.from].format), spelling(options[edge.to].format),
            numberText(edge.gain, 2));
}

std::vector<DamageRow> damageRows(
    const AllocationGround& ground, const LayerChoices& choices, const DamageTable* measured)
{
    std::vector<DamageRow> rows;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const MenuLayer& layer = ground.open.layers[i];
        DamageRow row;
        row.layer = shownName(layer.name);
        row.note = coreText(layer.note);
        if (choices[i] >= 0) {
            const LayerOption& option = layer.options[static_cast<std::size_t>(choices[i])];
            row.format = spelling(option.format);
            row.predicted = option.measured;
            row.predictedError = option.standardError;
            for (const LayerDamage& other : measured != nullptr ? measured->layers : std::vector<LayerDamage> {}) {
                const auto point = std::find_if(other.points.begin(), other.points.end(),
                    [&](const DamagePoint& each) { return each.format == option.format && each.isUsable(); });
                if (other.layer == layer.name && other.isKnown && point != other.points.end()) {
                    row.measured = point->damage;
                    row.measuredError = point->standardError;
                }
            }
        }
        if (row.predicted && row.measured) {
            row.isFlagged = comparePair(*row.predicted, row.predictedError, *row.measured, row.measuredError).isOff;
            if (row.isFlagged) {
                row.note = AllocationText::tr(
                    "Prediction and measurement differ by more than three times: use measured damages, or "
                    "refine the allocation");
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

QString roomText(const AllocationGround& ground, const Budget& budget, const AllocationTotals& totals)
{
    const CostKind kind = costKindOf(budget);
    const AllocationMenu& menu = ground.problem(kind).menu();
    const AllocationFront& front = ground.problem(kind).front();
    const auto asked = static_cast<double>(budgetCost(budget, menu));
    const std::uint64_t used = kind == CostKind::WeightBits ? totals.bits : totals.bytes;
    if (static_cast<double>(used) > asked * (1 - noticedRoom)) {
        return {};
    }
    const std::size_t at = front.prefixFor(used - std::min(used, fixedCost(menu, kind)));
    if (at >= front.edges().size()) {
        return AllocationText::tr("That is all these formats can use: every layer has its largest one.");
    }
    const FrontEdge& edge = front.edges()[at];
    const auto& options = menu.groups[edge.group].options;
    const std::uint64_t bytes = totals.bytes + options[edge.to].bytes - options[edge.from].bytes;
    return AllocationText::tr("These formats come no closer from below: the next step, %1 from %2 to %3, makes it %4 "
                              "(%5). More formats to choose from help.")
        .arg(groupName(menu, edge.group), spelling(options[edge.from].format), spelling(options[edge.to].format),
            bytesText(bytes),
            percentText(
                static_cast<double>(bytes) / static_cast<double>(std::max<std::uint64_t>(1, menu.sourceBytes))));
}

QString metricText(const Metric& metric)
{
    return AllocationText::tr("%1 [%2, %3]")
        .arg(percentText(metric.value), numberText(metric.low * 100), numberText(metric.high * 100));
}

} // namespace bw
