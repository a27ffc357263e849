#include "core/sensitivity/candidate_points.h"

namespace bw {

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
} // namespace

extern const Sensitivity weightErrorSensitivity;
const Sensitivity weightErrorSensitivity {
    .id = "weight-error",
    .title = Text(BW_TR_NOOP("core", "Weight error")),
    .explanation = Text(BW_TR_NOOP("core",
        "The squared error of the weights, as if an error did the same damage everywhere. Needs no data, and is often "
        "wrong: layers differ a thousandfold in what they bear.")),
    .unit = "squared weight error",
    .needsData = false,
    .needsGraph = false,
    .needsFormats = true,
    .measure = measure,
};

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    DamageTable table = startTable(weightErrorSensitivity, request, ctx.sub(0, 0.05));
    addCandidatePoints(
        table, request, cache,
        [](const LayerInfo&, std::size_t, const QuantizedLayer& quantized, DamagePoint& point) {
            point.damage = quantized.error.squaredError;
        },
        ctx.sub(0.05, 1));
    for (auto& layer : table.layers) {
        layer.value = layer.rms * layer.rms;
    }
    return table;
}
} // namespace

} // namespace bw
