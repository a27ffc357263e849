#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/text_table.h"
#include "core/engine/format_candidates.h"
#include "core/engine/rank_formats.h"
#include "core/formats/format_family.h"

#include <algorithm>
#include <cmath>
#include <memory>

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

Ranking rank(const Arguments& arguments, const Model& model, const ModelPtr& shared, Run& run)
{
    RankRequest request;
    request.model = shared;
    request.layers = quantizableMatching(model, arguments.layers);
    request.maxBits = bitsOf(arguments.maxBits);
    request.formats = candidateFormats(request.maxBits);
    request.exactCount = std::max(request.exactCount, static_cast<std::size_t>(arguments.top));
    requireMemory(run, memoryForMeasuring(model, request.layers));
    return rankFormats(request, nullptr, {}, run.job(0.02, 1));
}

std::vector<RankedFormat> shown(const Ranking& ranking, const Arguments& arguments)
{
    auto formats = ranking.formats;
    formats.resize(std::min(formats.size(), static_cast<std::size_t>(arguments.top)));
    return formats;
}

Json document(const Ranking& ranking, const Arguments& arguments)
{
    Json formats = Json::array();
    for (const auto& ranked : shown(ranking, arguments)) {
        const auto& figures = ranked.figures;
        formats.push_back({ { "format", formatText(ranked.format) }, { "family", ranked.format.family },
            { "rmse_over_rms", figures.r() }, { "sqnr_db", figures.sqnrDb() },
            { "bits_per_weight", figures.bitsPerWeight() }, { "r_times_2b", figures.rTimes2b() },
            { "exact", figures.isExact() }, { "measured", figures.measured } });
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

std::string text(const Ranking& ranking, const Arguments& arguments)
{
    TextTable table;
    table.column("format", Align::Left);
    table.column("family", Align::Left, Cut::End);
    for (const char* title : { "R", "SQNR dB", "bits/weight", "R·2^b" }) {
        table.column(title, Align::Right);
    }
    for (const auto& ranked : shown(ranking, arguments)) {
        const auto& figures = ranked.figures;
        const std::string about = figures.isExact() ? "" : "~";
        table.row({ formatText(ranked.format), familyOf(ranked.format).title.english(), about + numberText(figures.r()),
            about + numberText(figures.sqnrDb()), about + numberText(figures.bitsPerWeight()),
            about + numberText(figures.rTimes2b()) });
    }
    std::string text = table.text() + "\n" + countText(ranking.formats.size()) + " formats within "
        + numberText(bitsOf(arguments.maxBits)) + " bits per weight, best first, on " + countText(ranking.count)
        + " weights";
    if (ranking.measured < ranking.count) {
        text += "; ranked on " + countText(ranking.measured) + " of them, the best then on all";
    }
    text += ".\n";
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
        "Every format family is tried with all its bits and usual scales, rounding to the nearest level. Large "
        "models are\n"
        "sampled first; the best formats are then measured on all weights (\"~\" marks figures of a sample). "
        "R and R·2^b as\n"
        "in \"bitwright-cli error\".");
    return [arguments](Run& run) -> Outcome {
        bitsOf(arguments->maxBits);
        const ModelPtr model = openModelFor(run, arguments->model, run.job(0, 0.02));
        const Ranking ranking = withContext(
            Text("file %1", { printable(arguments->model) }), [&] { return rank(*arguments, *model, model, run); });
        for (const auto& problem : ranking.leftOut) {
            run.warn(Text("layer %1 was left out: %2", { printable(problem.field), problem.message.english() }));
        }
        return { run.isJson() ? documentText(document(ranking, *arguments), run) : text(ranking, *arguments) };
    };
}

} // namespace bw::cli
