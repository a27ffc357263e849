#include "core/allocate/refine_allocation.h"

#include "core/allocate/choice_meter.h"
#include "core/allocate/trust_moves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

namespace bw {

namespace {
constexpr std::uint64_t batchSamples = 32;
// A step must lower the KL on the choosing samples by this share, or it is taken for noise.
constexpr double leastProgress = 1e-3;
// Steps without progress on the judging samples after which choosing only learns the choosing samples by heart.
constexpr int patience = 2;
// What is left of the budget beyond this share is filled, even if that costs a little: within the noise of judging.
constexpr double idleShare = 1e-3;
constexpr double fillPrice = 0.02;
// KL is what is lowered, but where single errors are large, less KL can go with fewer right answers. A choice that gets
// more standard errors fewer right than the best uniform format is passed over for others.
constexpr double accuracyErrors = 1;
// Sets of moves that a step measures besides those of a common price; all of them when nothing else is left to try.
constexpr std::size_t pairsTried = 12;
constexpr std::size_t setsTried = 48;
// The best of what was measured on some samples are measured on all.
constexpr std::size_t finalists = 6;

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

DamageSums both(DamageSums sums, const DamageSums& more)
{
    sums.add(more);
    return sums;
}

/// Does a choice get fewer samples right than another, by more than chance? Right answers of the two go together about
/// halfway, so that their difference has the variance of one share.
bool isLessAccurate(const DamageSums& sums, const DamageSums& reference)
{
    const auto n = static_cast<double>(sums.samples);
    const double lost = static_cast<double>(reference.correct) - static_cast<double>(sums.correct);
    const double share = static_cast<double>(reference.correct) / n;
    return lost > accuracyErrors * std::sqrt(std::max(share * (1 - share), 1 / n) * n);
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
        fillUp(batches);
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

    /// The least KL among those that are as accurate as the best uniform format, as far as can be told.
    std::size_t bestBy(DamageSums MeasuredChoice::*sums) const
    {
        const auto key = [&](const MeasuredChoice& choice) {
            return std::pair(m_uniform && isLessAccurate(choice.*sums, m_visited[*m_uniform].*sums), (choice.*sums).mean());
        };
        const auto best = std::min_element(
            m_visited.begin(), m_visited.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
        return static_cast<std::size_t>(best - m_visited.begin());
    }

    bool isLessAccurateThanUniform(const MeasuredChoice& choice) const
    {
        const auto all = [](const MeasuredChoice& one) { return both(one.choosing, one.judging); };
        return m_uniform && isLessAccurate(all(choice), all(m_visited[*m_uniform]));
    }

    /// Of those that are as accurate as the best uniform format on all samples, the least KL on the judging ones.
    std::size_t bestJudged() const
    {
        std::optional<std::size_t> best;
        for (std::size_t i = 0; i < m_visited.size(); ++i) {
            if (!isLessAccurateThanUniform(m_visited[i])
                && (!best || m_visited[i].judging.mean() < m_visited[*best].judging.mean())) {
                best = i;
            }
        }
        return best.value_or(bestBy(&MeasuredChoice::judging));
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
        constexpr const char* uniformName = "uniform ";
        const auto isUniform = [&](const std::string& name) { return name.starts_with(uniformName); };
        std::vector<std::pair<std::string, Choices>> starts;
        for (const auto& start : m_request.starts) {
            if (auto choices = choicesOf(m_menu, start)) {
                starts.emplace_back(start.allocator, std::move(*choices));
            }
        }
        for (const auto& uniform : m_request.problem->uniforms()) {
            starts.emplace_back(uniformName + formatText(uniform.format), uniform.choices);
        }
        // Of uniform formats only the dearest within the budget can win, but for families that differ: all are looked
        // at that take at least nine tenths of it.
        std::erase_if(starts, [&](const auto& start) {
            const auto cost = costOf(start.second);
            return cost > m_request.budget || (isUniform(start.first) && cost * 10 < m_request.budget * 9);
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
        m_starts = m_visited.size();
        for (std::size_t i = 0; i < m_starts; ++i) {
            const auto& one = m_visited[i];
            if (isUniform(one.name)
                && (!m_uniform || one.choosing.mean() < m_visited[*m_uniform].choosing.mean())) {
                m_uniform = i;
            }
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

    Choices after(const Choices& from, const std::vector<Move>& moves) const
    {
        Choices choices = from;
        for (const auto& move : moves) {
            choices[move.group] = move.option;
        }
        return choices;
    }

    /// Steps of 1, 2, 4, … moves at a common price, and the most promising single moves and pairs.
    std::vector<Choices> stepsFrom(const MeasuredChoice& from, const std::vector<Move>& moves, bool isLastLook) const
    {
        const auto room = static_cast<std::int64_t>(m_request.budget - from.cost);
        std::vector<Choices> steps;
        const auto take = [&](const std::vector<Move>& set) {
            auto choices = after(from.choices, set);
            if (choices != from.choices && std::find(steps.begin(), steps.end(), choices) == steps.end()) {
                steps.push_back(std::move(choices));
            }
        };
        for (std::size_t most = 1; most < 2 * m_menu.groups.size(); most *= 2) {
            take(bestMoves(moves, most, room));
        }
        for (const auto& set : bestMoveSets(moves, isLastLook ? 3 : 2, std::numeric_limits<std::int64_t>::min(), room,
                 isLastLook ? setsTried : pairsTried)) {
            take(set);
        }
        return steps;
    }

    /// A choice's KL on choosing samples, and whether it falls behind the best uniform format there.
    struct Candidate
    {
        bool isLessAccurate = false;
        double damage = 0;
        Choices choices;
        bool operator<(const Candidate& other) const
        {
            return std::pair(isLessAccurate, damage) < std::pair(other.isLessAccurate, other.damage);
        }
    };

    /// The finalists among `candidates`, measured on all choosing samples, the best first.
    std::vector<Candidate> bestOf(
        const std::vector<Choices>& candidates, std::size_t batches, const JobContext& ctx)
    {
        const auto measured = [&](const std::vector<Choices>& some, std::size_t on) {
            std::vector<Candidate> found;
            const auto uniform = m_uniform
                ? std::optional(m_choosing.measure(m_visited[*m_uniform].choices, on, m_quiet))
                : std::nullopt;
            for (std::size_t i = 0; i < some.size(); ++i) {
                ctx.report(Text(BW_TR_NOOP("core", "Measuring steps")), i, some.size());
                if (const auto sums = measureAll(some[i], on)) {
                    found.push_back({ uniform && isLessAccurate(*sums, *uniform), sums->mean(), some[i] });
                }
            }
            std::stable_sort(found.begin(), found.end());
            return found;
        };
        if (candidates.size() <= finalists || batches >= m_choosing.batchCount()) {
            return measured(candidates, 0);
        }
        auto first = measured(candidates, batches);
        first.resize(std::min(first.size(), finalists));
        std::vector<Choices> rest;
        for (auto& candidate : first) {
            rest.push_back(std::move(candidate.choices));
        }
        return measured(rest, 0);
    }

    /// The best step, measured as a whole; nothing if none is better than staying.
    std::optional<Choices> bestStep(const MeasuredChoice& from, std::size_t batches, std::uint64_t step)
    {
        const auto part = [&](double share) {
            return startShare
                + (1 - startShare) * (static_cast<double>(step) + share) / static_cast<double>(m_request.mostSteps);
        };
        const auto moves = measureMoves(from, batches, m_ctx.sub(part(0), part(0.8)));
        const bool isLastLook = batches == m_choosing.batchCount();
        auto best = bestOf(stepsFrom(from, moves, isLastLook), batches, m_ctx.sub(part(0.8), part(1)));
        // The first that is better; less accurate ones come last.
        for (auto& candidate : best) {
            if (candidate.damage < from.choosing.mean() * (1 - leastProgress)) {
                return std::move(candidate.choices);
            }
        }
        return std::nullopt;
    }

    /// On the first batches of the choosing samples (0: all); nothing if the model then gives scores that are no numbers.
    std::optional<DamageSums> measureAll(const Choices& choices, std::size_t batches)
    {
        try {
            return m_choosing.measure(choices, batches, m_quiet);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadInput) {
                throw;
            }
            return std::nullopt;
        }
    }

    bool isFull(const MeasuredChoice& choice) const
    {
        return static_cast<double>(m_request.budget - choice.cost)
            <= idleShare * static_cast<double>(m_request.budget);
    }

    /// Spends what the best choice left of the budget: of all sets of up to three moves that end within idleShare of it
    /// (or as close as any do), those of least damage are measured as a whole.
    void fillUp(std::size_t batches)
    {
        const MeasuredChoice from = m_visited[bestJudged()];
        if (isFull(from)) {
            return;
        }
        const auto moves = measureMoves(from, batches, m_quiet);
        const auto room = static_cast<std::int64_t>(m_request.budget - from.cost);
        const auto idle = static_cast<std::int64_t>(idleShare * static_cast<double>(m_request.budget));
        std::vector<Choices> candidates;
        for (const auto least : { room - idle, room / 2, std::int64_t { 1 } }) {
            for (const auto& set : bestMoveSets(moves, 3, std::max<std::int64_t>(least, 1), room, setsTried / 2)) {
                candidates.push_back(after(from.choices, set));
            }
            if (!candidates.empty()) {
                break;
            }
        }
        const auto best = bestOf(candidates, batches, m_quiet);
        for (std::size_t i = 0; i < std::min<std::size_t>(2, best.size()); ++i) {
            add("filled up " + toText(i + 1), best[i].choices);
        }
    }

    /// The least KL on the judging samples; of choices that fill the budget also one that is worse by no more than can
    /// be told, if it is better than everything refining began with.
    std::size_t chosen() const
    {
        const auto best = bestJudged();
        if (isFull(m_visited[best])) {
            return best;
        }
        double most = m_visited[best].judging.mean() * (1 + fillPrice);
        for (std::size_t i = 0; i < m_starts; ++i) {
            most = std::min(most, m_visited[i].judging.mean());
        }
        std::optional<std::size_t> full;
        for (std::size_t i = 0; i < m_visited.size(); ++i) {
            const double damage = m_visited[i].judging.mean();
            if (isFull(m_visited[i]) && !isLessAccurateThanUniform(m_visited[i]) && damage <= most && (!full || damage < m_visited[*full].judging.mean())) {
                full = i;
            }
        }
        return full.value_or(best);
    }

    Refinement result()
    {
        Refinement refined;
        refined.best = chosen();
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
    std::size_t m_starts = 0; ///< the first of m_visited
    std::optional<std::size_t> m_uniform; ///< of these the uniform format of least KL, if one fits
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
