#include "app/cli/command.h"
#include "app/cli/format_data.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/row_order.h"
#include "app/cli/text_table.h"
#include "core/distributions/distribution_fit.h"
#include "core/engine/quantize_model.h"
#include "core/formats/size_figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

namespace bw::cli {

CommandFunction declareError(Options& options);

namespace {
struct Arguments
{
    std::string model;
    std::string format;
    std::string layers;
    FormatData data;
    bool showAll = false;
};

struct LayerError
{
    const LayerInfo* layer;
    std::string format;
    double bitsPerWeight;
    ErrorSums sums;
    DistributionFit fit;
    std::optional<RateLimits> limits;
    std::string fallback; ///< why it has another format than asked for; empty if it has not
    Json rowOrder; ///< null if its rows are stored in their own order
    std::string rowOrderText;
    std::optional<double> entropy; ///< of its codes, bits per weight
    std::optional<double> codedBits; ///< bits per weight with codes of that size
    std::optional<IndexCost> index;

    double r() const { return rmseOverRms(sums); }
    double rTimes2b() const { return r() * std::exp2(bitsPerWeight); }
    /// From Shannon's bound, in decibels; nothing without a bound or without an error.
    std::optional<double> distance() const
    {
        const bool isKnown = limits && r() > 0 && std::isfinite(r());
        return isKnown ? std::optional(decibelsAbove(limits->shannon, rTimes2b())) : std::nullopt;
    }
};

struct Result
{
    std::string format;
    std::vector<LayerError> layers;
    ErrorSums sums;
    std::uint64_t bits = 0;
    std::uint64_t count = 0;

    double bitsPerWeight() const { return count == 0 ? 0 : static_cast<double>(bits) / static_cast<double>(count); }
};

/// What every chosen layer gets, parameters that span the model fixed.
std::vector<LayerPlan> plansOf(const Arguments& arguments, const Recipe& recipe, const Model& model, Run& run)
{
    const Plan plan = resolve(recipe, model);
    requireUsable(plan);
    const Plan fixed = resolveModelScope(plan, model, run.job(0, 0.1));
    std::vector<LayerPlan> chosen;
    for (const LayerId id : quantizableMatching(model, arguments.layers)) {
        chosen.push_back(fixed.layers[id.index()]);
    }
    return chosen;
}

std::optional<double> codedBitsOf(const QuantizedLayer& layer, std::optional<double> entropy)
{
    return entropy ? std::optional(layer.bitsPerWeight() - layer.tensor.codec->codeBits() + *entropy) : std::nullopt;
}

Result measure(const Arguments& arguments, const Recipe& recipe, const ModelPtr& shared, Run& run)
{
    const Model& model = *shared;
    const auto plans = plansOf(arguments, recipe, model, run);
    Result result;
    std::uint64_t total = 0;
    for (const auto& plan : plans) {
        total += model.layer(plan.layer).count();
    }
    requireMemory(run, memoryForPlans(model, plans));
    Plan chosen;
    chosen.layers = plans;
    const auto importance = importanceFor(chosen, shared, arguments.data, run, run.job(0.1, 0.4));
    const JobContext ctx = run.job(importance ? 0.4 : 0.1, 1);
    for (const auto& plan : plans) {
        const LayerInfo& layer = model.layer(plan.layer);
        const Text phase("Measuring %1", { printable(layer.name, 60) });
        const JobContext job = layerJob(ctx, phase, result.count, layer.count(), total);
        const auto quantized = measureLayer(layer, plan.choice, job.sub(0, 0.9), importance ? &*importance : nullptr);
        auto fit = fitDistribution(layer.view, job.sub(0.9, 1));
        auto limits = knownLimits(fit, quantized->bitsPerWeight());
        const auto entropy = codeEntropy(quantized->tensor, JobContext(ctx.stopToken()));
        result.layers.push_back({ &layer, formatText(quantized->tensor.format), quantized->bitsPerWeight(),
            quantized->error, std::move(fit), limits, plan.isFallback ? plan.reason.english() : std::string(),
            rowOrderJson(model, layer, quantized->tensor), rowOrderText(model, layer, quantized->tensor), entropy,
            codedBitsOf(*quantized, entropy), indexCost(quantized->tensor.format, layer.count()) });
        result.sums.add(quantized->error);
        result.bits += quantized->tensor.bits();
        result.count += layer.count();
    }
    const auto asked = std::find_if(plans.begin(), plans.end(), [](const LayerPlan& plan) { return !plan.isFallback; });
    result.format = formatText(asked == plans.end() ? recipe.fallback.format : asked->choice.format);
    return result;
}

Json limitJson(const LayerError& layer)
{
    if (!layer.limits) {
        return nullptr;
    }
    Json out = densityJson(layer.fit.chosen().density);
    out["ks"] = layer.fit.ksDistance;
    out["shannon"] = layer.limits->shannon;
    out["entropy_coded"] = layer.limits->entropyCoded;
    out["lloyd_max"] = layer.limits->lloydMax;
    out["panter_dite"] = layer.limits->panterDite;
    const auto distance = layer.distance();
    out["distance_db"] = distance ? Json(*distance) : Json(nullptr);
    return out;
}

Json document(const Result& result)
{
    Json layers = Json::array();
    for (const auto& layer : result.layers) {
        layers.push_back({ { "name", layer.layer->name }, { "format", layer.format }, { "rmse_over_rms", layer.r() },
            { "sqnr_db", sqnrDb(layer.sums) }, { "max_abs_error", layer.sums.maxAbsError },
            { "cosine", cosineSimilarity(layer.sums) }, { "bits_per_weight", layer.bitsPerWeight },
            { "r_times_2b", layer.rTimes2b() }, { "numel", layer.layer->count() }, { "limit", limitJson(layer) } });
        layers.back()["entropy_bits"] = layer.entropy ? Json(*layer.entropy) : Json(nullptr);
        if (layer.index) {
            layers.back()["sparse_index_bits_stored"] = layer.index->stored;
            layers.back()["sparse_index_bits_limit"] = layer.index->limit;
        }
        if (!layer.fallback.empty()) {
            layers.back()["fallback"] = layer.fallback;
        }
        if (!layer.rowOrder.is_null()) {
            layers.back()["row_order"] = layer.rowOrder;
        }
    }
    return { { "format", result.format }, { "layers", std::move(layers) },
        { "total",
            { { "rmse_over_rms", rmseOverRms(result.sums) }, { "sqnr_db", sqnrDb(result.sums) },
                { "bits_per_weight", result.bitsPerWeight() }, { "bytes", (result.bits + 7) / 8 },
                { "weights", result.count } } } };
}

/// Which layers cannot hold the format, by reason.
std::string fallbackText(const Result& result)
{
    std::map<std::string, std::vector<std::string>> byReason;
    for (const auto& layer : result.layers) {
        if (!layer.fallback.empty()) {
            byReason[layer.fallback].push_back(printable(layer.layer->name));
        }
    }
    std::string text;
    for (const auto& [reason, names] : byReason) {
        text += countText(names.size()) + (names.size() == 1 ? " layer, " : " layers, such as ") + names.front() + ": "
            + reason + ".\n";
    }
    return text;
}

/// What sizes would be at best, over all layers; empty where nothing can be said.
std::string bestSizesText(const Result& result)
{
    double coded = 0;
    double stored = 0;
    double limit = 0;
    bool isCodedKnown = !result.layers.empty();
    bool hasIndex = false;
    for (const auto& layer : result.layers) {
        const auto count = static_cast<double>(layer.layer->count());
        isCodedKnown = isCodedKnown && layer.codedBits;
        coded += count * layer.codedBits.value_or(0);
        hasIndex = hasIndex || layer.index;
        stored += count * (layer.index ? layer.index->stored : 0);
        limit += count * (layer.index ? layer.index->limit : 0);
    }
    const auto weights = static_cast<double>(result.count);
    std::string text;
    if (isCodedKnown) {
        text += "It would be " + numberText(coded / weights) + " bits per weight with ideal entropy coding.\n";
    }
    if (hasIndex) {
        text += "Saying which weights are outliers takes " + numberText(stored / weights)
            + " bits per weight; the least possible is " + numberText(limit / weights) + ".\n";
    }
    return text;
}

std::string text(const Result& result, bool showAll)
{
    TextTable table;
    std::vector<std::string> orders;
    table.column("layer", Align::Left, Cut::Middle);
    for (const char* title : { "weights", "R", "SQNR dB", "max error", "bits/weight", "R·2^b", "to limit" }) {
        table.column(title, Align::Right);
    }
    for (const auto& layer : result.layers) {
        table.row({ printable(layer.layer->name), countText(layer.layer->count()), numberText(layer.r()),
            numberText(sqnrDb(layer.sums)), numberText(layer.sums.maxAbsError, 3), numberText(layer.bitsPerWeight),
            numberText(layer.rTimes2b()), layer.distance() ? numberText(*layer.distance(), 3) : "" });
        orders.push_back(layer.rowOrderText);
    }
    return table.text(rowLimit(showAll)) + "\n" + result.format + " on " + countText(result.count) + " weights: R "
        + numberText(rmseOverRms(result.sums)) + ", " + numberText(sqnrDb(result.sums)) + " dB, "
        + numberText(result.bitsPerWeight()) + " bits per weight, " + sizeText((result.bits + 7) / 8) + "\n"
        + bestSizesText(result) + fallbackText(result) + rowOrderLines(orders, showAll);
}
} // namespace

CommandFunction declareError(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file");
    options.requiredText("-f,--format", arguments->format, "FMT",
        "The format to measure, such as int4/b64 (see \"bitwright-cli formats\")");
    options.text("-l,--layer", arguments->layers, "REGEX", "Only layers whose name matches");
    declareFormatDataOptions(options, arguments->data,
        "Samples for formats that need the Fisher information of each weight, such as lloyd4(w=fisher)");
    options.flag("--all", arguments->showAll, "All rows, also on a terminal");
    options.notes(
        "R is the root of the mean squared error over the root of the mean square of the weights; R·2^b "
        "compares formats of\n"
        "different size. \"to limit\" is how many decibels R·2^b is above what no code can beat (Shannon) if a "
        "layer's weights are\n"
        "independent draws from the distribution that fits them best; 6 dB are one bit per weight. --json has the "
        "limits of\n"
        "entropy-coded and fixed-length codes too, and \"entropy_bits\", the Shannon entropy of the codes per weight. "
        "Totals are over all quantized weights together; \"bytes\" is "
        "what their codes\n"
        "and scales take.");
    return [arguments](Run& run) -> Outcome {
        const Recipe recipe = makeRecipe({ arguments->format, {}, {}, {} }, run.options());
        const ModelPtr model = openModelFor(run, arguments->model, run.job(0, 0.02));
        const Result result = withContext(
            Text("file %1", { printable(arguments->model) }), [&] { return measure(*arguments, recipe, model, run); });
        return { run.isJson() ? documentText(document(result), run) : text(result, arguments->showAll) };
    };
}

} // namespace bw::cli
