#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/row_order.h"
#include "app/cli/text_table.h"
#include "core/model/model.h"
#include "core/stats/layer_stats.h"

#include <memory>
#include <optional>

namespace bw::cli {

CommandFunction declareInspect(Options& options);

namespace {
struct Arguments
{
    std::string model;
    std::string layers;
    bool hasStats = false;
    bool hasMetadata = false;
    bool showAll = false;
};

struct Row
{
    const LayerInfo* layer;
    std::optional<LayerStats> stats;
    DistributionFit fit;
};

std::vector<Row> collect(const Model& model, const Arguments& arguments, const Run& run)
{
    const auto ids = layersMatching(model, arguments.layers);
    if (arguments.hasStats) {
        requireMemory(run, memoryForStats(model, ids));
    }
    std::uint64_t total = 0;
    for (const LayerId id : ids) {
        total += model.layer(id).count();
    }
    std::vector<Row> rows;
    std::uint64_t done = 0;
    for (const LayerId id : ids) {
        const LayerInfo& layer = model.layer(id);
        Row row { &layer, std::nullopt, {} };
        if (arguments.hasStats) {
            const JobContext ctx
                = layerJob(run.job(), Text("Reading %1", { printable(layer.name, 60) }), done, layer.count(), total);
            withContext(Text("layer %1", { printable(layer.name) }), [&] {
                row.stats = computeStats(layer.matrix(), ctx.sub(0, 0.7));
                row.fit = fitDistribution(layer.view, ctx.sub(0.7, 1));
            });
        }
        done += layer.count();
        rows.push_back(std::move(row));
    }
    return rows;
}

Json layerJson(const Model& model, const Row& row)
{
    const LayerInfo& layer = *row.layer;
    Json out { { "name", layer.name }, { "kind", layerKindName(layer.kind) }, { "dtype", info(layer.view.dtype).name },
        { "shape", layer.view.shape }, { "numel", layer.count() }, { "bytes", layer.storedBytes() },
        { "role", layer.role }, { "quantizable", layer.isQuantizable() }, { "tied", layer.tiedNames } };
    if (layer.stored) {
        out["stored"] = { { "format", layer.stored->format }, { "bits_per_weight", layer.stored->bitsPerWeight } };
    }
    if (!layer.uses.empty()) {
        out["uses"] = layer.uses;
    }
    if (layer.isQuantizable()) {
        out["channel_links"] = channelLinksJson(model.channelLinks(layer));
    }
    if (row.stats) {
        out["stats"] = statsJson(*row.stats);
        out["fit"] = fitJson(row.fit);
    }
    return out;
}

Json document(const Model& model, const std::vector<Row>& rows, bool hasMetadata)
{
    Json out { { "model",
        { { "path", model.path().string() }, { "format", model.format() }, { "parameters", model.parameterCount() },
            { "bytes", model.fileBytes() }, { "can_be_evaluated", model.hasGraph() } } } };
    Json layers = Json::array();
    for (const auto& row : rows) {
        layers.push_back(layerJson(model, row));
    }
    out["layers"] = std::move(layers);
    if (hasMetadata) {
        out["metadata"] = model.metadata();
    }
    return out;
}

std::string headline(const Model& model)
{
    std::string text = printable(model.path().string()) + ": " + model.format() + ", "
        + countText(model.layers().size()) + " tensors, " + countText(model.parameterCount()) + " values, "
        + sizeText(model.fileBytes());
    if (model.files().size() > 1) {
        text += " in " + countText(model.files().size()) + " files";
    }
    return text + (model.hasGraph() ? ", can be evaluated\n" : "\n");
}

std::string statsText(const std::vector<Row>& rows, bool showAll)
{
    TextTable table;
    table.column("layer", Align::Left, Cut::Middle);
    for (const char* title : { "values", "min", "max", "mean", "std", "kurtosis", ">3σ", "NaN", "inf" }) {
        table.column(title, Align::Right);
    }
    for (const auto& row : rows) {
        const LayerStats& s = *row.stats;
        table.row({ printable(row.layer->name), countText(s.count), numberText(s.min, 3), numberText(s.max, 3),
            numberText(s.mean, 2), numberText(s.std, 3), numberText(s.kurtosis, 3), percentText(s.share3Sigma),
            countText(s.nanCount), countText(s.infCount) });
    }
    return table.text(rowLimit(showAll));
}

std::string listText(const std::vector<Row>& rows, bool showAll)
{
    TextTable table;
    table.column("layer", Align::Left, Cut::Middle);
    table.column("kind");
    table.column("type");
    table.column("shape");
    table.column("values", Align::Right);
    table.column("size", Align::Right);
    for (const auto& row : rows) {
        const LayerInfo& layer = *row.layer;
        table.row({ printable(layer.name), layerKindName(layer.kind), layer.storedType(), shapeText(layer.view.shape),
            countText(layer.count()), sizeText(layer.storedBytes()) });
    }
    return table.text(rowLimit(showAll));
}

std::string metadataText(const Model& model)
{
    std::string text = model.metadata().empty() ? "\nThe file has no metadata.\n" : "\nMetadata\n";
    for (const auto& [key, value] : model.metadata()) {
        text += "  " + printable(key) + ": " + printable(value, 2000) + "\n";
    }
    return text;
}

Outcome inspect(const Arguments& arguments, Run& run)
{
    const ModelPtr model = openModelFor(run, arguments.model, run.job());
    const auto rows
        = withContext(Text("file %1", { printable(arguments.model) }), [&] { return collect(*model, arguments, run); });
    if (run.isJson()) {
        return { documentText(document(*model, rows, arguments.hasMetadata), run) };
    }
    return { headline(*model) + "\n"
        + (arguments.hasStats ? statsText(rows, arguments.showAll) : listText(rows, arguments.showAll))
        + (arguments.hasMetadata ? metadataText(*model) : "") };
}
} // namespace

CommandFunction declareInspect(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file");
    options.text("-l,--layer", arguments->layers, "REGEX", "Only layers whose name matches");
    options.flag("--stats", arguments->hasStats,
        "Exact statistics of every layer: range, moments, outliers, NaN and infinities, and the distribution that fits "
        "best");
    options.flag("--metadata", arguments->hasMetadata, "What the file says about itself");
    options.flag("--all", arguments->showAll, "All rows, also on a terminal");
    options.notes(
        "With --stats, --json also has \"fit\": the most likely of normal, laplace and Student-t about 0, zeros left "
        "out, and how\nwell it fits.\n\nExamples:\n  bitwright-cli inspect model.safetensors "
        "--stats\n  bitwright-cli inspect model.pt --layer 'conv' --json");
    return [arguments](Run& run) { return inspect(*arguments, run); };
}

} // namespace bw::cli
