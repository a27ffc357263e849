#include "app/cli/format_data.h"

#include "app/cli/cache_folder.h"
#include "app/cli/memory_limit.h"
#include "app/cli/run.h"
#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/calibrate/dataset.h"
#include "core/formats/format_family.h"
#include "core/sensitivity/fisher_importance.h"
#include "core/sensitivity/token_counts.h"

#include <span>

namespace bw::cli {

void declareFormatDataOptions(Options& options, FormatData& target, const std::string& calibrationHelp)
{
    options.text("--calibration", target.calibration, "DATA", calibrationHelp);
    options.text("--token-counts", target.tokenCounts, "FILE",
        "How often each token occurs, for formats that go by it, such as int6/c/frequency=3: a text with a line per "
        "token (its count, or its number and its count), or the .npy of numpy.bincount");
}

namespace {
/// Layers whose format `needs` something, which `file` must give then.
std::vector<LayerId> layersThatNeed(const Plan& plan, bool (*needs)(const QuantFormat&), const std::string& file)
{
    std::vector<LayerId> layers;
    for (const auto& layer : plan.layers) {
        if (layer.isKept || !needs(layer.choice.format)) {
            continue;
        }
        if (file.empty()) {
            failWithoutImportance(layer.choice.format);
        }
        layers.push_back(layer.layer);
    }
    return layers;
}

WeightImportance fisherFrom(
    const std::string& calibration, const ModelPtr& model, std::vector<LayerId> layers, Run& run, const JobContext& ctx)
{
    SensitivityRequest request;
    request.model = model;
    request.layers = std::move(layers);
    request.data = openDataset(calibration, ctx.sub(0, 0.1));
    request.seed = run.options().seed.value_or(0);
    request.cacheFolder = userCacheFolder();
    request.onWarning = [&run](const Text& warning) { run.warn(warning); };
    requireMemory(run, memoryForEvaluating(*model, nullptr));
    auto importance = fisherImportance(request, ctx.sub(0.1, 1));
    for (const LayerId id : request.layers) {
        importance.of(model->layer(id).name); // says why, if nothing is known of one
    }
    return importance;
}

void addTokenCounts(WeightImportance& importance, const std::string& file, const JobContext& ctx)
{
    importance.tokenCounts = readTokenCounts(file, ctx);
    importance.hash = combine(importance.hash, contentHash(std::as_bytes(std::span(importance.tokenCounts))));
}
} // namespace

std::optional<WeightImportance> importanceFor(
    const Plan& plan, const ModelPtr& model, const FormatData& data, Run& run, const JobContext& ctx)
{
    auto weighted = layersThatNeed(plan, &needsImportance, data.calibration);
    const auto counted = layersThatNeed(plan, &needsRowCounts, data.tokenCounts);
    if (counted.empty() && !data.tokenCounts.empty()) {
        throw Error(ErrorKind::Unsupported,
            Text("no format chosen here goes by token counts; leave --token-counts out, or give an embedding one that "
                 "does, such as int6/c/frequency=3"));
    }
    if (weighted.empty() && counted.empty()) {
        return std::nullopt;
    }
    auto importance
        = weighted.empty() ? WeightImportance {} : fisherFrom(data.calibration, model, std::move(weighted), run, ctx);
    if (!counted.empty()) {
        addTokenCounts(importance, data.tokenCounts, ctx);
    }
    for (const LayerId id : counted) {
        withContext(Text("layer %1", { printable(model->layer(id).name) }),
            [&] { return importance.rowCountsFor(model->layer(id)); }); // says why, if they are of something else
    }
    return importance;
}

} // namespace bw::cli
