#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/model_choices.h"
#include "app/cli/text_table.h"
#include "core/diff/diff_notes.h"
#include "core/diff/model_diff.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace bw::cli {

CommandFunction declareDiff(Options& options);

namespace {
struct Arguments
{
    std::string a;
    std::string b;
    std::int64_t top = 20;
    bool showAll = false;
};

Json nameJson(const Model& model, LayerId id)
{
    return id.isValid() ? Json(model.layer(id).name) : Json(nullptr);
}

/// Numbers JSON has no word for (an infinite R) become null.
Json finiteJson(std::optional<double> value)
{
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json tensorJson(const TensorDiff& tensor, const Model& a, const Model& b)
{
    Json out { { "a", nameJson(a, tensor.a) }, { "b", nameJson(b, tensor.b) },
        { "verdict", verdictName(tensor.verdict) }, { "rmse_over_rms", finiteJson(tensor.r()) } };
    if (!tensor.isPair()) {
        return out;
    }
    const LayerInfo& ofA = a.layer(tensor.a);
    const LayerInfo& ofB = b.layer(tensor.b);
    out["matched_by"] = matchedByName(tensor.matchedBy);
    out["dtype_a"] = ofA.storedType();
    out["dtype_b"] = ofB.storedType();
    out["shape_a"] = ofA.view.shape;
    out["shape_b"] = ofB.view.shape;
    out["comparable"] = !tensor.shapesDiffer;
    if (tensor.shapesDiffer) {
        return out;
    }
    out["numel"] = tensor.sums.count;
    out["order"] = orderName(tensor.order);
    out["sqnr_db"] = finiteJson(sqnrDb(tensor.sums));
    out["cosine"] = cosineSimilarity(tensor.sums);
    out["max_abs_error"] = tensor.sums.maxAbsError;
    out["max_abs_error_index"] = tensor.worstIndex;
    out["nonfinite_changes"] = tensor.nonFiniteChanges;
    out["scale"] = finiteJson(tensor.scale);
    out["scaled_by"] = scaledByName(tensor.scaledBy);
    return out;
}

Json document(const Arguments& arguments, const ModelDiff& diff, const Model& a, const Model& b)
{
    Json tensors = Json::array();
    for (const TensorDiff& tensor : diff.tensors) {
        tensors.push_back(tensorJson(tensor, a, b));
    }
    Json counts = Json::object();
    for (const TensorVerdict verdict : allVerdicts) {
        counts[verdictName(verdict)] = diff.count(verdict);
    }
    Json hot = Json::array();
    const auto spots = diff.hotSpots();
    for (std::size_t i = 0; i < std::min(spots.size(), static_cast<std::size_t>(arguments.top)); ++i) {
        hot.push_back(nameJson(a, diff.tensors[spots[i]].a));
    }
    return { { "a", arguments.a }, { "b", arguments.b }, { "tensors", std::move(tensors) },
        { "counts", std::move(counts) }, { "hot_spots", std::move(hot) },
        { "total",
            { { "rmse_over_rms", finiteJson(rmseOverRms(diff.sums)) }, { "sqnr_db", finiteJson(sqnrDb(diff.sums)) },
                { "max_abs_error", diff.sums.maxAbsError }, { "values", diff.sums.count } } } };
}

std::string note(const TensorDiff& tensor, const Model& a, const Model& b)
{
    std::string text;
    for (const Text& part : diffNotes(tensor, a, b)) {
        text += (text.empty() ? "" : "; ") + part.english();
    }
    return text;
}

std::string hotSpotTable(const Arguments& arguments, const ModelDiff& diff, const Model& a, const Model& b)
{
    TextTable table;
    table.column("layer", Align::Left, Cut::Middle);
    table.column("verdict");
    table.column("types");
    for (const char* title : { "values", "R", "SQNR dB", "max error" }) {
        table.column(title, Align::Right);
    }
    table.column("note", Align::Left, Cut::End);
    const auto spots = diff.hotSpots();
    const auto shown
        = arguments.showAll ? spots.size() : std::min(spots.size(), static_cast<std::size_t>(arguments.top));
    for (std::size_t i = 0; i < shown; ++i) {
        const TensorDiff& tensor = diff.tensors[spots[i]];
        const bool isCompared = !tensor.shapesDiffer;
        table.row({ printable(a.layer(tensor.a).name), verdictTitle(tensor.verdict).english(),
            storedTypes(tensor, a, b), countText(a.layer(tensor.a).count()),
            isCompared ? numberText(rmseOverRms(tensor.sums)) : "", isCompared ? numberText(sqnrDb(tensor.sums)) : "",
            isCompared ? numberText(tensor.sums.maxAbsError, 3) : "", note(tensor, a, b) });
    }
    if (shown == 0) {
        return {};
    }
    const std::string rest = shown < spots.size()
        ? "The " + countText(shown) + " that differ most of " + countText(spots.size()) + " (--all shows the rest).\n"
        : std::string();
    return table.text() + rest + "\n";
}

/// Names only one side has, a line of some of them each.
std::string unmatchedText(const ModelDiff& diff, TensorVerdict verdict, const Model& model, bool showAll)
{
    constexpr std::size_t mostNames = 5;
    std::string names;
    std::size_t count = 0;
    for (const TensorDiff& tensor : diff.tensors) {
        if (tensor.verdict != verdict) {
            continue;
        }
        ++count;
        if (showAll || count <= mostNames) {
            const LayerId id = verdict == TensorVerdict::OnlyA ? tensor.a : tensor.b;
            names += (names.empty() ? "" : ", ") + printable(model.layer(id).name, 60);
        }
    }
    if (count == 0) {
        return {};
    }
    const bool isCut = !showAll && count > mostNames;
    return verdictTitle(verdict).english() + " (" + countText(count) + "): " + names + (isCut ? ", …" : "") + "\n";
}

std::string text(const Arguments& arguments, const ModelDiff& diff, const Model& a, const Model& b)
{
    std::string counts;
    for (const TensorVerdict verdict : allVerdicts) {
        if (const auto count = diff.count(verdict); count > 0) {
            counts += (counts.empty() ? "" : ", ") + countText(count) + " " + verdictTitle(verdict).english();
        }
    }
    const std::string total = diff.sums.count == 0 ? std::string()
                                                   : "Over all values both have: R "
            + numberText(rmseOverRms(diff.sums)) + ", " + numberText(sqnrDb(diff.sums)) + " dB.\n";
    return "A: " + printable(arguments.a) + " (" + a.format() + ", " + countText(a.parameterCount())
        + " values)\nB: " + printable(arguments.b) + " (" + b.format() + ", " + countText(b.parameterCount())
        + " values)\n\n" + hotSpotTable(arguments, diff, a, b) + counts + ".\n" + total
        + unmatchedText(diff, TensorVerdict::OnlyA, a, arguments.showAll)
        + unmatchedText(diff, TensorVerdict::OnlyB, b, arguments.showAll);
}

Outcome compare(const Arguments& arguments, Run& run)
{
    const ModelPtr a = openModelToCompare(run, arguments.a, run.job(0, 0.02));
    const ModelPtr b = openModelToCompare(run, arguments.b, run.job(0.02, 0.04));
    const ModelDiff diff = diffModels(*a, *b, run.job(0.04, 1));
    return { run.isJson() ? documentText(document(arguments, diff, *a, *b), run) : text(arguments, diff, *a, *b) };
}
} // namespace

CommandFunction declareDiff(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("A", arguments->a, "A model file");
    options.positional("B", arguments->b, "Another one, of any format");
    options.integer("--top", arguments->top, 0, std::numeric_limits<std::int32_t>::max(),
        "How many tensors to list, those that differ most first (default 20)");
    options.flag("--all", arguments->showAll, "List all that differ");
    options.notes(
        "Tensors are matched by name, by name without a prefix, by naming convention (Hugging Face, GGUF), and "
        "at last by\n"
        "their values; transposed tensors and channels in another order are recognised. A tensor is identical "
        "(the same\n"
        "numbers, whatever the type), rescaled (times a factor), requantized (rounded to fewer levels or "
        "digits) or changed.\n"
        "R is the root of the mean squared difference over the root of the mean square of A.");
    return [arguments](Run& run) { return compare(*arguments, run); };
}

} // namespace bw::cli
