#include "core/sensitivity/sensitivity.h"
#include "app/cli/cache_folder.h"
#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/memory_limit.h"
#include "app/cli/model_choices.h"
#include "app/cli/text_table.h"
#include "app/cli/words.h"
#include "core/calibrate/dataset.h"
#include "core/distribute/unit_runner.h"
#include "core/engine/result_cache.h"
#include "core/report/damage_file.h"

#include <algorithm>
#include <memory>

namespace bw::cli {

CommandFunction declareSensitivity(Options& options);

namespace {
constexpr std::uint64_t resultBytes = std::uint64_t { 256 } << 20; ///< of quantized candidates held

struct Arguments
{
    std::string model;
    std::string data;
    std::string kind = "fisher";
    std::vector<std::string> formats;
    std::string layers;
    std::string output;
    std::string cache;
    std::string importance;
    bool isUncached = false;
    std::int64_t samples = 256;
    bool showAll = false;
};

const Sensitivity& kindOf(const Arguments& arguments)
{
    const auto* kind = sensitivities().find(arguments.kind);
    if (kind == nullptr) {
        throw Error(ErrorKind::BadInput, "there is no sensitivity \"%1\"%2", printable(arguments.kind),
            didYouMean(arguments.kind, idsOf(sensitivities()), "; there are " + listText(idsOf(sensitivities()))));
    }
    return *kind;
}

SensitivityRequest requestOf(const Arguments& arguments, const Sensitivity& kind, Run& run)
{
    SensitivityRequest request;
    request.formats = parseFormatList(arguments.formats, "--formats");
    request.samples = static_cast<std::uint64_t>(arguments.samples);
    request.seed = run.options().seed.value_or(0);
    if (!arguments.isUncached) {
        request.cacheFolder = arguments.cache.empty() ? userCacheFolder() : std::filesystem::path(arguments.cache);
    }
    if (run.options().maxMemory) {
        request.memoryBudget = std::min(request.memoryBudget, *run.options().maxMemory / 4);
    }
    if (kind.sharesWork) {
        request.runner = &unitRunner();
    }
    request.importance = arguments.importance;
    request.onWarning = [&run](const Text& warning) { run.warn(warning); };
    request.model = openModelFor(run, arguments.model, run.job(0, 0.02));
    request.layers = quantizableMatching(*request.model, arguments.layers);
    if (!arguments.data.empty()) {
        request.data = openDataset(arguments.data, run.job(0.02, 0.04));
        for (const auto& warning : request.data->warnings()) {
            run.warn(warning);
        }
    }
    requireMemory(run,
        kind.needsGraph ? memoryForEvaluating(*request.model, nullptr) + request.memoryBudget
                        : memoryForMeasuring(*request.model, request.layers));
    return request;
}

DamageTable measure(const Arguments& arguments, Run& run)
{
    const Sensitivity& kind = kindOf(arguments);
    if (!arguments.output.empty()) {
        refuseOverwriting(arguments.output, "-o", { arguments.model, arguments.data, arguments.importance });
    }
    const SensitivityRequest request = requestOf(arguments, kind, run);
    if (!arguments.output.empty()) {
        refuseOverwriting(arguments.output, "-o", request.model->files());
        requireWritable(arguments.output);
    }
    ResultCache cache(std::min(resultBytes, request.memoryBudget));
    DamageTable table = withContext(Text("file %1", { printable(arguments.model) }),
        [&] { return kind.measure(request, &cache, run.job(0.04, 0.95)); });
    if (!arguments.output.empty() && isCoordinatorProcess()) {
        writeDamageTable(table, arguments.output, run.job(0.95, 1));
    }
    return table;
}

Json pointJson(const DamagePoint& point, std::uint64_t count)
{
    Json out { { "format", formatText(point.format) } };
    if (!point.isUsable()) {
        out["reason"] = point.reason.english();
        return out;
    }
    out["bits"] = point.bits;
    out["bits_per_weight"] = count == 0 ? 0 : static_cast<double>(point.bits) / static_cast<double>(count);
    out["rmse_over_rms"] = rmseOverRms(point.error);
    out["damage"] = point.damage;
    out["stderr"] = point.standardError;
    if (point.samples > 0) {
        out["accuracy_drop"] = point.accuracyDrop;
        out["samples"] = point.samples;
    }
    return out;
}

Json document(const DamageTable& table)
{
    Json layers = Json::array();
    for (const auto& layer : table.layers) {
        Json points = Json::array();
        for (const auto& point : layer.points) {
            points.push_back(pointJson(point, layer.count));
        }
        Json one { { "name", layer.layer }, { "value", layer.isKnown ? Json(layer.value) : Json(nullptr) },
            { "stderr", layer.isKnown ? Json(layer.standardError) : Json(nullptr) }, { "known", layer.isKnown },
            { "weights", layer.count }, { "rms", layer.rms } };
        if (layer.outputEnergy > 0) {
            one["output_energy"] = layer.outputEnergy;
        }
        if (!layer.note.empty()) {
            one["note"] = layer.note.english();
        }
        one["points"] = std::move(points);
        layers.push_back(std::move(one));
    }
    return { { "kind", table.kind }, { "unit", table.unit }, { "data", table.dataName }, { "samples", table.samples },
        { "seed", table.seed }, { "model_sha256", table.modelSha256 }, { "layers", std::move(layers) } };
}

std::string damageText(const LayerDamage& layer, const DamagePoint& point)
{
    return point.isUsable() && layer.isKnown ? numberText(point.damage, 3) : "-";
}

std::string text(const DamageTable& table, const Arguments& arguments)
{
    TextTable out;
    out.column("layer", Align::Left, Cut::Middle);
    out.column("weights", Align::Right);
    out.column("value", Align::Right);
    out.column("± s.e.", Align::Right);
    constexpr std::size_t mostColumns = 6;
    const auto formats = table.layers.empty() ? 0 : std::min(mostColumns, table.layers.front().points.size());
    for (std::size_t f = 0; f < formats; ++f) {
        out.column(formatText(table.layers.front().points[f].format), Align::Right);
    }
    std::string notes;
    for (const auto& layer : table.layers) {
        std::vector<std::string> cells { printable(layer.layer), countText(layer.count),
            layer.isKnown ? numberText(layer.value) : "-", layer.isKnown ? numberText(layer.standardError, 2) : "" };
        for (std::size_t f = 0; f < formats; ++f) {
            cells.push_back(damageText(layer, layer.points[f]));
        }
        out.row(std::move(cells));
        if (!layer.note.empty()) {
            notes += printable(layer.layer) + ": " + layer.note.english() + "\n";
        }
    }
    std::string result
        = out.text(rowLimit(arguments.showAll)) + "\n" + sensitivities().find(table.kind)->title.english();
    if (!table.dataName.empty()) {
        result += " from " + countText(table.samples) + " samples of " + printable(table.dataName);
    }
    result += formats > 0 ? ". Under each format: damage in " + table.unit + ".\n" : ".\n";
    if (!arguments.output.empty()) {
        result += "Wrote " + printable(arguments.output) + "\n";
    }
    return result + notes;
}
} // namespace

CommandFunction declareSensitivity(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("MODEL", arguments->model, "The model file (TorchScript for kinds that run it)");
    options.text("-d,--data", arguments->data, "DATA",
        "Calibration samples: a safetensors, .npz or HDF5 file with inputs and labels, IDX files, a folder of images by class");
    options.text("-k,--kind", arguments->kind, "KIND", "How damage is estimated (default: fisher)");
    options.texts("-f,--formats", arguments->formats, "A,B,…",
        "Candidate formats, with commas; may be given several times (see \"bitwright-cli formats\")");
    options.text("--importance", arguments->importance, "FILE",
        "An importance matrix of llama.cpp (imatrix, .dat or .gguf), for the kind of that name");
    options.text("-l,--layer", arguments->layers, "REGEX", "Only layers whose name matches");
    options.text("-o,--output", arguments->output, "FILE.h5", "Also write the table as HDF5, for \"allocate\"");
    options.integer("--samples", arguments->samples, 1, 1'000'000'000, "Only the first N samples (default 256)");
    options.text("--cache", arguments->cache, "FOLDER",
        "Where captures are kept between runs (default: bitwright in the user's cache folder)");
    options.flag("--no-cache", arguments->isUncached, "Keep no captures, and use none");
    options.flag("--all", arguments->showAll, "All rows, also on a terminal");
    std::string kinds = "Kinds:\n";
    for (const auto* kind : sensitivities().entries()) {
        kinds += "  " + kind->id + ": " + kind->title.english() + ", in " + kind->unit
            + (kind->needsData ? "; needs --data" : "") + (kind->needsFormats ? "; needs --formats" : "") + "\n";
    }
    options.notes(kinds
        + "Example:\n  bitwright-cli sensitivity model.pt --data calib.safetensors --kind "
          "projected-fisher --formats int2/c,int4/c,int8/c -o damage.h5\nUnder mpirun, \"measured\" shares the work "
          "out.");
    return [arguments](Run& run) -> Outcome {
        if (!isCoordinatorProcess() && !kindOf(*arguments).sharesWork) {
            return {};
        }
        const DamageTable table = measure(*arguments, run);
        if (kindOf(*arguments).sharesWork) {
            for (const auto& warning : unitRunner().takeWarnings()) {
                run.warn(warning);
            }
        }
        return { run.isJson() ? documentText(document(table), run) : text(table, *arguments) };
    };
}

} // namespace bw::cli
