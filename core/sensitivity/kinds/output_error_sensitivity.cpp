#include "core/sensitivity/candidate_points.h"
#include "core/sensitivity/captures.h"
#include "core/sensitivity/output_error.h"
#include "core/sensitivity/sample_figures.h"

namespace bw {

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
} // namespace

extern const Sensitivity outputErrorSensitivity;
const Sensitivity outputErrorSensitivity {
    .id = "output-error",
    .title = Text(BW_TR_NOOP("core", "Error of a layer's outputs")),
    .explanation = Text(BW_TR_NOOP("core",
        "How far a format moves what the layer gives: the squared error of its outputs per sample, all positions "
        "together, from the covariance of its inputs. What the rest of the model makes of it is not seen, so compare "
        "within one kind of layer, or relative to the layer's own outputs.")),
    .unit = "squared output error",
    .needsData = true,
    .needsGraph = true,
    .needsFormats = true,
    .measure = measure,
};

namespace {
/// Sets what is known of the layer itself. The value is the mean squared input of a weight per sample: what a
/// squared error of one weight costs on average.
void describe(const LayerInfo& layer, const InputCapture& capture, const LayerInputs& inputs, LayerDamage& damage,
    const JobContext& ctx)
{
    const auto samples = static_cast<double>(capture.samples());
    auto energies = inputs.energies;
    auto columns = static_cast<double>(inputs.lookups.size());
    for (const auto& block : inputs.blocks) {
        columns += static_cast<double>(block.columns);
    }
    for (auto& energy : energies) {
        energy /= columns;
    }
    const auto figure = meanFigure(energies);
    damage.value = figure.mean;
    damage.standardError = figure.standardError;
    damage.outputEnergy = squaredOutputs(inputs, toFloats(layer.matrix()), layer, ctx) / samples;
}

DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    DamageTable table = startTable(outputErrorSensitivity, request, ctx.sub(0, 0.02));
    const auto start = table;
    useInputs(request, ctx.sub(0.02, 0.7), [&](const InputCapture& capture) {
        table = start;
        for (std::size_t l = 0; l < table.layers.size(); ++l) {
            auto& damage = table.layers[l];
            damage.note = capture.reason(l);
            damage.isKnown = damage.note.empty();
            if (damage.isKnown) {
                const LayerInfo& layer = request.model->layer(request.layers[l]);
                describe(layer, capture, capture.inputs(l), damage, JobContext(ctx.stopToken()));
            }
        }
        CaptureErrors errors;
        CurrentInputs current(capture);
        addCandidatePoints(
            table, request, cache,
            [&](const LayerInfo& layer, std::size_t l, const QuantizedLayer& quantized, DamagePoint& point) {
                const auto& known = table.layers[l];
                if (!known.isKnown) {
                    return;
                }
                const JobContext job(ctx.stopToken());
                const auto weights = weightErrors(layer, quantized, job);
                errors.guard([&] {
                    point.damage
                        = squaredOutputs(*current.of(l), weights, layer, job) / static_cast<double>(capture.samples());
                });
                // Of the inputs' energy: a layer's covariance is kept for all samples together.
                point.standardError = known.value > 0 ? point.damage * known.standardError / known.value : 0;
            },
            ctx.sub(0.7, 1));
        errors.rethrow();
    });
    return table;
}
} // namespace

} // namespace bw
