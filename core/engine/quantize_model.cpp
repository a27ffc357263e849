#include "core/engine/quantize_model.h"

#include "core/base/mapped_pages.h"
#include "core/engine/code_store.h"
#include "core/engine/result_cache.h"
#include "core/engine/weight_importance.h"
#include "core/formats/format_family.h"

namespace bw {

namespace {
std::uint64_t plannedWeights(const Plan& plan, const Model& model)
{
    std::uint64_t count = 0;
    for (const auto& layer : plan.layers) {
        count += layer.isKept ? 0 : model.layer(layer.layer).count();
    }
    return count;
}

/// Turns the progress of one layer, in whatever it counts, into weights of the whole job.
JobContext layerContext(const JobContext& job, const LayerInfo& layer, std::uint64_t before, std::uint64_t total)
{
    const Text phase(BW_TR_NOOP("core", "Quantizing %1"), { printable(layer.name, 60) });
    const auto count = static_cast<double>(layer.count());
    return JobContext(job.stopToken(), [job, phase, count, before, total](const Progress& part) {
        job.report(phase, before + static_cast<std::uint64_t>(part.fraction * count), total,
            Text(BW_TR_NOOP("core", "weights")));
    });
}

/// The same codes under the id of the layer they are wanted for (equal tensors share one result).
QuantizedLayerPtr forLayer(QuantizedLayerPtr found, LayerId layer)
{
    if (found->layer == layer) {
        return found;
    }
    auto copy = std::make_shared<QuantizedLayer>(*found);
    copy->layer = layer;
    return copy;
}

QuantizedLayerPtr cachedOrQuantized(const LayerInfo& layer, const LayerChoice& choice,
    const WeightImportance* importance, ResultCache* cache, const JobContext& ctx)
{
    if (cache == nullptr) {
        return quantizeLayer(layer, choice, importance, ctx);
    }
    auto key = resultKey(cache->tensorHash(layer, ctx), choice);
    if (importance != nullptr && (needsImportance(choice.format) || needsRowCounts(choice.format))) {
        key = combine(key, combine(importance->hash, contentHash(layer.name)));
    }
    if (auto found = cache->find(key)) {
        return forLayer(std::move(found), layer.id);
    }
    auto made = quantizeLayer(layer, choice, importance, ctx);
    cache->insert(key, made);
    return made;
}

LayerOutcome outcomeOf(const LayerPlan& plan, const LayerInfo& layer, const WeightImportance* importance,
    ResultCache* cache, const JobContext& ctx)
{
    if (plan.isKept) {
        return KeptLayer {};
    }
    try {
        return cachedOrQuantized(layer, plan.choice, importance, cache, ctx);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::OutOfMemory || error.kind() == ErrorKind::Internal) {
            throw;
        }
        return Problem { layer.name, error.message() };
    }
}
} // namespace

QuantizedModelPtr quantizeModel(ModelPtr model, const Plan& plan, ResultCache* cache, const JobContext& ctx)
{
    return quantizeModel(std::move(model), plan, nullptr, cache, ctx);
}

QuantizedModelPtr quantizeModel(
    ModelPtr model, const Plan& plan, const WeightImportance* importance, ResultCache* cache, const JobContext& ctx)
{
    requireUsable(plan);
    requireImportance(plan, importance);
    auto result = std::make_shared<QuantizedModel>();
    result->plan = resolveModelScope(plan, *model, ctx);
    const std::uint64_t total = plannedWeights(plan, *model);
    std::uint64_t done = 0;
    CodeStore store;
    for (const auto& layerPlan : result->plan.layers) {
        ctx.checkpoint();
        const auto& layer = model->layer(layerPlan.layer);
        result->layers.push_back(outcomeOf(layerPlan, layer, importance, cache, layerContext(ctx, layer, done, total)));
        if (auto* quantized = std::get_if<QuantizedLayerPtr>(&result->layers.back()); quantized && cache == nullptr) {
            *quantized = store.keep(std::move(*quantized));
        }
        releasePages(layer.stored ? layer.stored->data.bytes : layer.view.bytes);
        done += layerPlan.isKept ? 0 : layer.count();
        ctx.report(Text(BW_TR_NOOP("core", "Quantizing %1"), { printable(layer.name, 60) }), done, total,
            Text(BW_TR_NOOP("core", "weights")));
    }
    result->totals = computeTotals(*model, result->layers);
    result->model = std::move(model);
    return result;
}

void requireComplete(const QuantizedModel& model)
{
    for (const auto& outcome : model.layers) {
        if (const auto* problem = std::get_if<Problem>(&outcome)) {
            throw Error(ErrorKind::BadFile, problem->message)
                .in(Text(BW_TR_NOOP("core", "layer %1"), { printable(problem->field) }));
        }
    }
}

ModelTotals computeTotals(const Model& model, const std::vector<LayerOutcome>& layers)
{
    ModelTotals totals;
    ErrorSums error;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto bytes = model.layers()[i].storedBytes();
        totals.bytesBefore += bytes;
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&layers[i]);
        if (quantized == nullptr) {
            totals.bytesAfter += bytes;
            continue;
        }
        const auto& layer = **quantized;
        for (const auto& part : layer.tensor.parts) {
            totals.bytesAfter += part.data.bytes.size();
        }
        totals.weightBits += layer.tensor.bits();
        totals.weightCount += layer.tensor.count();
        error.add(layer.error);
    }
    totals.rmseOverRms = error.count == 0 ? 0 : rmseOverRms(error);
    return totals;
}

} // namespace bw
