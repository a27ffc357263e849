#include "core/sensitivity/candidate_points.h"

namespace bw {

namespace {
/// Weights times R²: what is least harmful to assume of layers nothing is known of. All bear the same share of error,
/// so that bits stay almost even. Taking the same absolute error for equal harm (weight error) is not supported by
/// measurements.
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
} // namespace

extern const Sensitivity relativeErrorSensitivity;
const Sensitivity relativeErrorSensitivity {
    .id = "relative-error",
    .title = Text(BW_TR_NOOP("core", "Relative weight error")),
    .explanation = Text(BW_TR_NOOP("core",
        "The error of the weights as a share of their own size, as if every layer bore the same share. Needs no data; "
        "keeps bits almost even.")),
    .unit = "noisy weights",
    .needsData = false,
    .needsGraph = false,
    .needsFormats = true,
    .measure = measure,
};

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    DamageTable table = startTable(relativeErrorSensitivity, request, ctx.sub(0, 0.05));
    addCandidatePoints(
        table, request, cache,
        [](const LayerInfo& layer, std::size_t, const QuantizedLayer& quantized, DamagePoint& point) {
            const double r = quantized.error.squaredError > 0 ? quantized.rmseOverRms() : 0;
            point.damage = static_cast<double>(layer.count()) * r * r;
        },
        ctx.sub(0.05, 1));
    for (auto& layer : table.layers) {
        layer.value = 1;
    }
    return table;
}
} // namespace

} // namespace bw
