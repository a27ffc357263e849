#include "core/allocate/fit_to_file.h"

#include "core/engine/result_cache.h"
#include "core/export/exporter.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace bw {

namespace {
constexpr int mostRounds = 6;
constexpr double closeEnough = 2e-4; ///< of the budget
} // namespace

namespace {
/// Is there a size to meet, and something to change to meet it?
bool canAdjust(const Allocator& allocator)
{
    return allocator.needsBudget && !allocator.needsRecipe;
}

[[noreturn]] void tooLarge(const Allocator& allocator, const AllocationRequest& request, const Allocation& last)
{
    if (allocator.needsRecipe) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "This recipe makes a file of %1 with %2 bits per weight, which is over the budget."),
            sizeText(last.bytes), toTextRounded(last.bitsPerWeight(), 4));
    }
    requireReachable(*request.problem, request.budget);
    throw Error(ErrorKind::BadInput,
        BW_TR_NOOP("core", "The smallest file these formats make is %1, a little more than the budget."),
        sizeText(last.bytes));
}
} // namespace

Allocation allocateToSize(
    const Allocator& allocator, const AllocationRequest& request, const SizeMeasure& measure, const JobContext& ctx)
{
    AllocationRequest corrected = request;
    std::optional<Allocation> best;
    Allocation last;
    for (int round = 0; round < mostRounds; ++round) {
        const double from = static_cast<double>(round) / mostRounds;
        const double middle = from + 0.5 / mostRounds;
        last = allocate(allocator, corrected, ctx.sub(from, middle));
        const std::uint64_t predicted = last.cost();
        const RealSize real = measure(last, ctx.sub(middle, from + 1.0 / mostRounds));
        last.bytes = real.bytes;
        last.bits = real.bits;
        last.budget = allocator.needsBudget ? request.budget : last.cost();
        const std::uint64_t cost = last.cost();
        const bool fits = !allocator.needsBudget || cost <= request.budget;
        if (fits && (!best || last.damage < best->damage)) {
            best = last;
        }
        const double slack = static_cast<double>(request.budget) - static_cast<double>(cost);
        if (!canAdjust(allocator) || (fits && slack <= closeEnough * static_cast<double>(request.budget))) {
            break;
        }
        // What the menu was wrong by, here; elsewhere it is wrong by about as much.
        const auto wanted = static_cast<std::int64_t>(request.budget + predicted) - static_cast<std::int64_t>(cost);
        const auto next
            = std::max(request.problem->leastCost(), static_cast<std::uint64_t>(std::max<std::int64_t>(wanted, 0)));
        if (next == corrected.budget) {
            break;
        }
        corrected.budget = next;
    }
    if (!best) {
        tooLarge(allocator, request, last);
    }
    ctx.report(Text(BW_TR_NOOP("core", "Allocating")), 1, 1);
    return *std::move(best);
}

SizeMeasure quantizedSize(
    ModelPtr model, Recipe recipe, const std::string& exporter, std::shared_ptr<ResultCache> cache)
{
    const Exporter* entry = &exporterFor({}, exporter);
    if (entry->sizes == nullptr) {
        throw Error(ErrorKind::Internal, Text(BW_TR_NOOP("core", "this file format has no sizes")));
    }
    return [model = std::move(model), recipe = std::move(recipe), cache = std::move(cache), entry](
               const Allocation& allocation, const JobContext& ctx) {
        const Plan plan = resolve(withAllocation(recipe, allocation), *model);
        const auto quantized = quantizeModel(model, plan, cache.get(), ctx);
        requireComplete(*quantized);
        if (const auto problems = entry->canExport(*quantized, {}); !problems.empty()) {
            throw Error(ErrorKind::Unsupported, problems.front().message);
        }
        std::uint64_t bits = 0;
        for (const auto& layer : quantized->layers) {
            if (const auto* done = std::get_if<QuantizedLayerPtr>(&layer)) {
                bits += (*done)->tensor.bits();
            }
        }
        return RealSize { entry->sizes->fileBytes(*quantized, {}, ctx), bits };
    };
}

} // namespace bw
