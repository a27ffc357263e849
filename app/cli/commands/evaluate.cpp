#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/text_table.h"
#include "app/cli/times.h"
#include "app/cli/words.h"
#include "core/calibrate/dataset.h"
#include "core/engine/quantize_model.h"
#include "core/evaluate/evaluation.h"
#include "core/report/report.h"

#include <algorithm>
#include <memory>

namespace bw::cli {

CommandFunction declareEvaluate(Options& options);

namespace {
struct Arguments
{
    std::string model;
    std::string data;
    RecipeOptions recipe;
    std::vector<std::string> metrics;
    std::string report;
    std::int64_t samples = 0;
    std::int64_t batch = 50;
};

/// Contract §2.
const std::vector<std::string>& knownMetrics()
{
    static const std::vector<std::string> names { "top1", "top5", "cross_entropy", "perplexity", "kl_mean", "kl_p99",
        "same_top1", "agreement", "sqnr_db" };
    return names;
}

/// --metric may be repeated, and may hold several with commas.
std::vector<std::string> chosenMetrics(const Arguments& arguments)
{
    std::vector<std::string> chosen;
    for (const auto& given : arguments.metrics) {
        for (std::size_t at = 0; at <= given.size();) {
            const auto end = std::min(given.find(',', at), given.size());
            chosen.push_back(given.substr(at, end - at));
            at = end + 1;
        }
    }
    for (const auto& name : chosen) {
        if (std::find(knownMetrics().begin(), knownMetrics().end(), name) == knownMetrics().end()) {
            throw Error(ErrorKind::BadInput, "there is no metric \"%1\"%2", printable(name),
                didYouMean(name, knownMetrics(), "; there are " + listText(knownMetrics())));
        }
    }
    return chosen;
}

/// Drops what --metric did not ask for; Error{Unsupported} if nothing measured here is left.
void keepOnly(EvalResult& result, const std::vector<std::string>& chosen)
{
    if (chosen.empty()) {
        return;
    }
    const auto isOther
        = [&chosen](const std::string& name) { return std::find(chosen.begin(), chosen.end(), name) == chosen.end(); };
    bool isAnyLeft = false;
    for (auto& run : result.runs) {
        std::erase_if(run.metrics, [&](const Metric& metric) { return isOther(metric.name); });
        isAnyLeft = isAnyLeft || !run.metrics.empty();
    }
    std::erase_if(result.comparisons, [&](const EvalComparison& comparison) { return isOther(comparison.metric); });
    if (!isAnyLeft) {
        throw Error(ErrorKind::Unsupported,
            "this evaluation does not measure %1; leave --metric out to see what it measures", chosen.front());
    }
}

std::optional<Plan> planOf(const Arguments& arguments, const Model& model, const Run& run)
{
    if (!arguments.recipe.isGiven()) {
        return std::nullopt;
    }
    Plan plan = resolve(makeRecipe(arguments.recipe, run.options()), model);
    requireUsable(plan);
    return plan;
}

EvalResult measure(const Arguments& arguments, Run& run)
{
    const auto chosen = chosenMetrics(arguments);
    if (!arguments.report.empty()) {
        if (!arguments.recipe.isGiven()) {
            throw Error(
                ErrorKind::BadInput, Text("--report describes a quantized model; add --format, --recipe or --set"));
        }
        refuseOverwriting(
            arguments.report, "--report", { arguments.model, arguments.data, arguments.recipe.recipeFile });
    }
    const ModelPtr model = openModelFor(run, arguments.model, run.job(0, 0.03));
    const DatasetPtr data = openDataset(arguments.data, run.job(0.03, 0.05));
    const auto plan = planOf(arguments, *model, run);
    requireMemory(run, memoryForEvaluating(*model, plan ? &*plan : nullptr));
    if (!arguments.report.empty()) {
        refuseOverwriting(arguments.report, "--report", model->files());
        requireWritable(arguments.report);
    }
    QuantizedModelPtr quantized;
    if (plan) {
        quantized = withContext(Text("file %1", { printable(arguments.model) }), [&] {
            auto done = quantizeModel(model, *plan, nullptr, run.job(0.05, 0.15));
            requireComplete(*done);
            return done;
        });
    }
    const EvalOptions options { static_cast<std::uint64_t>(arguments.samples),
        static_cast<std::uint64_t>(arguments.batch) };
    EvalResult result = evaluate(*model, quantized.get(), *data, options, run.job(0.15, 0.95));
    if (!arguments.report.empty()) {
        writeReport({ quantized, { result }, utcNow() }, arguments.report, run.job(0.95, 1));
    }
    keepOnly(result, chosen);
    return result;
}

Json document(const EvalResult& result)
{
    Json runs = Json::array();
    for (const auto& run : result.runs) {
        Json metrics = Json::array();
        for (const auto& metric : run.metrics) {
            metrics.push_back({ { "name", metric.name }, { "value", metric.value }, { "low", metric.low },
                { "high", metric.high }, { "n", metric.n } });
        }
        Json classes = Json::array();
        for (const auto& one : run.classes) {
            classes.push_back({ { "name", one.name }, { "count", one.count }, { "correct", one.correct } });
        }
        runs.push_back({ { "label", run.label }, { "data", run.dataName }, { "metrics", std::move(metrics) },
            { "classes", std::move(classes) }, { "seconds", run.seconds } });
    }
    Json comparisons = Json::array();
    for (const auto& one : result.comparisons) {
        comparisons.push_back({ { "a", one.a }, { "b", one.b }, { "metric", one.metric },
            { "difference", one.difference }, { "low", one.low }, { "high", one.high }, { "p", one.p } });
    }
    return { { "runs", std::move(runs) }, { "comparisons", std::move(comparisons) } };
}

bool isShare(const std::string& metric)
{
    return metric == "top1" || metric == "top5" || metric == "agreement" || metric == "same_top1";
}

std::string valueText(const std::string& metric, double value)
{
    return isShare(metric) ? percentText(value) : numberText(value);
}

std::string text(const EvalResult& result)
{
    TextTable table;
    table.column("model", Align::Left, Cut::Middle);
    table.column("metric");
    table.column("value", Align::Right);
    table.column("95 % interval", Align::Right);
    table.column("samples", Align::Right);
    for (const auto& run : result.runs) {
        for (const auto& metric : run.metrics) {
            table.row({ printable(run.label), metric.name, valueText(metric.name, metric.value),
                valueText(metric.name, metric.low) + " … " + valueText(metric.name, metric.high),
                countText(metric.n) });
        }
    }
    std::string out = table.text() + "\n";
    for (const auto& one : result.comparisons) {
        out += one.b + " - " + one.a + ": " + one.metric + " " + (one.difference > 0 ? "+" : "")
            + valueText(one.metric, one.difference) + " (" + valueText(one.metric, one.low) + " … "
            + valueText(one.metric, one.high) + "), p = " + numberText(one.p, 3) + "\n";
    }
    for (const auto& run : result.runs) {
        out += printable(run.label) + ": " + numberText(run.seconds, 3) + " s\n";
    }
    return out;
}
} // namespace

CommandFunction declareEvaluate(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file (TorchScript)");
    options.requiredText("-d,--data", arguments->data, "DATA",
        "Labelled samples: a safetensors, .npz or HDF5 file with inputs and labels, IDX files \"images,labels\" or their folder, a "
        "folder of images by class");
    declareRecipeOptions(options, arguments->recipe);
    options.texts("--metric", arguments->metrics, "NAME", "Only these metrics: top1, top5, cross_entropy, kl_mean, …");
    options.integer("--samples", arguments->samples, 0, 1'000'000'000, "Only the first N samples (default 0: all)");
    options.integer("--batch", arguments->batch, 1, 100'000, "Samples a run (default: 50)");
    options.text("--report", arguments->report, "FILE.h5",
        "Also write an HDF5 report of the quantized model with these figures");
    options.notes("With --format, --recipe or --set, the float and the quantized model see the same samples and are "
                  "compared (McNemar's test).");
    return [arguments](Run& run) -> Outcome {
        const EvalResult result = measure(*arguments, run);
        return { run.isJson() ? documentText(document(result), run) : text(result) };
    };
}

} // namespace bw::cli
