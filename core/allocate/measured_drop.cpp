#include "core/allocate/measured_drop.h"

#include "core/engine/result_cache.h"
#include "core/evaluate/evaluation.h"

#include <algorithm>

namespace bw {

namespace {
constexpr const char* accuracy = "top1";
constexpr double halfInterval = 1.96; ///< standard errors in half of a 95 % interval

MeasuredDrop dropOf(const EvalResult& result, std::uint64_t available)
{
    MeasuredDrop drop;
    for (const auto& comparison : result.comparisons) {
        if (comparison.metric == accuracy) {
            drop.drop = -comparison.difference;
            drop.standardError = (comparison.high - comparison.low) / 2 / halfInterval;
        }
    }
    const Metric* metric = result.runs.front().find(accuracy);
    if (metric == nullptr) {
        throw Error(ErrorKind::Unsupported,
            Text(BW_TR_NOOP(
                "core", "The drop in accuracy needs data with labels, and a model that tells classes apart.")));
    }
    drop.samples = metric->n;
    drop.isComplete = metric->n >= available;
    return drop;
}
} // namespace

DropMeasure evaluatedDrop(ModelPtr model, DatasetPtr data, Recipe recipe, std::shared_ptr<ResultCache> cache)
{
    return [model = std::move(model), data = std::move(data), recipe = std::move(recipe), cache = std::move(cache)](
               const Allocation& allocation, std::uint64_t samples, const JobContext& ctx) {
        const Plan plan = resolve(withAllocation(recipe, allocation), *model);
        const auto quantized = quantizeModel(model, plan, cache.get(), ctx.sub(0, 0.2));
        requireComplete(*quantized);
        EvalOptions options;
        options.samples = std::min(samples, data->count());
        return dropOf(evaluate(*model, quantized.get(), *data, options, ctx.sub(0.2, 1)), data->count());
    };
}

} // namespace bw
