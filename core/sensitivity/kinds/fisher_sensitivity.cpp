#include "core/base/parallel.h"
#include "core/sensitivity/candidate_points.h"
#include "core/sensitivity/captures.h"
#include "core/sensitivity/sample_figures.h"

namespace bw {

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
} // namespace

extern const Sensitivity fisherSensitivity;
/// The gradient is that of a whole sample, all positions at which a weight is used added up, so that F is the diagonal
/// of E[g gᵀ] itself. Where a weight is used at one position per sample, Σ_ij F_ij = E‖∂y‖²‖x‖² (methods §1.13).
const Sensitivity fisherSensitivity {
    .id = "fisher",
    .title = Text(BW_TR_NOOP("core", "Diagonal Fisher information")),
    .explanation = Text(BW_TR_NOOP("core",
        "How strongly the model's own answers react to each weight: mean squared gradients of the likelihood, over the "
        "classes as likely as the model takes them. The damage of a format is half the error of each weight squared, times that weight's "
        "figure; errors that add up or cancel between weights are not seen.")),
    .unit = "nats",
    .needsData = true,
    .needsGraph = true,
    .needsFormats = false,
    .measure = measure,
};

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    DamageTable table = startTable(fisherSensitivity, request, ctx.sub(0, 0.02));
    const auto start = table;
    useGradients(request, false, ctx.sub(0.02, 0.8), [&](const GradientCapture& capture) {
        table = start;
        std::vector<std::vector<float>> fisher;
        for (std::size_t l = 0; l < table.layers.size(); ++l) {
            fisher.emplace_back();
            describeGradients(capture, l, table.layers[l]);
            if (table.layers[l].isKnown) {
                fisher.back() = capture.fisher(l);
            }
        }
        addCandidatePoints(
            table, request, cache,
            [&](const LayerInfo& layer, std::size_t l, const QuantizedLayer& quantized, DamagePoint& point) {
                const auto& known = table.layers[l];
                if (!known.isKnown) {
                    return;
                }
                const auto errors = weightErrors(layer, quantized, JobContext(ctx.stopToken()));
                point.damage = weightedSquares(errors, fisher[l], JobContext(ctx.stopToken())) / 2;
                // Of all weights together: that of each by itself is not kept.
                point.standardError = known.value > 0 ? point.damage * known.standardError / known.value : 0;
            },
            ctx.sub(0.8, 1));
    });
    return table;
}
} // namespace

} // namespace bw
