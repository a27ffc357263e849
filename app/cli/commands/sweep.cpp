#include "app/cli/cache_folder.h"
#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/model_choices.h"
#include "app/cli/text_table.h"
#include "app/cli/words.h"
#include "core/base/atomic_file.h"
#include "core/report/sweep_file.h"
#include "core/sweep/sweep_unit.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

namespace bw::cli {

CommandFunction declareSweep(Options& options);

namespace {
struct Arguments
{
    std::vector<std::string> models;
    std::vector<std::string> formats;
    std::vector<std::string> budgets;
    std::vector<std::string> ways;
    std::string data;
    std::string test;
    std::string planFile;
    std::string output;
    std::string cache;
    std::int64_t samples = 1000;
    std::int64_t tableSamples = 256;
};

std::vector<std::string> split(const std::vector<std::string>& texts, char separator)
{
    std::vector<std::string> parts;
    for (const auto& text : texts) {
        std::size_t start = 0;
        int depth = 0;
        for (std::size_t i = 0; i <= text.size(); ++i) {
            depth += i < text.size() && text[i] == '(' ? 1 : i < text.size() && text[i] == ')' ? -1 : 0;
            if (i == text.size() || (text[i] == separator && depth <= 0)) {
                parts.push_back(text.substr(start, i - start));
                start = i + 1;
            }
        }
    }
    std::erase(parts, "");
    return parts;
}

SweepPlan planOf(const Arguments& arguments, std::uint64_t seed)
{
    SweepPlan plan;
    plan.models.assign(arguments.models.begin(), arguments.models.end());
    for (const auto& list : split(arguments.formats, ';')) {
        plan.families.push_back(parseFormatList({ list }, "--formats"));
    }
    plan.budgets = split(arguments.budgets, ',');
    plan.ways = split(arguments.ways, ',');
    plan.data = arguments.data;
    plan.test = arguments.test;
    plan.samples = static_cast<std::uint64_t>(arguments.samples);
    plan.tableSamples = static_cast<std::uint64_t>(arguments.tableSamples);
    plan.seed = seed;
    return plan;
}

/// "data/calib.safetensors" of a plan file is beside it.
std::string besidePlan(const std::filesystem::path& planFile, const std::string& name)
{
    return name.empty() || std::filesystem::path(name).is_absolute()
        ? name
        : (planFile.parent_path() / name).lexically_normal().string();
}

std::vector<std::string> textsOf(const Json& value, const char* key)
{
    if (!value.is_array() || !std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_string(); })) {
        throw Error(ErrorKind::BadInput, "\"%1\" of the sweep's plan must be a list of texts", key);
    }
    return value.get<std::vector<std::string>>();
}

/// A list of plans: each says models, formats (lists with commas), budgets, ways, data, test, samples, table_samples.
std::vector<SweepPlan> readPlans(const std::filesystem::path& file, std::uint64_t seed)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw Error(ErrorKind::NotFound, "the plan %1 cannot be opened", printable(file.string()));
    }
    const Json document = parseJson(std::string(std::istreambuf_iterator<char>(in), {}));
    const Json sweeps = document.value("sweeps", Json::array());
    std::vector<SweepPlan> plans;
    for (const auto& sweep : sweeps) {
        Arguments arguments;
        for (const auto& [key, value] : sweep.items()) {
            if (key == "models") {
                for (const auto& model : textsOf(value, "models")) {
                    arguments.models.push_back(besidePlan(file, model));
                }
            } else if (key == "formats") {
                arguments.formats = textsOf(value, "formats");
            } else if (key == "budgets") {
                arguments.budgets = textsOf(value, "budgets");
            } else if (key == "ways") {
                arguments.ways = textsOf(value, "ways");
            } else if (key == "data" && value.is_string()) {
                arguments.data = besidePlan(file, value.get<std::string>());
            } else if (key == "test" && value.is_string()) {
                arguments.test = besidePlan(file, value.get<std::string>());
            } else if (key == "samples" && value.is_number_unsigned()) {
                arguments.samples = value.get<std::int64_t>();
            } else if (key == "table_samples" && value.is_number_unsigned()) {
                arguments.tableSamples = value.get<std::int64_t>();
            } else {
                throw Error(
                    ErrorKind::BadInput, "the sweep's plan has an unknown or wrong entry \"%1\"", printable(key));
            }
        }
        plans.push_back(planOf(arguments, seed));
    }
    if (plans.empty()) {
        throw Error(ErrorKind::BadInput, "the plan %1 has no \"sweeps\"", printable(file.string()));
    }
    return plans;
}

void writeFile(const std::filesystem::path& path, const std::string& text)
{
    AtomicFile file(path);
    file.write(std::as_bytes(std::span(text)));
    file.commit();
}

const Metric* metricOf(const EvalResult& result, const std::string& way, const char* name)
{
    const auto run
        = std::find_if(result.runs.begin(), result.runs.end(), [&](const auto& r) { return r.label == way; });
    return run == result.runs.end() ? nullptr : run->find(name);
}

const EvalComparison* comparisonOf(
    const EvalResult& result, const std::string& a, const std::string& b, const char* metric)
{
    const auto found = std::find_if(result.comparisons.begin(), result.comparisons.end(),
        [&](const auto& c) { return c.a == a && c.b == b && c.metric == metric; });
    return found == result.comparisons.end() ? nullptr : &*found;
}

std::string tableText(const std::vector<SweepResult>& results)
{
    TextTable table;
    table.column("model", Align::Left, Cut::Middle);
    table.column("budget");
    table.column("way");
    table.column("bits", Align::Right);
    table.column("KL", Align::Right);
    table.column("test KL", Align::Right);
    table.column("top-1", Align::Right);
    table.column("p", Align::Right);
    std::string problems;
    for (const auto& result : results) {
        for (const auto& row : result.rows) {
            const auto* kl = metricOf(result.calibration, row.way, "kl_mean");
            const auto* testKl = metricOf(result.test, row.way, "kl_mean");
            const auto* top1 = metricOf(result.test, row.way, "top1");
            const auto* p = comparisonOf(result.test, result.rows.front().way, row.way, "top1");
            table.row({ result.model, result.budget, row.way, numberText(row.bitsPerWeight, 4),
                kl == nullptr ? "-" : numberText(kl->value, 3), testKl == nullptr ? "-" : numberText(testKl->value, 3),
                top1 == nullptr ? "-" : percentText(top1->value, 1), p == nullptr ? "" : numberText(p->p, 2) });
        }
        if (!result.problem.empty()) {
            problems += result.model + ", " + result.budget + ": " + result.problem + "\n";
        }
    }
    return table.text()
        + "\nKL: to the float model, on calibration samples that had no part in choosing. p: McNemar's test of top-1 "
          "against the first way.\n"
        + problems;
}

Json document(const std::vector<SweepResult>& results)
{
    Json list = Json::array();
    for (const auto& result : results) {
        list.push_back(parseJson(sweepResultJson(result)));
    }
    return { { "results", std::move(list) } };
}

Outcome sweep(const Arguments& arguments, Run& run)
{
    const auto seed = run.options().seed.value_or(0);
    auto plans = arguments.planFile.empty() ? std::vector<SweepPlan> { planOf(arguments, seed) }
                                            : readPlans(arguments.planFile, seed);
    SweepPlaces places;
    places.cacheFolder = arguments.cache.empty() ? userCacheFolder() : std::filesystem::path(arguments.cache);
    places.resultFolder = std::filesystem::path(arguments.output) / "units";
    if (run.options().maxMemory) {
        places.memoryBudget = std::min(places.memoryBudget, *run.options().maxMemory / 4);
    }
    for (const auto& plan : plans) {
        requireUsable(plan);
    }
    std::error_code error;
    std::filesystem::create_directories(places.resultFolder, error);
    if (!std::filesystem::is_directory(places.resultFolder)) {
        throw Error(ErrorKind::Io, "the folder %1 cannot be made", printable(places.resultFolder.string()));
    }
    std::vector<SweepResult> results;
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const auto count = static_cast<double>(plans.size());
        auto some = runSweep(plans[i], places, unitRunner(),
            run.job(static_cast<double>(i) / count, static_cast<double>(i + 1) / count));
        std::move(some.begin(), some.end(), std::back_inserter(results));
    }
    for (const auto& warning : unitRunner().takeWarnings()) {
        run.warn(warning);
    }
    if (unitRunner().isCoordinator()) {
        const std::filesystem::path folder = arguments.output;
        writeFile(folder / "sweep.csv", sweepCsv(results));
        writeFile(folder / "front.csv", frontCsv(results));
        writeSweep(results, folder / "sweep.h5", JobContext(run.job().stopToken()));
    }
    const bool isAllWell
        = std::all_of(results.begin(), results.end(), [](const SweepResult& r) { return r.problem.empty(); });
    return { run.isJson()
            ? documentText(document(results), run)
            : tableText(results) + "Wrote sweep.csv, front.csv and sweep.h5 to " + printable(arguments.output) + "\n",
        isAllWell ? 0 : exitCode(ErrorKind::BadInput) };
}
} // namespace

CommandFunction declareSweep(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    arguments->ways = { "uniform,auto" };
    options.optionalPositionals("MODEL", arguments->models, "TorchScript models");
    options.texts("-f,--formats", arguments->formats, "A,B,…;C,D,…",
        "Candidate formats with commas; lists that are not mixed with semicolons");
    options.texts("-b,--budgets", arguments->budgets, "B,…",
        "3.5bpw, 1.2MB, 25%; a format (its size everywhere); or int3/c~int4/c, half-way between two");
    options.texts("-a,--allocator", arguments->ways, "WAY,…",
        "uniform, auto, or a sensitivity (see \"bitwright-cli sensitivity --help\"); default: uniform,auto");
    options.text("-d,--data", arguments->data, "DATA", "Calibration samples; those after --samples measure the KL");
    options.text("-t,--test", arguments->test, "DATA", "Samples the verdict is on");
    options.text("--plan", arguments->planFile, "FILE.json", "All of the above for many sweeps");
    options.requiredText(
        "-o,--output", arguments->output, "DIR", "Where results go; finished units are not done again");
    options.integer(
        "--samples", arguments->samples, 16, 1'000'000'000, "Calibration samples to choose by (default 1000)");
    options.integer(
        "--table-samples", arguments->tableSamples, 1, 1'000'000'000, "Of them, for damage tables (default 256)");
    options.text("--cache", arguments->cache, "FOLDER",
        "Where measurements are kept between runs (default: bitwright in the user's cache folder)");
    options.notes("Example:\n  bitwright-cli sweep model.pt -f int2/c,int3/c,int4/c,int5/c,int6/c -b int3/c,int4/c "
                  "\\\n    -d calib.safetensors -t test.safetensors -o sweep\nUnder mpirun the work is shared out.");
    return [arguments](Run& run) -> Outcome { return sweep(*arguments, run); };
}

} // namespace bw::cli
