#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/text_table.h"
#include "core/exponent/exponent_search.h"
#include "core/formats/format_family.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace bw::cli {

CommandFunction declareExponent(Options& options);

namespace {
struct Arguments
{
    std::string model;
    std::string scope = "layer";
    std::string scaling = "c";
    std::string solver = "nelder-mead";
    std::string layers;
    std::int64_t bits = 4;
    bool showAll = false;
};

struct LayerResult
{
    const LayerInfo* layer;
    ExponentCurve curve;
    std::vector<double> exponents; ///< one per channel, with --scope channel
};

struct Result
{
    std::vector<LayerResult> layers;
    std::optional<ExponentCurve> common; ///< with --scope model
};

/// The scaling part of a format, read by the parser of formats.
Scaling readScaling(const std::string& text)
{
    for (const FormatFamily* family : formatFamilies().entries()) {
        if (!family->exponentParam.empty()) {
            const std::string example = family->examples.front();
            return withContext(Text("--scaling %1", { printable(text) }),
                [&] { return parseFormat(example.substr(0, example.find('/')) + "/" + text).scaling; });
        }
    }
    throw Error(ErrorKind::Unsupported, Text("this build has no format with a power exponent"));
}

/// One row of the matrix as a tensor of its own.
TensorView rowOf(const TensorView& matrix, std::uint64_t row, std::uint64_t columns)
{
    return matrix.part(row * columns, columns, { 1, static_cast<std::int64_t>(columns) });
}

/// An exponent for every channel: the layer's error is that of all channels together, its curve stays the one of a
/// common exponent.
LayerResult searchChannels(const LayerInfo& layer, LayerResult result, const Arguments& arguments,
    const Scaling& scaling, ExponentSolver solver, const JobContext& ctx)
{
    const TensorView matrix = layer.matrix();
    const auto rows = static_cast<std::uint64_t>(matrix.shape.front());
    const auto columns = layer.count() / rows;
    const int bits = static_cast<int>(arguments.bits);
    double error = 0;
    double uniform = 0;
    double signal = 0;
    for (std::uint64_t row = 0; row < rows; ++row) {
        const SortedMagnitudes sorted(rowOf(matrix, row, columns), scaling, bits, ctx);
        const SortedMagnitudes* const one[] = { &sorted };
        result.exponents.push_back(searchExponent(one, bits, solver, JobContext(ctx.stopToken())).optimum);
        error += sorted.squaredError(result.exponents.back(), bits);
        uniform += sorted.squaredError(1, bits);
        signal += sorted.squaredSignal();
    }
    std::vector<double> sortedExponents = result.exponents;
    std::sort(sortedExponents.begin(), sortedExponents.end());
    result.curve.optimum = sortedExponents[sortedExponents.size() / 2];
    result.curve.error = signal > 0 ? std::sqrt(error / signal) : 0;
    result.curve.errorUniform = signal > 0 ? std::sqrt(uniform / signal) : 0;
    return result;
}

/// The curve of one layer at the exponents, and with the optimum, of all layers together.
ExponentCurve shareOf(const SortedMagnitudes& sorted, const ExponentCurve& common)
{
    ExponentCurve curve = common;
    for (auto& [exponent, error] : curve.points) {
        error = errorAt(sorted, exponent, common.bits);
    }
    curve.error = errorAt(sorted, common.optimum, common.bits);
    curve.errorUniform = errorAt(sorted, 1, common.bits);
    return curve;
}

SortedMagnitudes sortedOf(const LayerInfo& layer, const Scaling& scaling, int bits, const JobContext& ctx)
{
    try {
        return withContext(Text("layer %1", { printable(layer.name) }),
            [&] { return SortedMagnitudes(layer.matrix(), scaling, bits, ctx); });
    } catch (const Error& error) {
        // Scaling and bits are known to be valid, so it is the file's values.
        throw error.kind() == ErrorKind::BadInput
            ? Error(ErrorKind::BadFile, error.message()).in(error.context().front())
            : error;
    }
}

Result search(const Arguments& arguments, const Scaling& scaling, const Model& model, Run& run)
{
    const auto ids = quantizableMatching(model, arguments.layers);
    const bool isCommon = arguments.scope == "model";
    requireMemory(run, memoryForExponents(model, ids, isCommon));
    const auto solver = arguments.solver == "golden" ? ExponentSolver::GoldenSection : ExponentSolver::NelderMead;
    const int bits = static_cast<int>(arguments.bits);
    Result result;
    std::vector<SortedMagnitudes> kept;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const LayerInfo& layer = model.layer(ids[i]);
        run.job().report("Searching exponents", i, ids.size(), "layers");
        const JobContext ctx(run.job().stopToken());
        SortedMagnitudes sorted = sortedOf(layer, scaling, bits, ctx);
        if (isCommon) {
            kept.push_back(std::move(sorted));
            result.layers.push_back({ &layer, {}, {} });
            continue;
        }
        const SortedMagnitudes* const one[] = { &sorted };
        LayerResult found { &layer, searchExponent(one, bits, solver, ctx), {} };
        result.layers.push_back(arguments.scope == "channel"
                ? searchChannels(layer, std::move(found), arguments, scaling, solver, ctx)
                : std::move(found));
    }
    if (isCommon) {
        std::vector<const SortedMagnitudes*> all;
        for (const auto& sorted : kept) {
            all.push_back(&sorted);
        }
        result.common = searchExponent(all, bits, solver, run.job());
        for (std::size_t i = 0; i < kept.size(); ++i) {
            result.layers[i].curve = shareOf(kept[i], *result.common);
        }
    }
    return result;
}

void addCurve(Json& out, const ExponentCurve& curve)
{
    out["optimum"] = curve.optimum;
    out["error"] = curve.error;
    out["error_uniform"] = curve.errorUniform;
    out["flat"] = { curve.flatLow, curve.flatHigh };
    Json points = Json::array();
    for (const auto& [exponent, error] : curve.points) {
        points.push_back({ exponent, error });
    }
    out["curve"] = std::move(points);
}

/// All of a layer's exponents, or their quantiles if there are very many.
void addExponents(Json& out, std::vector<double> exponents)
{
    constexpr std::size_t mostListed = 4096;
    if (exponents.size() <= mostListed) {
        out["exponents"] = exponents;
        return;
    }
    std::sort(exponents.begin(), exponents.end());
    Json quantiles = Json::array();
    for (int percent = 0; percent <= 100; percent += 5) {
        const auto at = static_cast<std::size_t>(static_cast<double>(exponents.size() - 1) * percent / 100.0);
        quantiles.push_back({ percent / 100.0, exponents[at] });
    }
    out["exponent_quantiles"] = std::move(quantiles);
}

Json document(const Result& result, const Arguments& arguments)
{
    Json out { { "scope", arguments.scope }, { "bits", arguments.bits }, { "scaling", arguments.scaling },
        { "solver", arguments.solver } };
    if (result.common) {
        addCurve(out, *result.common);
    }
    Json layers = Json::array();
    for (const auto& layer : result.layers) {
        Json one { { "name", layer.layer->name } };
        addCurve(one, layer.curve);
        if (arguments.scope == "channel") {
            addExponents(one, layer.exponents);
        }
        layers.push_back(std::move(one));
    }
    out["layers"] = std::move(layers);
    return out;
}

/// Near the optimum the search looks at many exponents that differ by nothing a reader sees.
std::vector<std::pair<double, double>> shownPoints(const ExponentCurve& curve)
{
    std::vector<std::pair<double, double>> shown;
    for (const auto& point : curve.points) {
        const bool isCoarse = std::abs(point.first * 20 - std::round(point.first * 20)) < 1e-9;
        if (isCoarse || point.first == curve.optimum) {
            shown.push_back(point);
        }
    }
    return shown;
}

std::string curveText(const ExponentCurve& curve)
{
    const auto points = shownPoints(curve);
    double worst = 0;
    for (const auto& point : points) {
        worst = std::max(worst, point.second);
    }
    TextTable table;
    table.column("exponent", Align::Right);
    table.column("R", Align::Right);
    table.column("");
    for (const auto& [exponent, error] : points) {
        std::string bar;
        for (int i = 0; worst > 0 && i < std::lround(error / worst * 50); ++i) {
            bar += "▪";
        }
        table.row({ numberText(exponent), numberText(error), bar + (exponent == curve.optimum ? "  optimum" : "") });
    }
    return table.text();
}

std::string text(const Result& result, const Arguments& arguments)
{
    TextTable table;
    table.column("layer", Align::Left, Cut::Middle);
    for (const char* title :
        { arguments.scope == "channel" ? "median exponent" : "exponent", "R", "R at 1", "gain dB" }) {
        table.column(title, Align::Right);
    }
    const bool hasOwnRange = arguments.scope == "layer";
    if (hasOwnRange) {
        table.column("flat from", Align::Right);
        table.column("to", Align::Right);
    }
    for (const auto& layer : result.layers) {
        const ExponentCurve& curve = layer.curve;
        const double gain = curve.error > 0 ? 20 * std::log10(curve.errorUniform / curve.error) : 0;
        std::vector<std::string> cells { printable(layer.layer->name), numberText(curve.optimum, 3),
            numberText(curve.error), numberText(curve.errorUniform), numberText(gain, 3) };
        if (hasOwnRange) {
            cells.push_back(numberText(curve.flatLow, 3));
            cells.push_back(numberText(curve.flatHigh, 3));
        }
        table.row(std::move(cells));
    }
    std::string out = table.text(rowLimit(arguments.showAll));
    if (result.common) {
        out += "\nAll layers together: exponent " + numberText(result.common->optimum, 3) + ", R "
            + numberText(result.common->error) + " (uniform " + numberText(result.common->errorUniform) + ")\n\n"
            + curveText(*result.common);
    } else if (result.layers.size() == 1) {
        out += "\n" + curveText(result.layers.front().curve);
    }
    return out;
}
} // namespace

CommandFunction declareExponent(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file");
    options.choice(
        "--scope", arguments->scope, { "model", "layer", "channel" }, "What shares an exponent (default: layer)");
    options.integer("-b,--bits", arguments->bits, 2, 8, "Bits of a code (default: 4)");
    options.text("--scaling", arguments->scaling, "t|c|bN",
        "What shares a scale, and how it is chosen, as in formats: c:search (default: c, the largest magnitude)");
    options.choice("--solver", arguments->solver, { "nelder-mead", "golden" },
        "How the optimum is searched (default: nelder-mead)");
    options.text("-l,--layer", arguments->layers, "REGEX", "Only layers whose name matches");
    options.flag("--all", arguments->showAll, "All rows, also on a terminal");
    options.notes("Weights are quantized as x^exponent; 1 is the uniform grid. R is the root of the mean squared error "
                  "over the root of the\n"
                  "mean square of the weights. Exponents from \"flat from\" to \"to\" are within 1 % of the optimum's "
                  "squared error.\n"
                  "With --scope channel, each channel has its own exponent and the median is shown; the curve is that "
                  "of the whole layer.\n"
                  "With 2 bits the exponent has no influence and stays 1.");
    return [arguments](Run& run) -> Outcome {
        const Scaling scaling = readScaling(arguments->scaling);
        const ModelPtr model = openModelFor(run, arguments->model, run.job(0, 0.02));
        const Result result = withContext(
            Text("file %1", { printable(arguments->model) }), [&] { return search(*arguments, scaling, *model, run); });
        return { run.isJson() ? documentText(document(result, *arguments), run) : text(result, *arguments) };
    };
}

} // namespace bw::cli
