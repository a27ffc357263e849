#include "core/sensitivity/candidate_points.h"
#include "core/sensitivity/hessian_traces.h"

#include <algorithm>

namespace bw {

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
} // namespace

extern const Sensitivity hessianSensitivity;
/// HAWQ-V2's figure (methods §4.2), Tr(H)/N · ‖Δ‖², halved so that it is the expected rise of the loss to second order.
const Sensitivity hessianSensitivity {
    .id = "hessian",
    .title = Text(BW_TR_NOOP("core", "Trace of the Hessian")),
    .explanation = Text(BW_TR_NOOP("core",
        "How curved the loss on the data's own labels is along a layer's weights, on average (Hutchinson's estimate "
        "from "
        "random directions). The damage of a format is half that times its squared error.")),
    .unit = "nats",
    .needsData = true,
    .needsGraph = true,
    .needsFormats = false,
    .measure = measure,
};

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    DamageTable table = startTable(hessianSensitivity, request, ctx.sub(0, 0.02));
    const auto traces = hessianTraces(request, ctx.sub(0.02, 0.85));
    for (std::size_t l = 0; l < table.layers.size(); ++l) {
        auto& layer = table.layers[l];
        layer.note = traces[l].reason;
        layer.isKnown = layer.note.empty();
        if (!layer.isKnown) {
            continue;
        }
        const auto count = static_cast<double>(std::max<std::uint64_t>(layer.count, 1));
        layer.value = traces[l].mean / count;
        layer.standardError = traces[l].standardError / count;
        if (layer.value <= 0) {
            layer.note = Text(BW_TR_NOOP("core",
                "Its trace is not positive on this data, so that errors seem to do no harm; do not rely on it."));
        }
    }
    addCandidatePoints(
        table, request, cache,
        [&](const LayerInfo&, std::size_t l, const QuantizedLayer& quantized, DamagePoint& point) {
            if (table.layers[l].isKnown) {
                point.damage = std::max(0.0, table.layers[l].value) * quantized.error.squaredError / 2;
                point.standardError = table.layers[l].standardError * quantized.error.squaredError / 2;
            }
        },
        ctx.sub(0.85, 1));
    return table;
}
} // namespace

} // namespace bw
