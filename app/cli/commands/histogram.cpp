#include "core/stats/histogram.h"
#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/text_table.h"
#include "core/base/atomic_file.h"
#include "core/engine/quantize_model.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace bw::cli {

CommandFunction declareHistogram(Options& options);

namespace {
struct Arguments
{
    std::string model;
    std::string layer;
    std::string format;
    std::string output;
    std::int64_t bins = 0;
    bool isLog = false;
};

/// What --format adds.
struct Quantized
{
    std::string format;
    Grid grid;
    std::vector<std::uint64_t> counts;
    std::vector<LevelError> cells;
};

struct Result
{
    std::string layer;
    std::vector<double> edges;
    std::vector<std::uint64_t> counts;
    std::uint64_t nanCount = 0;
    std::uint64_t infCount = 0;
    std::optional<std::uint64_t> zeroCount; ///< with --log
    std::optional<Quantized> quantized;
};

constexpr int defaultBins = 64;
constexpr int defaultPerOctave = 4;

Quantized quantize(const LayerInfo& layer, const LayerChoice& choice, const Histogram& histogram, Run& run)
{
    if (!layer.isQuantizable()) {
        throw Error(ErrorKind::BadInput, "the layer cannot be quantized: %1", layer.whyNotQuantizable().english());
    }
    const auto quantized = measureLayer(layer, choice, run.job(0.3, 0.8));
    const auto& tensor = quantized->tensor;
    return { formatText(tensor.format), tensor.codec->grid(tensor.codec->typicalGroup()),
        quantizedHistogram(tensor, histogram, run.job(0.8, 0.9)).counts,
        errorPerLevel(tensor, layer.matrix(), run.job(0.9, 1)) };
}

Result count(const LayerInfo& layer, const Arguments& arguments, const LayerChoice& choice, Run& run)
{
    Result result;
    result.layer = layer.name;
    if (arguments.isLog) {
        auto log = computeLogHistogram(
            layer.view, arguments.bins > 0 ? static_cast<int>(arguments.bins) : defaultPerOctave, run.job());
        result.edges = std::move(log.edges);
        result.counts = std::move(log.counts);
        result.zeroCount = log.zeroCount;
        result.nanCount = log.nanCount;
        result.infCount = log.infCount;
        return result;
    }
    const Histogram histogram = computeHistogram(
        layer.view, arguments.bins > 0 ? static_cast<int>(arguments.bins) : defaultBins, run.job(0, 0.3));
    if (!arguments.format.empty()) {
        result.quantized = quantize(layer, choice, histogram, run);
    }
    result.edges = histogram.edges;
    result.counts = histogram.counts;
    result.nanCount = histogram.nanCount;
    result.infCount = histogram.infCount;
    return result;
}

Json document(const Result& result)
{
    Json out { { "layer", result.layer }, { "scale", result.zeroCount ? "log2" : "linear" }, { "edges", result.edges },
        { "counts", result.counts }, { "nan", result.nanCount }, { "inf", result.infCount } };
    if (result.zeroCount) {
        out["zero"] = *result.zeroCount;
    }
    if (result.quantized) {
        out["format"] = result.quantized->format;
        out["levels"] = result.quantized->grid.levels;
        out["cell_edges"] = result.quantized->grid.cellEdges;
        out["clip"] = { result.quantized->grid.clipLow, result.quantized->grid.clipHigh };
        out["counts_quantized"] = result.quantized->counts;
        Json cells = Json::array();
        for (const auto& cell : result.quantized->cells) {
            cells.push_back(
                { { "level", cell.level }, { "count", cell.count }, { "squared_error", cell.squaredError } });
        }
        out["per_cell"] = std::move(cells);
    }
    return out;
}

std::string csv(const Result& result)
{
    std::string out = result.zeroCount ? "log2_low,log2_high,count" : "low,high,count";
    out += result.quantized ? ",count_quantized\n" : "\n";
    for (std::size_t i = 0; i < result.counts.size(); ++i) {
        out += toText(result.edges[i]) + "," + toText(result.edges[i + 1]) + "," + toText(result.counts[i]);
        out += result.quantized ? "," + toText(result.quantized->counts[i]) + "\n" : "\n";
    }
    return out;
}

std::string bar(std::uint64_t value, std::uint64_t largest, std::size_t width)
{
    std::string out;
    const auto length = largest == 0
        ? 0
        : static_cast<std::size_t>(
            std::ceil(static_cast<double>(value) / static_cast<double>(largest) * static_cast<double>(width)));
    for (std::size_t i = 0; i < length; ++i) {
        out += "▪";
    }
    return out;
}

/// Neighbouring bins together, so that a screen shows them all.
std::string text(const Result& result)
{
    constexpr std::size_t mostRows = 40;
    const auto step = std::max<std::size_t>(1, (result.counts.size() + mostRows - 1) / mostRows);
    const auto sumFrom = [&](const std::vector<std::uint64_t>& counts, std::size_t first) {
        std::uint64_t sum = 0;
        for (std::size_t i = first; i < std::min(first + step, counts.size()); ++i) {
            sum += counts[i];
        }
        return sum;
    };
    std::uint64_t largest = 0;
    for (std::size_t first = 0; first < result.counts.size(); first += step) {
        largest = std::max(largest, sumFrom(result.counts, first));
    }
    TextTable table;
    table.column(result.zeroCount ? "log2|x| from" : "from", Align::Right);
    table.column("to", Align::Right);
    table.column("count", Align::Right);
    if (result.quantized) {
        table.column("quantized", Align::Right);
    }
    table.column("");
    for (std::size_t first = 0; first < result.counts.size(); first += step) {
        const auto last = std::min(first + step, result.counts.size());
        std::vector<std::string> cells { numberText(result.edges[first]), numberText(result.edges[last]),
            countText(sumFrom(result.counts, first)) };
        if (result.quantized) {
            cells.push_back(countText(sumFrom(result.quantized->counts, first)));
        }
        cells.push_back(bar(sumFrom(result.counts, first), largest, 44));
        table.row(std::move(cells));
    }
    std::string out = printable(result.layer) + (result.quantized ? " with " + result.quantized->format : std::string())
        + "\n" + table.text();
    if (step > 1) {
        out += "Each row stands for " + countText(step) + " bins; --json and -o give them all.\n";
    }
    if (result.zeroCount) {
        out += countText(*result.zeroCount) + " zeros\n";
    }
    if (result.nanCount + result.infCount > 0) {
        out += "Not counted above: " + countText(result.nanCount) + " NaN, " + countText(result.infCount)
            + " infinities\n";
    }
    return out;
}

std::string levelsText(const Quantized& quantized)
{
    constexpr std::size_t mostLevels = 64;
    std::string out = "\n" + countText(quantized.grid.levels.size()) + " levels of the group with the median scale:";
    for (std::size_t i = 0; i < std::min(mostLevels, quantized.grid.levels.size()); ++i) {
        out += (i % 10 == 0 ? "\n  " : "  ") + numberText(quantized.grid.levels[i]);
    }
    return out + (quantized.grid.levels.size() > mostLevels ? "  …\n" : "\n");
}

bool endsWith(const std::string& text, std::string_view end)
{
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

void checkArguments(const Arguments& arguments)
{
    if (arguments.isLog && !arguments.format.empty()) {
        throw Error(ErrorKind::BadInput,
            Text("--log counts magnitudes, and --format draws levels on the linear axis; give one of them"));
    }
    if (!arguments.output.empty() && !endsWith(arguments.output, ".csv") && !endsWith(arguments.output, ".json")) {
        throw Error(
            ErrorKind::BadInput, "-o takes a name that ends in .csv or .json, not \"%1\"", printable(arguments.output));
    }
}

Outcome histogram(const Arguments& arguments, Run& run)
{
    checkArguments(arguments);
    const Recipe recipe = makeRecipe({ arguments.format, {}, {}, {} }, run.options());
    const ModelPtr model = openModelFor(run, arguments.model, run.job(0, 0.02));
    if (!arguments.output.empty()) {
        refuseOverwriting(arguments.output, "-o", model->files());
    }
    const Result result = withContext(Text("file %1", { printable(arguments.model) }), [&] {
        const LayerInfo& layer = layerNamed(*model, arguments.layer);
        requireMemory(run,
            arguments.format.empty() ? memoryForStats(*model, { layer.id }) : memoryForMeasuring(*model, { layer.id }));
        return count(layer, arguments, recipe.fallback, run);
    });
    if (!arguments.output.empty()) {
        const std::string content = endsWith(arguments.output, ".csv") ? csv(result) : jsonText(document(result));
        AtomicFile file(arguments.output);
        file.write(std::as_bytes(std::span(content)));
        file.commit();
    }
    if (run.isJson()) {
        return { documentText(document(result), run) };
    }
    if (!arguments.output.empty()) {
        return { "Wrote " + printable(arguments.output) + " (" + countText(result.counts.size()) + " bins)\n" };
    }
    return { text(result) + (result.quantized ? levelsText(*result.quantized) : std::string()) };
}
} // namespace

CommandFunction declareHistogram(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file");
    options.requiredText(
        "-l,--layer", arguments->layer, "NAME", "The layer's exact name (see \"bitwright-cli inspect\")");
    options.integer("--bins", arguments->bins, 1, 1'000'000,
        "Number of equal bins (default: 64); with --log, bins per octave (default: 4)");
    options.flag("--log", arguments->isLog, "Count magnitudes on a logarithmic axis; the edges are log2 of magnitudes");
    options.text("-f,--format", arguments->format, "FMT",
        "Also the levels of this format, its cell edges, and the counts after quantization");
    options.text("-o,--output", arguments->output, "FILE.csv|.json", "Write all bins to a file");
    options.notes(
        "Counts are exact: with NaN and infinities, which are counted apart, they sum to the number of weights.");
    return [arguments](Run& run) { return histogram(*arguments, run); };
}

} // namespace bw::cli
