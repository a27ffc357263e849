#include "core/sensitivity/candidate_points.h"

#include "core/base/parallel.h"
#include "core/engine/result_cache.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace bw {

namespace {
void requireNeeds(const Sensitivity& kind, const SensitivityRequest& request)
{
    if (request.layers.empty()) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "There is no layer that can be quantized."));
    }
    if (kind.needsData && !request.data) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "The sensitivity \"%1\" needs data: give calibration samples."), kind.id);
    }
    if (kind.needsGraph && !request.model->hasGraph()) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "The sensitivity \"%1\" runs the model, but this file holds weights only. Open a TorchScript model, or "
                "use a kind that needs no graph."),
            kind.id);
    }
    if (kind.needsFormats && request.formats.empty()) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "The sensitivity \"%1\" measures candidate formats: name at least one."), kind.id);
    }
}

double rmsOf(const LayerInfo& layer, const JobContext& ctx)
{
    const TensorView matrix = layer.matrix();
    const double squares = parallelReduce(
        matrix.count(), FloatChunks::chunkSize, ctx, 0.0,
        [&](std::uint64_t first, std::uint64_t last) {
            FloatChunks chunks(matrix);
            double sum = 0;
            for (const float value : chunks.values(first, last)) {
                sum += static_cast<double>(value) * static_cast<double>(value);
            }
            return sum;
        },
        [](double& total, double part) { total += part; });
    return layer.count() == 0 ? 0 : std::sqrt(squares / static_cast<double>(layer.count()));
}

QuantizedLayerPtr quantizedLayer(
    const LayerInfo& layer, const LayerChoice& choice, ResultCache* cache, const JobContext& ctx)
{
    if (cache == nullptr) {
        return quantizeLayer(layer, choice, ctx);
    }
    const auto key = resultKey(cache->tensorHash(layer, ctx), choice);
    if (auto known = cache->find(key)) {
        return known;
    }
    auto quantized = quantizeLayer(layer, choice, ctx);
    cache->insert(key, quantized);
    return quantized;
}

/// What each layer gets when the candidate is asked for everywhere.
Plan planFor(const QuantFormat& format, const Model& model)
{
    Recipe recipe;
    recipe.fallback.format = format;
    return resolve(recipe, model);
}
} // namespace

DamageTable startTable(const Sensitivity& kind, const SensitivityRequest& request, const JobContext& ctx)
{
    requireNeeds(kind, request);
    DamageTable table;
    table.kind = kind.id;
    table.unit = kind.unit;
    table.modelSha256 = sourceSha256(*request.model, ctx);
    table.seed = request.seed;
    if (request.data && kind.needsData) {
        const auto hash = request.data->contentHash();
        table.dataName = request.data->name();
        table.dataHash = hexText(hash);
        table.samples = std::min(request.samples, request.data->count());
    }
    for (const LayerId id : request.layers) {
        const LayerInfo& layer = request.model->layer(id);
        LayerDamage damage;
        damage.layer = layer.name;
        damage.count = layer.count();
        damage.bitsKept = 8 * layer.storedBytes();
        damage.rms = rmsOf(layer, ctx);
        table.layers.push_back(std::move(damage));
    }
    return table;
}

void addCandidatePoints(DamageTable& table, const SensitivityRequest& request, ResultCache* cache,
    const PointMeasure& measure, const JobContext& ctx, const Text& phase)
{
    std::vector<Plan> plans;
    for (const QuantFormat& format : request.formats) {
        plans.push_back(planFor(format, *request.model));
    }
    for (auto& layer : table.layers) {
        layer.points.assign(request.formats.size(), {});
    }
    const std::size_t total = table.layers.size() * request.formats.size();
    std::size_t done = 0;
    std::mutex reporting;
    // Layers one after the other, so that no more than one layer's candidates are in memory.
    for (std::size_t l = 0; l < table.layers.size(); ++l) {
        const LayerInfo& layer = request.model->layer(request.layers[l]);
        parallelBlocks(request.formats.size(), 1, ctx, [&](std::uint64_t f, std::uint64_t) {
            const LayerPlan& plan = plans[f].layers[layer.id.index()];
            DamagePoint& point = table.layers[l].points[f];
            point.format = request.formats[f];
            if (!plans[f].problems.empty()) {
                point.reason = plans[f].problems.front().message;
            } else if (plan.isKept) {
                point.reason = plan.reason;
            } else {
                try {
                    const auto quantized = quantizedLayer(layer, plan.choice, cache, JobContext(ctx.stopToken()));
                    point.bits = quantized->tensor.bits();
                    point.error = quantized->error;
                    measure(layer, l, *quantized, point);
                } catch (const Error& error) {
                    if (error.kind() == ErrorKind::OutOfMemory || error.kind() == ErrorKind::Internal
                        || error.kind() == ErrorKind::Backend || error.kind() == ErrorKind::Io) {
                        throw;
                    }
                    point.reason = error.message();
                }
            }
            const std::lock_guard lock(reporting);
            ctx.report(phase, ++done, total, Text(BW_TR_NOOP("core", "formats")));
        });
    }
}

} // namespace bw
