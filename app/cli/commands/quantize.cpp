#include "app/cli/command.h"
#include "app/cli/format_data.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/row_order.h"
#include "app/cli/text_table.h"
#include "app/cli/times.h"
#include "core/base/atomic_file.h"
#include "core/base/parallel.h"
#include "core/engine/quantize_model.h"
#include "core/export/exporter.h"
#include "core/formats/format_family.h"
#include "core/methods/method.h"
#include "core/report/report.h"

#include <algorithm>
#include <cctype>
#include <future>
#include <memory>

namespace bw::cli {

CommandFunction declareQuantize(Options& options);

namespace {
struct Arguments
{
    std::string model;
    std::string output;
    RecipeOptions recipe;
    FormatData data;
    std::string report;
    std::string exporter;
    bool isDequantized = false;
    bool showAll = false;
};

/// Everything that can be known to be wrong before the work starts.
void checkOutputs(const Arguments& arguments, const std::vector<std::filesystem::path>& modelFiles)
{
    auto inputs = modelFiles;
    inputs.insert(inputs.end(), { arguments.model, arguments.recipe.recipeFile });
    const auto data = arguments.data.files();
    inputs.insert(inputs.end(), data.begin(), data.end());
    refuseOverwriting(arguments.output, "-o", inputs);
    if (!arguments.report.empty()) {
        refuseOverwriting(arguments.report, "--report", inputs);
        if (isSameFile(arguments.output, arguments.report)) {
            throw Error(ErrorKind::BadInput, "-o and --report both name %1", printable(arguments.output));
        }
    }
}

void checkCalibration(const Arguments& arguments, const Plan& plan)
{
    const bool isUsed = std::any_of(plan.layers.begin(), plan.layers.end(), [](const LayerPlan& layer) {
        const Method* method = layer.isKept ? nullptr : methods().find(layer.choice.method);
        return method != nullptr && (method->needsCalibration || needsImportance(layer.choice.format));
    });
    if (!arguments.data.calibration.empty() && !isUsed) {
        throw Error(ErrorKind::Unsupported,
            Text("no method or format chosen here uses calibration data; leave --calibration out, or choose one that "
                 "does "
                 "(\"bitwright-cli methods\" and \"formats\" list them)"));
    }
}

void requireExportable(const QuantizedModel& quantized, const Exporter& exporter, const ExportOptions& options)
{
    const auto problems = exporter.canExport(quantized, options);
    if (!problems.empty()) {
        throw Error(ErrorKind::Unsupported, problems.front().message);
    }
}

/// The same before any work, as far as it is known then.
void requirePlannable(const Model& model, const Plan& plan, const Exporter& exporter, const ExportOptions& options)
{
    const auto problems = exporter.canPlan == nullptr ? std::vector<Problem>() : exporter.canPlan(model, plan, options);
    if (!problems.empty()) {
        throw Error(ErrorKind::Unsupported, problems.front().message)
            .in(Text("file %1", { printable(model.path().string()) }));
    }
}

/// Works out the source's hash, which every export states, beside the quantizing: it is known when it is asked for.
/// What goes wrong is said then.
std::future<void> hashAhead(const ModelPtr& model, const JobContext& ctx)
{
    if (threadCount() < 2) {
        return {};
    }
    return std::async(std::launch::async, [model, quiet = JobContext(ctx.stopToken())] {
        try {
            sourceSha256(*model, quiet);
        } catch (...) { // NOLINT(bugprone-empty-catch)
        }
    });
}

struct Result
{
    QuantizedModelPtr quantized;
    ExportReceipt receipt;
};

Result quantizeAndExport(const Arguments& arguments, Run& run)
{
    const Exporter& exporter = exporterFor(arguments.output, arguments.exporter);
    const Recipe recipe = makeRecipe(arguments.recipe, run.options());
    checkOutputs(arguments, {});
    const ModelPtr model = openModelFor(run, arguments.model, run.job(0, 0.02));
    checkOutputs(arguments, model->files());
    const Plan plan = resolve(recipe, *model);
    requireUsable(plan);
    requirePlannable(*model, plan, exporter, { arguments.isDequantized, {} });
    checkCalibration(arguments, plan);
    requireMemory(run, memoryForQuantizing(*model, plan));
    requireWritable(arguments.output);
    if (!arguments.report.empty()) {
        requireWritable(arguments.report);
    }
    const auto hashing = hashAhead(model, run.job());
    return withContext(Text("file %1", { printable(arguments.model) }), [&] {
        const auto importance = importanceFor(plan, model, arguments.data, run, run.job(0.02, 0.4));
        const auto quantized = quantizeModel(
            model, plan, importance ? &*importance : nullptr, nullptr, run.job(importance ? 0.4 : 0.02, 0.7));
        requireComplete(*quantized);
        const ExportOptions options { arguments.isDequantized, {} };
        requireExportable(*quantized, exporter, options);
        const bool hasReport = !arguments.report.empty();
        const auto receipt
            = exportModel(*quantized, arguments.output, exporter, options, run.job(0.7, hasReport ? 0.85 : 1));
        if (hasReport) {
            writeReport({ quantized, {}, utcNow() }, arguments.report, run.job(0.85, 1));
        }
        return Result { quantized, receipt };
    });
}

std::string lowerCase(std::string text)
{
    std::transform(
        text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// One entry per layer of the model: kept layers have their own type as format, and no method.
struct LayerLine
{
    std::string name;
    std::string format;
    std::string method;
    double bitsPerWeight;
    double rmseOverRms;
    std::string reason;
    bool isKept;
    Json rowOrder {}; ///< null if its rows are stored in their own order
};

std::vector<LayerLine> layerLines(const QuantizedModel& quantized)
{
    std::vector<LayerLine> lines;
    for (const auto& layer : quantized.model->layers()) {
        const auto& plan = quantized.plan.layers[layer.id.index()];
        if (const auto* done = std::get_if<QuantizedLayerPtr>(&quantized.layers[layer.id.index()])) {
            lines.push_back({ layer.name, formatText((*done)->tensor.format), (*done)->method, (*done)->bitsPerWeight(),
                (*done)->rmseOverRms(), plan.reason.english(), false,
                rowOrderJson(*quantized.model, layer, (*done)->tensor) });
        } else {
            lines.push_back({ layer.name, lowerCase(layer.storedType()), "none", layer.storedBits(), 0,
                plan.reason.english(), true });
        }
    }
    return lines;
}

Json document(const Arguments& arguments, const Result& result)
{
    const ModelTotals& totals = result.quantized->totals;
    Json out { { "output", result.receipt.path.string() }, { "bytes", result.receipt.bytes },
        { "bits_per_weight", totals.bitsPerWeight() }, { "sha256", result.receipt.sha256 },
        { "verified", result.receipt.isVerified }, { "rmse_over_rms", totals.rmseOverRms },
        { "bytes_before", totals.bytesBefore }, { "bytes_after", totals.bytesAfter },
        { "dequantized", arguments.isDequantized }, { "seed", result.quantized->plan.recipe.seed } };
    if (!arguments.report.empty()) {
        out["report"] = arguments.report;
    }
    for (const auto& beside : result.receipt.beside) {
        out["beside"].push_back(beside.string());
    }
    Json layers = Json::array();
    for (const auto& line : layerLines(*result.quantized)) {
        layers.push_back({ { "name", line.name }, { "format", line.format }, { "method", line.method },
            { "bits_per_weight", line.bitsPerWeight }, { "rmse_over_rms", line.rmseOverRms }, { "reason", line.reason },
            { "kept", line.isKept } });
        if (!line.rowOrder.is_null()) {
            layers.back()["row_order"] = line.rowOrder;
        }
    }
    out["layers"] = std::move(layers);
    return out;
}

/// What the stored orders of rows cost, and what could take them over.
std::string rowOrders(const QuantizedModel& quantized, bool showAll)
{
    std::vector<std::string> lines;
    for (const auto& layer : quantized.model->layers()) {
        if (const auto* done = std::get_if<QuantizedLayerPtr>(&quantized.layers[layer.id.index()])) {
            lines.push_back(rowOrderText(*quantized.model, layer, (*done)->tensor));
        }
    }
    return rowOrderLines(lines, showAll);
}

std::string text(const Arguments& arguments, const Result& result)
{
    TextTable table;
    table.column("layer", Align::Left, Cut::Middle);
    table.column("format", Align::Left, Cut::Middle);
    table.column("bits/weight", Align::Right);
    table.column("R", Align::Right);
    table.column("why", Align::Left, Cut::End);
    std::size_t keptCount = 0;
    for (const auto& line : layerLines(*result.quantized)) {
        keptCount += line.isKept ? 1 : 0;
        if (!line.isKept || arguments.showAll) {
            table.row({ printable(line.name), line.format, numberText(line.bitsPerWeight),
                line.isKept ? "" : numberText(line.rmseOverRms), line.reason });
        }
    }
    const ModelTotals& totals = result.quantized->totals;
    std::string out = table.text(rowLimit(arguments.showAll));
    if (keptCount > 0 && !arguments.showAll) {
        out += countText(keptCount) + " other tensors stay as they are; --all lists them and why\n";
    }
    out += "\n" + countText(totals.weightCount) + " weights at " + numberText(totals.bitsPerWeight()) + " bits each, R "
        + numberText(totals.rmseOverRms) + "; all tensors " + sizeText(totals.bytesBefore) + " before, "
        + sizeText(totals.bytesAfter) + " after\n";
    out += rowOrders(*result.quantized, arguments.showAll);
    out += "Wrote " + printable(arguments.output) + ", " + sizeText(result.receipt.bytes)
        + (arguments.isDequantized ? " of float values" : "") + ", read back and compared\nSHA-256 "
        + result.receipt.sha256 + "\n";
    for (const auto& beside : result.receipt.beside) {
        out += "Wrote " + printable(beside.string()) + "\n";
    }
    return arguments.report.empty() ? out : out + "Report " + printable(arguments.report) + "\n";
}
} // namespace

CommandFunction declareQuantize(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file");
    options.requiredText("-o,--output", arguments->output, "OUT",
        "The file to write; an existing one is replaced once the new one is complete");
    declareRecipeOptions(options, arguments->recipe);
    declareFormatDataOptions(
        options, arguments->data, "Samples for methods and formats that need them, such as lloyd4(w=fisher)");
    options.text("--report", arguments->report, "FILE.h5", "Also write an HDF5 report");
    options.text("--to", arguments->exporter, "FORMAT", "File format of OUT (default: from its suffix)");
    options.flag(
        "--dequantized", arguments->isDequantized, "Write float values as the codes stand for them, instead of codes");
    options.flag("--all", arguments->showAll, "All rows, also on a terminal, and the tensors that stay as they are");
    options.notes("Without --format and --recipe, the default recipe is used. What is written is read back and "
                  "compared bit for bit.\n"
                  "Examples:\n  bitwright-cli quantize model.safetensors -o small.safetensors --format int4/b64\n"
                  "  bitwright-cli quantize model.pt -o small.safetensors --format pow4/c --set 'fc|head=int8/c' "
                  "--report small.h5");
    return [arguments](Run& run) -> Outcome {
        const Result result = quantizeAndExport(*arguments, run);
        for (const auto& note : result.receipt.notes) {
            run.warn(note);
        }
        if (run.isJson()) {
            return { documentText(document(*arguments, result), run) };
        }
        return { run.options().isQuiet ? std::string() : text(*arguments, result) };
    };
}

} // namespace bw::cli
