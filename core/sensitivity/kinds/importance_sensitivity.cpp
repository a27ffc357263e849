#include "core/sensitivity/candidate_points.h"
#include "core/sensitivity/captures.h"
#include "core/sensitivity/importance_matrix.h"

#include "core/base/error.h"

#include <numeric>

namespace bw {

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
} // namespace

extern const Sensitivity importanceSensitivity;
const Sensitivity importanceSensitivity {
    .id = "importance",
    .title = Text(BW_TR_NOOP("core", "Importance matrix")),
    .explanation = Text(BW_TR_NOOP("core",
        "Squared error of the weights, each column counted by the mean square of its input as llama.cpp's imatrix tool "
        "measured it. Inputs of different columns are taken as independent; compare within one kind of layer.")),
    .unit = "squared output error",
    .needsData = false,
    .needsGraph = false,
    .needsFormats = true,
    .needsMatrix = true,
    .measure = measure,
};

namespace {
double weighted(const std::vector<float>& errors, const std::vector<float>& columns)
{
    double total = 0;
    for (std::size_t at = 0; at < errors.size(); at += columns.size()) {
        for (std::size_t j = 0; j < columns.size(); ++j) {
            const auto error = static_cast<double>(errors[at + j]);
            total += static_cast<double>(columns[j]) * error * error;
        }
    }
    return total;
}

void describe(const ImportanceMatrix& matrix, const LayerInfo& layer, LayerDamage& damage)
{
    const auto* columns = matrix.find(layer.name);
    const auto rows = static_cast<std::uint64_t>(layer.view.shape[static_cast<std::size_t>(layer.outAxis)]);
    damage.isKnown = columns != nullptr && columns->size() * rows == layer.count();
    if (columns == nullptr) {
        damage.note = Text(BW_TR_NOOP("core", "The importance matrix has no entry for this layer."));
    } else if (!damage.isKnown) {
        damage.note = Text(BW_TR_NOOP("core", "The importance matrix has %1 columns for this layer, which has %2."),
            { toText(columns->size()), toText(rows == 0 ? 0 : layer.count() / rows) });
    } else {
        damage.value = std::accumulate(columns->begin(), columns->end(), 0.0, [](double sum, float v) {
            return sum + static_cast<double>(v);
        }) / static_cast<double>(columns->size());
    }
}

DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    DamageTable table = startTable(importanceSensitivity, request, ctx.sub(0, 0.02));
    if (request.importance.empty()) {
        throw Error(ErrorKind::BadInput,
            Text(BW_TR_NOOP("core",
                "The sensitivity \"importance\" reads an importance matrix: name the file llama.cpp's imatrix tool "
                "wrote.")));
    }
    const auto matrix = readImportanceMatrix(request.importance, ctx);
    table.dataName = matrix.dataName.empty() ? request.importance.filename().string() : matrix.dataName;
    table.dataHash = matrix.sha256;
    for (std::size_t l = 0; l < table.layers.size(); ++l) {
        describe(matrix, request.model->layer(request.layers[l]), table.layers[l]);
    }
    addCandidatePoints(
        table, request, cache,
        [&](const LayerInfo& layer, std::size_t l, const QuantizedLayer& quantized, DamagePoint& point) {
            if (table.layers[l].isKnown) {
                point.damage
                    = weighted(weightErrors(layer, quantized, JobContext(ctx.stopToken())), *matrix.find(layer.name));
            }
        },
        ctx.sub(0.02, 1));
    return table;
}
} // namespace

} // namespace bw
