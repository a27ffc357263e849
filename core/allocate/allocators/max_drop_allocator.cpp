#include "core/allocate/allocator.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* dropParam = "drop";
constexpr const char* sureParam = "sure";
constexpr std::uint64_t firstSamples = 200;

/// Points on the front: the first n edges taken. Damage falls with n, so the fewest bytes are found by halving.
class Search
{
public:
    Search(const AllocationRequest& request, const JobContext& ctx)
        : m_request(request)
        , m_ctx(ctx)
        , m_drop(std::get<double>(request.params.at(dropParam)))
        , m_sure(std::get<double>(request.params.at(sureParam)))
    {
    }

    Allocation run()
    {
        const auto& front = m_request.problem->front();
        std::size_t low = 0;
        std::size_t high = front.edges().size();
        std::size_t steps = 2;
        for (std::size_t n = high; n > 0; n /= 2) {
            ++steps;
        }
        if (!isWithin(high, steps)) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core",
                    "Even the best of these formats for every layer drops more than allowed: %1 against %2. Add "
                    "formats of "
                    "more bits, or allow more."),
                toTextRounded(m_last, 3), toTextRounded(m_drop, 3));
        }
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (isWithin(middle, steps)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return answer(high);
    }

private:
    Allocation at(std::size_t prefix) const
    {
        const auto& problem = *m_request.problem;
        return describe(problem, problem.front().choices(prefix), problem.fixedCost() + problem.front().cost(prefix));
    }

    bool isWithin(std::size_t prefix, std::size_t steps)
    {
        if (!m_request.measureDrop) {
            m_last = m_request.problem->front().damage(prefix);
            return m_last <= m_drop;
        }
        const double from = static_cast<double>(m_done) / static_cast<double>(steps);
        ++m_done;
        const auto ctx
            = m_ctx.sub(std::min(1.0, from), std::min(1.0, static_cast<double>(m_done) / static_cast<double>(steps)));
        return decide(at(prefix), ctx);
    }

    /// Sequential test: looks at twice as many samples until the drop is on one side of the limit by `sure` standard
    /// errors, or there are no more.
    bool decide(const Allocation& allocation, const JobContext& ctx)
    {
        for (std::uint64_t samples = firstSamples;; samples *= 2) {
            ctx.checkpoint();
            const MeasuredDrop measured = m_request.measureDrop(allocation, samples, ctx);
            m_last = measured.drop;
            m_samples = std::max(m_samples, measured.samples);
            const bool isDecided = std::abs(measured.drop - m_drop) > m_sure * measured.standardError;
            // A first look without a single difference says little.
            if (measured.isComplete || (isDecided && measured.standardError > 0)) {
                return measured.drop <= m_drop;
            }
        }
    }

    Allocation answer(std::size_t prefix)
    {
        Allocation allocation = at(prefix);
        const auto& edges = m_request.problem->front().edges();
        for (const auto& edge : edges.first(prefix)) {
            allocation.trace.push_back({ edge.group, edge.from, edge.to, edge.cost, edge.gain });
        }
        if (m_request.measureDrop) {
            allocation.notes.push_back(Text(
                BW_TR_NOOP("core", "Found by measuring %1 choices on up to %2 samples; the limit was a drop of %3."),
                { toText(m_done), toText(m_samples), toTextRounded(m_drop, 3) }));
        } else {
            allocation.notes.push_back(Text(BW_TR_NOOP("core",
                                                "Nothing was measured: predicted damage (%1 %2) was held against the "
                                                "limit of %3. Give data to measure."),
                { toTextRounded(allocation.damage, 3), m_request.problem->menu().unit, toTextRounded(m_drop, 3) }));
        }
        return allocation;
    }

    const AllocationRequest& m_request;
    const JobContext& m_ctx;
    double m_drop;
    double m_sure;
    double m_last = 0;
    std::size_t m_done = 0;
    std::uint64_t m_samples = 0;
};

Allocation smallest(const AllocationRequest& request, const JobContext& ctx)
{
    return Search(request, ctx).run();
}

ParamSpec realSpec(const char* id, Text title, Text help, double least, double most, double usual)
{
    ParamSpec spec;
    spec.id = id;
    spec.title = std::move(title);
    spec.help = std::move(help);
    spec.type = ParamSpec::Type::Real;
    spec.min = least;
    spec.max = most;
    spec.step = usual / 10;
    spec.defaultValue = usual;
    return spec;
}
} // namespace

extern const Allocator maxDropAllocator;
const Allocator maxDropAllocator {
    .id = "max-drop",
    .title = Text(BW_TR_NOOP("core", "The smallest within a drop")),
    .explanation = Text(BW_TR_NOOP("core",
        "Needs no budget: the fewest bytes whose accuracy is at most so much below the float model's, measured on data "
        "(as many samples as it takes to be sure). Without data, predicted damage is held against the limit.")),
    .schema
    = { realSpec(dropParam, BW_TR_NOOP("core", "Drop"),
            BW_TR_NOOP("core", "The most accuracy may fall, as a share of all samples: 0.01 for one in a hundred."), 0,
            1e6, 0.01),
        realSpec(sureParam, BW_TR_NOOP("core", "Sure"),
            BW_TR_NOOP("core", "Standard errors between drop and limit before a measurement stops early."), 0, 10,
            2.5) },
    .needsBudget = false,
    .allocate = smallest,
};

} // namespace bw
