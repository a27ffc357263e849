#include "core/allocate/refine_allocation.h"

#include "core/allocate/choice_meter.h"
#include "core/allocate/trust_moves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

namespace bw {

namespace {
constexpr std::uint64_t batchSamples = 32;
// A step must lower the KL on the choosing samples by this share, or it is taken for noise.
constexpr double leastProgress = 1e-3;
// Steps without progress on the judging samples after which choosing only learns the choosing samples by heart.
constexpr int patience = 2;
// What is left of the budget beyond this share is filled, if that does no measurable harm.
constexpr double idleShare = 1e-3;

std::uint64_t weightsOf(const AllocationMenu& menu, std::uint32_t group)
{
    std::uint64_t count = 0;
    for (const auto layer : menu.groups[group].layers) {
        count += menu.layers[layer].count;
    }
    return count;
}

/// An allocation's formats as options of the menu; nothing if it has others.
std::optional<Choices> choicesOf(const AllocationMenu& menu, const Allocation& allocation)
{
    Choices choices;
    for (const auto& group : menu.groups) {
        const auto& name = menu.layers[group.layers.front()].name;
        const auto layer = std::find_if(
            allocation.layers.begin(), allocation.layers.end(), [&](const auto& l) { return l.layer == name; });
        if (layer == allocation.layers.end()) {
            return std::nullopt;
        }
        const auto option = std::find_if(
            group.options.begin(), group.options.end(), [&](const auto& o) { return o.format == layer->format; });
        if (option == group.options.end()) {
            return std::nullopt;
        }
        choices.push_back(static_cast<std::uint32_t>(option - group.options.begin()));
    }
    return choices;
}

class Refiner
{
public:
    Refiner(const RefineRequest& request, ResultCache* cache, const JobContext& ctx)
        : m_request(request)
        , m_menu(request.problem->menu())
        , m_ctx(ctx)
        , m_quiet(ctx.stopToken())
        , m_half(std::min<std::uint64_t>(request.samples, request.data->count()) / 2)
        , m_model(sourceSha256(*request.model, m_quiet))
        , m_data(hexText(request.data->contentHash()))
        , m_journal(journalFile(request.cacheFolder, m_model, m_data))
        , m_choosing(options(0), m_menu, key(), m_journal, cache, m_quiet)
        , m_judging(options(m_half), m_menu, key(), m_journal, cache, m_quiet)
    {
    }

    Refinement run()
    {
        addStarts();
        std::size_t current = bestBy(&MeasuredChoice::choosing);
        std::uint64_t batches
            = std::clamp<std::uint64_t>(m_request.neighbourSamples / batchSamples, 1, m_choosing.batchCount());
        int idle = 0;
        for (std::uint64_t step = 0; step < m_request.mostSteps && idle < patience;) {
            const double before = m_visited[bestBy(&MeasuredChoice::judging)].judging.mean();
            const auto next = bestStep(m_visited[current], batches, step);
            if (!next) {
                if (batches == m_choosing.batchCount()) {
                    break;
                }
                batches = std::min<std::uint64_t>(batches * 2, m_choosing.batchCount());
                continue;
            }
            ++step;
            current = add("step " + toText(step), *next);
            idle = m_visited[current].judging.mean() < before ? 0 : idle + 1;
        }
        fillUp();
        return result();
    }

private:
    MeterOptions options(std::uint64_t first) const
    {
        MeterOptions options;
        options.model = m_request.model;
        options.data = m_request.data;
        options.firstSample = first;
        options.samples = std::max<std::uint64_t>(m_half, 1);
        options.batch = batchSamples;
        options.memoryBudget = m_request.memoryBudget / 2;
        return options;
    }
    ContentHash key() const { return contentHash(std::string_view("choices 1\n" + m_model + '\n' + m_data)); }

    std::uint64_t costOf(const Choices& choices) const
    {
        const auto totals = totalsOf(m_menu, choices);
        return m_request.problem->costKind() == CostKind::FileBytes ? totals.bytes : totals.bits;
    }

    std::size_t bestBy(DamageSums MeasuredChoice::*sums) const
    {
        const auto best = std::min_element(m_visited.begin(), m_visited.end(),
            [&](const auto& a, const auto& b) { return (a.*sums).mean() < (b.*sums).mean(); });
        return static_cast<std::size_t>(best - m_visited.begin());
    }

    std::size_t add(std::string name, const Choices& choices)
    {
        const auto known = std::find_if(
            m_visited.begin(), m_visited.end(), [&](const MeasuredChoice& v) { return v.choices == choices; });
        if (known != m_visited.end()) {
            return static_cast<std::size_t>(known - m_visited.begin());
        }
        m_visited.push_back({ std::move(name), choices, costOf(choices), m_choosing.measure(choices, 0, m_quiet),
            m_judging.measure(choices, 0, m_quiet) });
        return m_visited.size() - 1;
    }

    void addStarts()
    {
        std::vector<std::pair<std::string, Choices>> starts;
        for (const auto& start : m_request.starts) {
            if (auto choices = choicesOf(m_menu, start)) {
                starts.emplace_back(start.allocator, std::move(*choices));
            }
        }
        for (const auto& uniform : m_request.problem->uniforms()) {
            starts.emplace_back("uniform " + formatText(uniform.format), uniform.choices);
        }
        // Of uniform formats only the dearest within the budget can win, but for families that differ: all are looked
        // at that take at least nine tenths of it.
        std::erase_if(starts, [&](const auto& start) {
            const auto cost = costOf(start.second);
            return cost > m_request.budget || (start.first.starts_with("uniform ") && cost * 10 < m_request.budget * 9);
        });
        if (starts.empty()) {
            starts.emplace_back("front", m_request.problem->solve(m_request.budget).choices);
        }
        std::uint64_t done = 0;
        for (auto& [name, choices] : starts) {
            m_ctx.sub(0, startShare)
                .report(Text(BW_TR_NOOP("core", "Measuring where to start")), done++, starts.size());
            add(std::move(name), choices);
        }
    }

    std::vector<Move> measureMoves(const MeasuredChoice& from, std::size_t batches, const JobContext& ctx)
    {
        std::vector<Move> moves;
        for (std::uint32_t group = 0; group < m_menu.groups.size(); ++group) {
            for (const auto option : nextOptions(m_menu, group, from.choices[group], m_request.problem->costKind())) {
                moves.push_back({ group, option, costDifference(group, from.choices[group], option), 0 });
            }
        }
        const auto room = static_cast<std::int64_t>(m_request.budget - from.cost);
        std::int64_t mostSaved = 0;
        for (const auto& move : moves) {
            mostSaved -= std::min<std::int64_t>(move.cost, 0);
        }
        std::erase_if(moves, [&](const Move& move) { return move.cost > room + mostSaved; });
        const double now = m_choosing.measure(from.choices, batches, m_quiet).mean();
        std::uint64_t done = 0;
        for (auto& move : moves) {
            ctx.report(Text(BW_TR_NOOP("core", "Measuring the next options of each layer")), done++, moves.size(),
                Text(BW_TR_NOOP("core", "options")));
            try {
                move.damage
                    = m_choosing.measureNeighbour(from.choices, move.group, move.option, batches, m_quiet).mean() - now;
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::BadInput) {
                    throw;
                }
                move.damage = std::numeric_limits<double>::max() / 1e9; // scores that are no numbers
            }
        }
        return moves;
    }

    std::int64_t costDifference(std::uint32_t group, std::uint32_t from, std::uint32_t to) const
    {
        const auto& options = m_menu.groups[group].options;
        const auto kind = m_request.problem->costKind();
        return static_cast<std::int64_t>(bw::costOf(options[to], kind))
            - static_cast<std::int64_t>(bw::costOf(options[from], kind));
    }

    /// The best of the steps of 1, 2, 4, … moves, measured as a whole; nothing if none is better than staying.
    std::optional<Choices> bestStep(const MeasuredChoice& from, std::size_t batches, std::uint64_t step)
    {
        const auto part = [&](double share) {
            return startShare
                + (1 - startShare) * (static_cast<double>(step) + share) / static_cast<double>(m_request.mostSteps);
        };
        const auto moves = measureMoves(from, batches, m_ctx.sub(part(0), part(0.8)));
        std::set<Choices> tried { from.choices };
        std::optional<Choices> best;
        double least = from.choosing.mean() * (1 - leastProgress);
        const auto room = static_cast<std::int64_t>(m_request.budget - from.cost);
        for (std::size_t most = 1; most < 2 * m_menu.groups.size(); most *= 2) {
            m_ctx.sub(part(0.8), part(1))
                .report(Text(BW_TR_NOOP("core", "Measuring steps")), most, 2 * m_menu.groups.size());
            Choices choices = from.choices;
            for (const auto& move : bestMoves(moves, most, room)) {
                choices[move.group] = move.option;
            }
            if (!tried.insert(choices).second) {
                continue;
            }
            const auto sums = measureAll(choices);
            if (sums && sums->mean() < least) {
                least = sums->mean();
                best = std::move(choices);
            }
        }
        return best;
    }

    std::optional<DamageSums> measureAll(const Choices& choices)
    {
        try {
            return m_choosing.measure(choices, 0, m_quiet);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadInput) {
                throw;
            }
            return std::nullopt;
        }
    }

    /// Spends what the best choice left of the budget on the options that seem most useful, unless that does harm.
    void fillUp()
    {
        const auto& best = m_visited[bestBy(&MeasuredChoice::judging)];
        auto left = static_cast<std::int64_t>(m_request.budget - best.cost);
        Choices choices = best.choices;
        while (static_cast<double>(left) > idleShare * static_cast<double>(m_request.budget)) {
            std::optional<Move> chosen;
            for (std::uint32_t group = 0; group < m_menu.groups.size(); ++group) {
                const auto& options = m_menu.groups[group].options;
                for (std::uint32_t option = 0; option < options.size(); ++option) {
                    const auto cost = costDifference(group, choices[group], option);
                    const double damage = options[option].damage - options[choices[group]].damage;
                    if (cost > 0 && cost <= left && damage <= 0 && (!chosen || damage < chosen->damage)) {
                        chosen = Move { group, option, cost, damage };
                    }
                }
            }
            if (!chosen) {
                break;
            }
            choices[chosen->group] = chosen->option;
            left -= chosen->cost;
        }
        add("filled up", choices);
    }

    Refinement result()
    {
        Refinement refined;
        refined.best = bestBy(&MeasuredChoice::judging);
        const auto& best = m_visited[refined.best];
        refined.allocation = describe(*m_request.problem, best.choices, m_request.budget);
        refined.allocation.allocator = "refined";
        refined.allocation.notes.push_back(
            Text(BW_TR_NOOP("core", "Measured on %1 samples that had no part in choosing: KL %2 ± %3."),
                { toText(best.judging.samples), toTextRounded(best.judging.mean(), 3),
                    toTextRounded(best.judging.standardError(), 2) }));
        refined.visited = std::move(m_visited);
        return refined;
    }

    static constexpr double startShare = 0.05;
    const RefineRequest& m_request;
    const AllocationMenu& m_menu;
    JobContext m_ctx;
    JobContext m_quiet; ///< of parts too small to be shown
    std::uint64_t m_half = 0;
    std::string m_model;
    std::string m_data;
    MeasureJournal m_journal;
    ChoiceMeter m_choosing;
    ChoiceMeter m_judging;
    std::vector<MeasuredChoice> m_visited;
};
} // namespace

std::vector<std::uint32_t> nextOptions(
    const AllocationMenu& menu, std::uint32_t group, std::uint32_t option, CostKind kind)
{
    const auto& options = menu.groups[group].options;
    std::vector<CostPoint> points;
    for (const auto& o : options) {
        points.push_back({ costOf(o, kind), o.damage });
    }
    const auto cost = points[option].cost;
    const double bit = (kind == CostKind::FileBytes ? 0.125 : 1) * static_cast<double>(weightsOf(menu, group));
    std::optional<std::uint32_t> below;
    std::optional<std::uint32_t> above;
    std::optional<std::uint32_t> bitBelow;
    std::optional<std::uint32_t> bitAbove;
    const auto nearer = [&](std::optional<std::uint32_t>& known, std::uint32_t candidate, double wanted) {
        const auto distance = [&](std::uint32_t o) { return std::abs(static_cast<double>(points[o].cost) - wanted); };
        known = !known || distance(candidate) < distance(*known) ? candidate : *known;
    };
    for (const auto candidate : undominated(points)) {
        const auto own = static_cast<double>(cost);
        if (points[candidate].cost < cost) {
            nearer(below, candidate, own);
            nearer(bitBelow, candidate, own - bit);
        } else if (points[candidate].cost > cost) {
            nearer(above, candidate, own);
            nearer(bitAbove, candidate, own + bit);
        } else if (candidate != option) {
            nearer(above, candidate, own);
        }
    }
    std::set<std::uint32_t> found;
    for (const auto& one : { below, above, bitBelow, bitAbove }) {
        if (one) {
            found.insert(*one);
        }
    }
    return { found.begin(), found.end() };
}

Refinement refineAllocation(const RefineRequest& request, ResultCache* cache, const JobContext& ctx)
{
    constexpr std::uint64_t fewest = 16;
    if (std::min<std::uint64_t>(request.samples, request.data->count()) < fewest) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "Refining needs %1 samples or more: half to choose by, half to judge."), toText(fewest));
    }
    requireReachable(*request.problem, request.budget);
    return Refiner(request, cache, ctx).run();
}

Refinement refineToSize(RefineRequest request, const SizeMeasure& measure, ResultCache* cache, const JobContext& ctx)
{
    constexpr int mostRounds = 4;
    const std::uint64_t budget = request.budget;
    for (int round = 0;; ++round) {
        Refinement refined = refineAllocation(request, cache, round == 0 ? ctx.sub(0, 0.9) : ctx.sub(0.9, 1));
        Allocation& allocation = refined.allocation;
        const RealSize real = measure(allocation, JobContext(ctx.stopToken()));
        allocation.bytes = real.bytes;
        allocation.bits = real.bits;
        allocation.budget = budget;
        if (allocation.cost() <= budget || round + 1 == mostRounds) {
            if (allocation.cost() > budget) {
                throw Error(ErrorKind::BadInput,
                    BW_TR_NOOP("core", "The refined allocation takes %1, a little more than the budget; allow more."),
                    sizeText(allocation.bytes));
            }
            return refined;
        }
        request.budget -= std::min(request.budget, allocation.cost() - budget);
    }
}

} // namespace bw
