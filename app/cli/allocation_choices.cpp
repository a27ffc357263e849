#include "app/cli/allocation_choices.h"

#include "app/cli/cache_folder.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/run.h"
#include "app/cli/words.h"
#include "core/allocate/candidates.h"
#include "core/base/mapped_file.h"
#include "core/calibrate/dataset.h"
#include "core/engine/result_cache.h"
#include "core/report/damage_file.h"
#include "core/sensitivity/sensitivity.h"
#include "core/sensitivity/shrink_damage.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace bw::cli {

namespace {
constexpr std::uint64_t resultBytes = std::uint64_t { 512 } << 20; ///< of quantized candidates held

/// The best first, as far as they are there: what is used with data where nobody names a kind.
const std::vector<std::string> kindsByTrust { "projected-fisher", "fisher", "output-error" };
/// Without data. On ResNet-20 better than the error as a share of each layer's weights, and than one format for all at
/// 4 bits, though worse at 3.
constexpr const char* kindWithoutData = "weight-error";
} // namespace

void declareAllocationOptions(Options& options, AllocationOptions& target)
{
    options.positional("MODEL", target.model, "The model file");
    options.text("-b,--budget", target.budget, "SIZE",
        "What the result may take: 4.1bpw (mean bits per weight, scales and tables counted), 3.2GiB (the written file) "
        "or 25% (of the model's file)");
    options.texts("-f,--formats", target.formats, "A,B,…",
        "What layers may get, with commas (default: those of --sensitivity FILE, else fitted codebooks of 2 to 8 "
        "bits, or integers or blocks of llama.cpp where --to holds no codebooks)");
    options.text("-a,--allocator", target.allocator, "NAME",
        "How to choose (default: lagrangian; see \"bitwright-cli allocators\"), or auto: every estimate of damage "
        "there "
        "is, then refined, whichever is measured to be best");
    options.flag("--refine", target.isRefined,
        "Go on from the answer by measuring whole models, until their KL stops falling (needs --data, 16 samples or "
        "more; up to 1,000 are used)");
    options.texts("--with", target.params, "ID=VALUE", "A parameter of the allocator");
    options.text("-s,--sensitivity", target.sensitivity, "FILE.h5|KIND",
        "Damages as \"sensitivity\" wrote them, or the kind to estimate now");
    options.text("-d,--data", target.data, "DATA", "Calibration samples for estimating them");
    options.integer("--samples", target.samples, 1, 1'000'000'000, "Only the first N samples (default 256)");
    options.texts("--lock", target.locks, "REGEX=FMT", "Layers whose name matches get this format");
    options.texts("--tie", target.ties, "REGEX",
        "Layers whose name matches share one format; with groups in the pattern, those whose groups agree");
    options.texts("--exclude", target.excluded, "REGEX", "Layers whose name matches stay in their own type");
    options.text("--min-bits", target.minBits, "BITS", "Fewest bits per weight of a layer");
    options.text("--max-bits", target.maxBits, "BITS", "Most bits per weight of a layer");
    options.text("--to", target.exporter, "FORMAT",
        "File format whose size is counted and that must hold the formats (default: safetensors)");
    options.text("--recipe", target.recipeFile, "FILE", "The recipe to edit (default: a new one)");
    options.text("--cache", target.cache, "FOLDER",
        "Where captures are kept between runs (default: bitwright in the user's cache folder)");
    options.flag("--no-cache", target.isUncached, "Keep no captures, and use none");
}

void settleAllocator(AllocationOptions& given)
{
    if (given.allocator == "auto") {
        given.isAutomatic = true;
        given.allocator.clear();
    }
    if ((given.isAutomatic || given.isRefined) && given.data.empty()) {
        throw Error(ErrorKind::BadInput,
            Text("--refine and the allocator \"auto\" measure: give calibration samples with --data"));
    }
}

std::filesystem::path cacheFolderOf(const AllocationOptions& given)
{
    if (given.isUncached) {
        return {};
    }
    return given.cache.empty() ? userCacheFolder() : std::filesystem::path(given.cache);
}

const Allocator& allocatorOf(const AllocationOptions& given)
{
    if (given.allocator.empty()) {
        return defaultAllocator();
    }
    const auto* allocator = allocators().find(given.allocator);
    if (allocator == nullptr) {
        throw Error(ErrorKind::BadInput, "there is no allocator \"%1\"%2", printable(given.allocator),
            didYouMean(given.allocator, idsOf(allocators()), "; \"bitwright-cli allocators\" lists them"));
    }
    return *allocator;
}

namespace {
ParamValue paramOf(const ParamSpec& spec, const std::string& text)
{
    if (spec.type == ParamSpec::Type::Choice) {
        return text;
    }
    const auto number = parseDouble(text);
    if (!number) {
        throw Error(ErrorKind::BadInput, "--with %1 takes a number, not \"%2\"", spec.id, printable(text));
    }
    return spec.type == ParamSpec::Type::Int ? ParamValue(static_cast<std::int64_t>(*number)) : ParamValue(*number);
}
} // namespace

ParamValues allocatorParams(const AllocationOptions& given, const Allocator& allocator)
{
    ParamValues values;
    for (const auto& text : given.params) {
        const auto split = text.find('=');
        const std::string id = text.substr(0, split);
        const auto spec = std::find_if(
            allocator.schema.begin(), allocator.schema.end(), [&](const ParamSpec& one) { return one.id == id; });
        if (split == std::string::npos || spec == allocator.schema.end()) {
            std::vector<std::string> ids;
            for (const auto& one : allocator.schema) {
                ids.push_back(one.id);
            }
            throw Error(ErrorKind::BadInput, "--with %1: the allocator \"%2\" %3", printable(text), allocator.id,
                ids.empty() ? "has no parameters" : "takes " + listText(ids) + ", each with \"=\" and a value");
        }
        values[id] = paramOf(*spec, text.substr(split + 1));
    }
    return values;
}

namespace {
double bitsOf(const std::string& option, const std::string& text, double otherwise)
{
    const auto bits = text.empty() ? otherwise : parseDouble(text).value_or(-1);
    if (!(bits >= 0)) {
        throw Error(ErrorKind::BadInput, "%1 takes a number of bits per weight, not \"%2\"", option, printable(text));
    }
    return bits;
}

std::vector<std::string> namesMatching(const Model& model, const std::string& option, const std::string& pattern)
{
    return withContext(Text("%1 %2", { option, printable(pattern) }), [&] {
        std::vector<std::string> names;
        for (const LayerId id : quantizableMatching(model, pattern)) {
            names.push_back(model.layer(id).name);
        }
        return names;
    });
}

AllocationLimits limitsOf(const AllocationOptions& given, const AllocationInput& input)
{
    AllocationLimits limits;
    for (const auto& lock : given.locks) {
        const auto [pattern, format] = splitRule(lock);
        for (const auto& name : namesMatching(*input.model, "--lock", pattern)) {
            limits.locks.push_back({ name, format });
        }
    }
    for (const auto& pattern : given.ties) {
        namesMatching(*input.model, "--tie", pattern);
        for (auto& tie : tiesMatching(input.table, pattern)) {
            limits.ties.push_back(std::move(tie));
        }
    }
    for (const auto& pattern : given.excluded) {
        for (auto& name : namesMatching(*input.model, "--exclude", pattern)) {
            limits.excluded.push_back(std::move(name));
        }
    }
    limits.minBits = bitsOf("--min-bits", given.minBits, 0);
    limits.maxBits = bitsOf("--max-bits", given.maxBits, std::numeric_limits<double>::infinity());
    if (limits.minBits > limits.maxBits) {
        throw Error(ErrorKind::BadInput, Text("--min-bits is above --max-bits"));
    }
    return limits;
}

const Sensitivity& kindOf(const AllocationOptions& given, bool hasData)
{
    if (!given.sensitivity.empty()) {
        return *sensitivities().find(given.sensitivity);
    }
    for (const auto& id : kindsByTrust) {
        const auto* kind = sensitivities().find(id);
        if (hasData && kind != nullptr) {
            return *kind;
        }
    }
    return *sensitivities().find(kindWithoutData);
}

void addFormat(std::vector<QuantFormat>& formats, const QuantFormat& format)
{
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
        formats.push_back(format);
    }
}

std::vector<QuantFormat> candidatesOf(
    const AllocationOptions& given, const Allocator& allocator, const AllocationInput& input, const JobContext& ctx)
{
    std::vector<QuantFormat> formats;
    if (allocator.needsRecipe) {
        for (const auto& layer : input.plan.layers) {
            if (!layer.isKept) {
                addFormat(formats, layer.choice.format);
            }
        }
        return formats;
    }
    for (const auto& format : given.formats.empty() ? usualAllocationFormats(*input.model, given.exporter, ctx)
                                                    : parseFormatList(given.formats, "--formats")) {
        addFormat(formats, format);
    }
    for (const auto& lock : given.locks) {
        addFormat(formats, splitRule(lock).second);
    }
    return formats;
}

DamageTable estimatedNow(
    const AllocationOptions& given, const Allocator& allocator, const AllocationInput& input, Run& run)
{
    const Sensitivity& kind = kindOf(given, input.data != nullptr);
    if (kind.needsGraph && !input.model->hasGraph()) {
        throw Error(ErrorKind::Unsupported,
            "the sensitivity \"%1\" runs the model, but this file holds weights only; open a TorchScript model, or "
            "name "
            "another with --sensitivity (%2)",
            kind.id, listText(idsOf(sensitivities())));
    }
    SensitivityRequest request;
    request.model = input.model;
    request.data = input.data;
    request.layers = quantizableMatching(*input.model, {});
    request.formats = candidatesOf(given, allocator, input, run.job(0.04, 0.04));
    request.samples = static_cast<std::uint64_t>(given.samples);
    request.seed = run.options().seed.value_or(0);
    request.cacheFolder = cacheFolderOf(given);
    if (run.options().maxMemory) {
        request.memoryBudget = std::min(request.memoryBudget, *run.options().maxMemory / 4);
    }
    requireMemory(run,
        kind.needsGraph ? memoryForEvaluating(*input.model, nullptr) + request.memoryBudget
                        : memoryForMeasuring(*input.model, request.layers));
    return damageForChoosing(
        kind, request, input.cache.get(), run.job(0.04, 0.7), [&run](const Text& note) { run.warn(note); });
}

/// Only the formats asked for, which must be in the file.
void keepFormats(DamageTable& table, const std::vector<QuantFormat>& formats, const std::string& file)
{
    for (auto& layer : table.layers) {
        std::vector<DamagePoint> kept;
        for (const auto& format : formats) {
            const auto found = std::find_if(layer.points.begin(), layer.points.end(),
                [&](const DamagePoint& point) { return point.format == format; });
            if (found == layer.points.end()) {
                throw Error(ErrorKind::BadInput,
                    "%1 has no damage of %2; measure it anew with this format, or leave --formats out", printable(file),
                    formatText(format));
            }
            kept.push_back(*found);
        }
        layer.points = std::move(kept);
    }
}

DamageTable readTable(
    const AllocationOptions& given, const Allocator& allocator, const AllocationInput& input, Run& run)
{
    DamageTable table = withContext(Text("file %1", { printable(given.sensitivity) }),
        [&] { return readDamageTable(given.sensitivity, run.job(0.02, 0.03)); });
    if (table.modelSha256 != sourceSha256(*input.model, run.job(0.03, 0.06))) {
        throw Error(ErrorKind::BadInput, "%1 holds damages of another model than %2; measure them anew",
            printable(given.sensitivity), printable(given.model));
    }
    const bool isEmpty = std::all_of(
        table.layers.begin(), table.layers.end(), [](const LayerDamage& layer) { return layer.points.empty(); });
    if (isEmpty) {
        throw Error(ErrorKind::BadInput,
            "%1 says how sensitive layers are, but not what any format would do; measure it with --formats",
            printable(given.sensitivity));
    }
    if (!given.formats.empty() || allocator.needsRecipe) {
        keepFormats(table, candidatesOf(given, allocator, input, {}), given.sensitivity);
    }
    return table;
}

Recipe recipeOf(const AllocationOptions& given, const Allocator& allocator, const Run& run)
{
    if (given.recipeFile.empty() && allocator.needsRecipe) {
        throw Error(ErrorKind::BadInput, "the allocator \"%1\" holds a recipe against the budget: give --recipe FILE",
            allocator.id);
    }
    RecipeOptions options;
    options.recipeFile = given.recipeFile;
    return makeRecipe(options, run.options());
}
} // namespace

AllocationInput allocationInput(const AllocationOptions& given, const Allocator& allocator, Run& run)
{
    AllocationInput input;
    input.recipe = recipeOf(given, allocator, run);
    input.model = openModelFor(run, given.model, run.job(0, 0.02));
    input.plan = resolve(input.recipe, *input.model);
    input.cache = std::make_shared<ResultCache>(
        run.options().maxMemory ? std::min(resultBytes, *run.options().maxMemory / 4) : resultBytes);
    if (!given.data.empty()) {
        input.data = openDataset(given.data, run.job(0.02, 0.04));
        for (const auto& warning : input.data->warnings()) {
            run.warn(warning);
        }
    }
    const bool isKind = given.sensitivity.empty() || sensitivities().find(given.sensitivity) != nullptr;
    input.isGuess = isKind && !kindOf(given, input.data != nullptr).needsData;
    input.table = isKind ? estimatedNow(given, allocator, input, run) : readTable(given, allocator, input, run);
    input.limits = limitsOf(given, input);
    return input;
}

} // namespace bw::cli
