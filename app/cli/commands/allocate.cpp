#include "app/cli/allocation_choices.h"
#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/model_choices.h"
#include "app/cli/run.h"
#include "app/cli/text_table.h"
#include "core/allocate/auto_allocation.h"
#include "core/allocate/fit_to_file.h"
#include "core/allocate/measured_drop.h"
#include "core/base/atomic_file.h"
#include "core/sensitivity/sensitivity.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

namespace bw::cli {

CommandFunction declareAllocate(Options& options);

namespace {
struct Arguments
{
    AllocationOptions options;
    std::string output;
    bool showAll = false;
};

struct Result
{
    Budget budget;
    std::string kind;
    std::string unit;
    Allocation allocation;
    AllocationProblemPtr problem;
    std::uint64_t sourceBytes = 0;
    std::string recipe;
    std::vector<MeasuredChoice> visited; ///< of refinement
};

void checkOutput(const Arguments& arguments, const std::vector<std::filesystem::path>& modelFiles)
{
    if (arguments.output.empty()) {
        return;
    }
    auto inputs = modelFiles;
    const auto& options = arguments.options;
    inputs.insert(inputs.end(), { options.model, options.data, options.sensitivity, options.recipeFile });
    refuseOverwriting(arguments.output, "-o", inputs);
    requireWritable(arguments.output);
}

Budget budgetOf(const AllocationOptions& options, const Allocator& allocator)
{
    if (options.budget.empty() && allocator.needsBudget) {
        throw Error(ErrorKind::BadInput,
            Text("--budget says what the result may take: 4.1bpw, 3.2GiB or 25% of the model's file"));
    }
    return options.budget.empty() ? Budget {} : parseBudget(options.budget);
}

/// Warns where nothing is known of what the layers bear.
void warnOfGuess(const AllocationInput& input, Run& run)
{
    if (input.isGuess) {
        run.warn(Text("Without data nothing is known of what each layer bears: \"%1\" only looks at the weights, and a "
                      "mix of formats may do more harm than one format for all. Give --data (a few hundred samples).",
            { input.table.kind }));
    }
}

constexpr std::uint64_t refineSamples = 1000;

/// From the allocator's answer on, or from all that can be found.
Refinement refined(const Arguments& arguments, const AllocationInput& input, const AllocationRequest& request,
    const Allocation& answer, const SizeMeasure& measure, const Budget& budget, Run& run)
{
    const std::uint64_t memory = run.options().maxMemory ? *run.options().maxMemory / 4 : std::uint64_t { 1 } << 30;
    const auto job = run.job(0.3, 1);
    if (!arguments.options.isAutomatic) {
        RefineRequest refine;
        refine.model = input.model;
        refine.data = input.data;
        refine.problem = request.problem;
        refine.budget = request.budget;
        refine.starts = { answer };
        refine.samples = refineSamples;
        refine.cacheFolder = cacheFolderOf(arguments.options);
        refine.memoryBudget = memory;
        return refineToSize(refine, measure, input.cache.get(), job);
    }
    AutoRequest all;
    all.sensitivity.model = input.model;
    all.sensitivity.data = input.data;
    for (const auto& layer : input.table.layers) {
        all.sensitivity.layers.push_back(input.model->find(layer.layer));
    }
    for (const auto& point : input.table.layers.front().points) {
        all.sensitivity.formats.push_back(point.format);
    }
    all.sensitivity.samples = static_cast<std::uint64_t>(arguments.options.samples);
    all.sensitivity.seed = run.options().seed.value_or(0);
    all.sensitivity.cacheFolder = cacheFolderOf(arguments.options);
    all.sensitivity.memoryBudget = memory;
    all.limits = input.limits;
    all.exporter = arguments.options.exporter;
    all.budget = budget;
    all.samples = refineSamples;
    all.measureSize = measure;
    return allocateAutomatically(all, input.cache.get(), job).refinement;
}

Result allocateFor(const Arguments& arguments, Run& run)
{
    const Allocator& allocator = allocatorOf(arguments.options);
    const Budget budget = budgetOf(arguments.options, allocator);
    checkOutput(arguments, {});
    const ParamValues params = allocatorParams(arguments.options, allocator);
    const AllocationInput input = allocationInput(arguments.options, allocator, run);
    checkOutput(arguments, input.model->files());
    warnOfGuess(input, run);
    return withContext(Text("file %1", { printable(arguments.options.model) }), [&] {
        AllocationRequest request;
        request.params = params;
        auto menu = buildMenu(input.table, *input.model, input.limits, arguments.options.exporter, run.job(0.7, 0.75));
        request.problem = std::make_shared<const AllocationProblem>(std::move(menu), costKindOf(budget));
        request.budget = budgetCost(budget, request.problem->menu());
        for (const auto& layer : request.problem->menu().layers) {
            request.byHand.push_back(input.plan.layers[input.model->find(layer.name).index()].choice.format);
        }
        if (input.data && input.model->hasGraph()) {
            request.measureDrop = evaluatedDrop(input.model, input.data, input.recipe, input.cache);
        }
        Result result;
        result.budget = budget;
        result.kind = input.table.kind;
        result.unit = input.table.unit;
        result.problem = request.problem;
        result.sourceBytes = input.model->fileBytes();
        const auto measure = quantizedSize(input.model, input.recipe, arguments.options.exporter, input.cache);
        const bool isMeasured = arguments.options.isAutomatic || arguments.options.isRefined;
        result.allocation
            = allocateToSize(allocator, request, measure, isMeasured ? run.job(0.25, 0.3) : run.job(0.75, 1));
        if (isMeasured) {
            auto found = refined(arguments, input, request, result.allocation, measure, budget, run);
            result.allocation = std::move(found.allocation);
            result.visited = std::move(found.visited);
        }
        result.recipe = recipeJson(withAllocation(input.recipe, result.allocation));
        return result;
    });
}

void writeRecipe(const std::string& path, const std::string& recipe)
{
    AtomicFile file(path);
    file.write(std::as_bytes(std::span(recipe)));
    file.commit();
}

/// The uniform choice a reader compares with: the best that takes no more.
const AllocationProblem::Uniform* comparison(const Result& result)
{
    return result.problem->bestUniform(std::max(result.allocation.cost(), result.allocation.budget));
}

Json document(const Result& result, const Arguments& arguments)
{
    const Allocation& allocation = result.allocation;
    Json layers = Json::array();
    for (const auto& layer : allocation.layers) {
        layers.push_back({ { "name", layer.layer }, { "format", formatText(layer.format) },
            { "bits_per_weight", layer.bitsPerWeight() }, { "weights", layer.count }, { "bytes", layer.bytes },
            { "damage", layer.damage }, { "stderr", layer.standardError }, { "reason", layer.reason.english() } });
    }
    Json front = Json::array();
    for (const auto& point : result.problem->frontInBytes()) {
        front.push_back(Json::array({ point.cost, point.damage }));
    }
    Json uniforms = Json::array();
    for (const auto& uniform : result.problem->uniforms()) {
        const auto totals = totalsOf(result.problem->menu(), uniform.choices);
        uniforms.push_back({ { "format", formatText(uniform.format) }, { "bytes", totals.bytes },
            { "predicted_damage", uniform.damage }, { "everywhere", uniform.isEverywhere } });
    }
    Json notes = Json::array();
    for (const auto& note : allocation.notes) {
        notes.push_back(note.english());
    }
    Json out { { "budget", arguments.options.budget.empty() ? Json(nullptr) : Json(budgetText(result.budget)) },
        { "limit", allocation.budget }, { "limit_unit", allocation.costKind == CostKind::FileBytes ? "bytes" : "bits" },
        { "allocator", allocation.allocator }, { "sensitivity", result.kind }, { "unit", result.unit },
        { "bits_per_weight", allocation.bitsPerWeight() }, { "bytes", allocation.bytes },
        { "bytes_before", result.sourceBytes }, { "predicted_damage", allocation.damage },
        { "lower_bound", allocation.lowerBound }, { "gap", allocation.gap() }, { "optimal", allocation.isOptimal } };
    if (!arguments.output.empty()) {
        out["output"] = arguments.output;
    }
    if (!result.visited.empty()) {
        Json visited = Json::array();
        for (const auto& one : result.visited) {
            visited.push_back({ { "name", one.name }, { "cost", one.cost }, { "kl_choosing", one.choosing.mean() },
                { "kl_judging", one.judging.mean() }, { "kl_judging_stderr", one.judging.standardError() } });
        }
        out["measured"] = std::move(visited);
    }
    out["layers"] = std::move(layers);
    out["uniform"] = std::move(uniforms);
    out["notes"] = std::move(notes);
    out["front"] = std::move(front);
    return out;
}

std::string gapText(const Allocation& allocation)
{
    if (allocation.isOptimal || allocation.gap() == 0) {
        return "proven to be the least these formats can reach";
    }
    return "at most " + numberText(allocation.gap(), 2) + " above the least these formats can reach";
}

std::string text(const Result& result, const Arguments& arguments)
{
    const Allocation& allocation = result.allocation;
    TextTable table;
    table.column("layer", Align::Left, Cut::Middle);
    table.column("weights", Align::Right);
    table.column("format", Align::Left);
    table.column("bits/weight", Align::Right);
    table.column("damage", Align::Right);
    table.column("why", Align::Left, Cut::End);
    for (const auto& layer : allocation.layers) {
        table.row({ printable(layer.layer), countText(layer.count), formatText(layer.format),
            numberText(layer.bitsPerWeight()), numberText(layer.damage, 3), layer.reason.english() });
    }
    std::string out = table.text(rowLimit(arguments.showAll)) + "\n";
    out += "File: " + sizeText(allocation.bytes) + " instead of " + sizeText(result.sourceBytes) + " ("
        + percentText(static_cast<double>(allocation.bytes) / static_cast<double>(result.sourceBytes), 1) + "), "
        + numberText(allocation.bitsPerWeight()) + " bits per weight.\n";
    out += "Predicted damage: " + numberText(allocation.damage, 3) + " " + result.unit + ", " + gapText(allocation)
        + ".\n";
    if (const auto* uniform = comparison(result)) {
        out += "One format for all layers within the same size, " + formatText(uniform->format) + ": "
            + numberText(uniform->damage, 3) + " " + result.unit + ".\n";
    }
    if (!result.visited.empty()) {
        TextTable measured;
        measured.column("measured");
        measured.column("KL, chosen by", Align::Right);
        measured.column("KL, judged by", Align::Right);
        measured.column("± s.e.", Align::Right);
        for (const auto& one : result.visited) {
            measured.row({ one.name, numberText(one.choosing.mean(), 3), numberText(one.judging.mean(), 3),
                numberText(one.judging.standardError(), 2) });
        }
        out += measured.text();
    }
    for (const auto& note : allocation.notes) {
        out += note.english() + "\n";
    }
    if (!arguments.output.empty()) {
        out += "Wrote " + printable(arguments.output)
            + "; use it with \"quantize --recipe\" or \"evaluate --recipe\".\n";
    }
    return out;
}
} // namespace

CommandFunction declareAllocate(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    declareAllocationOptions(options, arguments->options);
    options.text("-o,--output", arguments->output, "RECIPE.json", "Write the recipe");
    options.flag("--all", arguments->showAll, "All rows, also on a terminal");
    options.notes(
        "Sizes count everything: codes, scales, tables, what is not quantized, and the header.\n"
        "Examples:\n  bitwright-cli allocate model.pt --budget 25% --data calib.safetensors -o recipe.json\n"
        "  bitwright-cli allocate model.pt --budget 4.0bpw --sensitivity damage.h5 --lock 'fc|head=int8/c' -o "
        "recipe.json");
    return [arguments](Run& run) -> Outcome {
        settleAllocator(arguments->options);
        const Result result = allocateFor(*arguments, run);
        if (!arguments->output.empty()) {
            writeRecipe(arguments->output, result.recipe);
        }
        if (run.isJson()) {
            return { documentText(document(result, *arguments), run) };
        }
        return { run.options().isQuiet ? std::string() : text(result, *arguments) };
    };
}

} // namespace bw::cli
