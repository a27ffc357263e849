#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/text_table.h"
#include "core/distributions/limit_lines.h"
#include "core/engine/format_candidates.h"
#include "core/engine/rank_formats.h"
#include "core/formats/format_family.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace bw::cli {

CommandFunction declareRank(Options& options);

namespace {
constexpr double mostBits = 32;

struct Arguments
{
    std::string model;
    std::string layers;
    std::string maxBits;
    std::int64_t top = 10;
};

double bitsOf(const std::string& text)
{
    const auto bits = parseDouble(text);
    if (!bits || !(*bits > 0) || *bits > mostBits) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "--max-bits takes a number of bits per weight above 0, at most %1, not \"%2\""),
            toText(mostBits), printable(text));
    }
    return *bits;
}

struct Result
{
    Ranking ranking;
    ShannonLine limit; ///< of the ranked layers

    std::optional<double> distance(const RankedFormat& ranked) const
    {
        return limit.distance(ranked.figures.bitsPerWeight(), ranked.figures.rTimes2b());
    }
};

ShannonLine limitOf(const Ranking& ranking, const RankRequest& request, const JobContext& ctx)
{
    std::vector<DistributionFit> fits;
    std::uint64_t done = 0;
    for (const LayerId id : request.layers) {
        const LayerInfo& layer = request.model->layer(id);
        const bool isLeftOut = std::any_of(ranking.leftOut.begin(), ranking.leftOut.end(),
            [&](const Problem& problem) { return problem.field == layer.name; });
        if (!isLeftOut) {
            const Text phase("Fitting a distribution to %1", { printable(layer.name, 60) });
            fits.push_back(fitDistribution(layer.view, layerJob(ctx, phase, done, layer.count(), ranking.count)));
            done += layer.count();
        }
    }
    return ShannonLine(fits);
}

Result rank(const Arguments& arguments, const Model& model, const ModelPtr& shared, Run& run)
{
    RankRequest request;
    request.model = shared;
    request.layers = quantizableMatching(model, arguments.layers);
    request.maxBits = bitsOf(arguments.maxBits);
    request.formats = candidateFormats(request.maxBits);
    request.exactCount = std::max(request.exactCount, static_cast<std::size_t>(arguments.top));
    request.triesExtras = true;
    requireMemory(run, memoryForMeasuring(model, request.layers));
    Result result;
    result.ranking = rankFormats(request, nullptr, {}, run.job(0.02, 0.95));
    result.limit = limitOf(result.ranking, request, run.job(0.95, 1));
    return result;
}

std::vector<RankedFormat> shown(const Ranking& ranking, const Arguments& arguments)
{
    auto formats = ranking.formats;
    formats.resize(std::min(formats.size(), static_cast<std::size_t>(arguments.top)));
    return formats;
}

Json document(const Result& result, const Arguments& arguments)
{
    const Ranking& ranking = result.ranking;
    Json formats = Json::array();
    for (const auto& ranked : shown(ranking, arguments)) {
        const auto& figures = ranked.figures;
        formats.push_back({ { "format", formatText(ranked.format) }, { "family", ranked.format.family },
            { "rmse_over_rms", figures.r() }, { "sqnr_db", figures.sqnrDb() },
            { "bits_per_weight", figures.bitsPerWeight() }, { "r_times_2b", figures.rTimes2b() },
            { "exact", figures.isExact() }, { "measured", figures.measured } });
        const auto distance = result.distance(ranked);
        formats.back()["distance_db"] = distance ? Json(*distance) : Json(nullptr);
        if (ranked.standIns > 0) {
            formats.back()["stand_ins"] = { { "layers", ranked.standIns }, { "layer", ranked.standInLayer },
                { "reason", ranked.standInReason.english() } };
        }
    }
    Json unusable = Json::array();
    for (const auto& ranked : ranking.unusable) {
        unusable.push_back({ { "format", formatText(ranked.format) }, { "layer", ranked.reasonLayer },
            { "reason", ranked.reason.english() } });
    }
    Json leftOut = Json::array();
    for (const auto& problem : ranking.leftOut) {
        leftOut.push_back({ { "layer", problem.field }, { "reason", problem.message.english() } });
    }
    return { { "max_bits", bitsOf(arguments.maxBits) }, { "weights", ranking.count },
        { "weights_sampled", ranking.measured }, { "formats", std::move(formats) },
        { "ranked", ranking.formats.size() }, { "too_large", ranking.tooLarge }, { "unusable", std::move(unusable) },
        { "left_out", std::move(leftOut) } };
}

std::string text(const Result& result, const Arguments& arguments)
{
    const Ranking& ranking = result.ranking;
    TextTable table;
    table.column("format", Align::Left);
    table.column("family", Align::Left, Cut::End);
    for (const char* title : { "R", "SQNR dB", "bits/weight", "R·2^b", "to limit" }) {
        table.column(title, Align::Right);
    }
    std::string standIns;
    for (const auto& ranked : shown(ranking, arguments)) {
        const auto& figures = ranked.figures;
        const std::string about = figures.isExact() ? "" : "~";
        const auto distance = result.distance(ranked);
        if (ranked.standIns > 0 && standIns.empty()) {
            standIns = "* Some layers cannot hold the format and have a stand-in, such as "
                + printable(ranked.standInLayer) + ": " + ranked.standInReason.english() + ".\n";
        }
        table.row({ formatText(ranked.format) + (ranked.standIns > 0 ? " *" : ""),
            familyOf(ranked.format).title.english(), about + numberText(figures.r()),
            about + numberText(figures.sqnrDb()), about + numberText(figures.bitsPerWeight()),
            about + numberText(figures.rTimes2b()), distance ? about + numberText(*distance, 3) : "" });
    }
    std::string text = table.text() + "\n" + countText(ranking.formats.size()) + " formats within "
        + numberText(bitsOf(arguments.maxBits)) + " bits per weight, best first, on " + countText(ranking.count)
        + " weights";
    if (ranking.measured < ranking.count) {
        text += "; ranked on " + countText(ranking.measured) + " of them, the best then on all";
    }
    text += ".\n" + standIns;
    if (!ranking.unusable.empty()) {
        text += countText(ranking.unusable.size()) + " formats cannot serve these layers, such as "
            + formatText(ranking.unusable.front().format) + ": " + ranking.unusable.front().reason.english() + "\n";
    }
    return text;
}
} // namespace

CommandFunction declareRank(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file");
    options.requiredText("-b,--max-bits", arguments->maxBits, "BITS",
        "Bits per weight a format may take at most, scales and tables counted, such as 3.25");
    options.text(
        "-l,--layer", arguments->layers, "REGEX", "Only layers whose name matches; figures are of all together");
    options.integer("-n,--top", arguments->top, 1, 10000, "Show this many of the best formats (default 10)");
    options.notes(
        "Every format family is tried with all its bits and usual scales, rounding to the nearest level, and the best "
        "of each\n"
        "also with a few extras (sparse outliers, rotation, entropy coding). Large models are sampled first; the best "
        "formats are\n"
        "then measured on all weights (\"~\" marks figures of a sample). R, R·2^b and \"to limit\" (decibels above "
        "what no code\n"
        "can beat, all layers at the same bits) as in \"bitwright-cli error\". Layers that cannot hold a format are "
        "measured with\n"
        "what \"quantize\" would give them instead.");
    return [arguments](Run& run) -> Outcome {
        bitsOf(arguments->maxBits);
        const ModelPtr model = openModelFor(run, arguments->model, run.job(0, 0.02));
        const Result result = withContext(
            Text("file %1", { printable(arguments->model) }), [&] { return rank(*arguments, *model, model, run); });
        for (const auto& problem : result.ranking.leftOut) {
            run.warn(Text("layer %1 was left out: %2", { printable(problem.field), problem.message.english() }));
        }
        return { run.isJson() ? documentText(document(result, *arguments), run) : text(result, *arguments) };
    };
}

} // namespace bw::cli
