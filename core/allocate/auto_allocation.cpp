#include "core/allocate/auto_allocation.h"

#include "core/sensitivity/shrink_damage.h"

#include <algorithm>
#include <utility>

namespace bw {

namespace {
bool isKnownAnywhere(const DamageTable& table)
{
    return std::any_of(
        table.layers.begin(), table.layers.end(), [](const LayerDamage& layer) { return layer.isKnown; });
}

const DamageTable* priorOf(const std::vector<DamageTable>& tables)
{
    const auto prior = std::find_if(tables.begin(), tables.end(),
        [](const DamageTable& table) { return sensitivities().find(table.kind)->isPrior; });
    return prior == tables.end() ? nullptr : &*prior;
}

/// Tables use nothing of the half that judges.
SensitivityRequest choosingPart(const AutoRequest& request)
{
    auto part = request.sensitivity;
    const auto half = std::min<std::uint64_t>(request.samples, part.data->count()) / 2;
    part.samples = std::clamp<std::uint64_t>(part.samples, 1, std::max<std::uint64_t>(half, 1));
    return part;
}
} // namespace

std::vector<const Sensitivity*> comparableSensitivities()
{
    std::vector<const Sensitivity*> kinds;
    for (const auto* kind : sensitivities().entries()) {
        if (kind->needsData && kind->needsFormats && kind->unit == "nats") {
            kinds.push_back(kind);
        }
    }
    return kinds;
}

AutoAllocation allocateAutomatically(const AutoRequest& request, ResultCache* cache, const JobContext& ctx)
{
    if (!request.sensitivity.data) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "Finding the best allocation by measuring needs data: give calibration samples."));
    }
    constexpr double tablesShare = 0.4;
    AutoAllocation result;
    std::vector<Text> notes;
    const auto kinds = comparableSensitivities();
    const auto part = choosingPart(request);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto share
            = [&](std::size_t n) { return tablesShare * static_cast<double>(n) / static_cast<double>(kinds.size()); };
        try {
            auto table = kinds[i]->measure(part, cache, ctx.sub(share(i), share(i + 1)));
            if (const auto* prior = kinds[i]->isNoisy ? priorOf(result.tables) : nullptr) {
                // Shrinking helps where damages are small and noisy, and not where predictions are far off (ResNet-56
                // at 3 bits): both are starts.
                auto shrunk = shrunkDamage(table, *prior);
                result.tables.push_back(std::exchange(table, std::move(shrunk)));
            }
            if (isKnownAnywhere(table)) {
                result.tables.push_back(std::move(table));
            }
        } catch (const Error& error) {
            // The surest kind, the last, must work; others may not (no gradients through some operator).
            if (i + 1 == kinds.size()) {
                throw;
            }
            notes.push_back(Text(BW_TR_NOOP("core", "The sensitivity \"%1\" was left out: %2"),
                { kinds[i]->id, error.message().english() }));
        }
    }
    if (result.tables.empty()) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "No layer's damage is known."));
    }
    for (const auto& table : result.tables) {
        auto menu = buildMenu(table, *request.sensitivity.model, request.limits, request.exporter, ctx);
        result.budget = budgetCost(request.budget, menu);
        result.problem = std::make_shared<const AllocationProblem>(std::move(menu), costKindOf(request.budget));
        AllocationRequest question;
        question.problem = result.problem;
        question.budget = result.budget;
        result.starts.push_back(allocate(defaultAllocator(), question, ctx));
        result.starts.back().allocator = table.kind;
    }
    RefineRequest refine;
    refine.model = request.sensitivity.model;
    refine.data = request.sensitivity.data;
    refine.problem = result.problem;
    refine.budget = result.budget;
    refine.starts = result.starts;
    refine.samples = request.samples;
    refine.cacheFolder = request.sensitivity.cacheFolder;
    refine.memoryBudget = request.sensitivity.memoryBudget;
    const auto rest = ctx.sub(tablesShare, 1);
    result.refinement = request.measureSize ? refineToSize(refine, request.measureSize, cache, rest)
                                            : refineAllocation(refine, cache, rest);
    auto& all = result.refinement.allocation.notes;
    all.insert(all.end(), notes.begin(), notes.end());
    return result;
}

} // namespace bw
