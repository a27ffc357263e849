#include "core/sweep/sweep_unit.h"

#include "core/allocate/auto_allocation.h"
#include "core/base/atomic_file.h"
#include "core/engine/result_cache.h"
#include "core/model/loader.h"
#include "core/sensitivity/candidate_points.h"
#include "core/sensitivity/shrink_damage.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

namespace bw {

namespace {
constexpr std::uint64_t resultBytes = std::uint64_t { 256 } << 20; ///< of quantized layers held
constexpr const char* countedFile = "safetensors"; // whose bytes a sweep states

std::uint64_t uniformBits(const DamageTable& table, const std::string& format)
{
    const auto wanted = parseFormat(format);
    std::uint64_t bits = 0;
    for (const auto& layer : table.layers) {
        const auto point = std::find_if(
            layer.points.begin(), layer.points.end(), [&](const DamagePoint& p) { return p.format == wanted; });
        if (point == layer.points.end()) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "The budget \"%1\" must be one of the candidate formats."), printable(format));
        }
        bits += point->isUsable() ? point->bits : layer.bitsKept;
    }
    return bits;
}

/// Budgets as formats become bits per weight, with half a bit to spare against rounding.
Budget budgetOf(const std::string& text, const DamageTable& table)
{
    const auto middle = text.find('~');
    std::uint64_t bits = 0;
    try {
        parseFormat(text.substr(0, middle));
        bits = uniformBits(table, text.substr(0, middle));
    } catch (const Error&) {
        if (middle != std::string::npos || text.find('/') != std::string::npos) {
            throw;
        }
        return parseBudget(text);
    }
    if (middle != std::string::npos) {
        bits = (bits + uniformBits(table, text.substr(middle + 1))) / 2;
    }
    std::uint64_t weights = 0;
    for (const auto& layer : table.layers) {
        weights += layer.count;
    }
    return { Budget::Kind::BitsPerWeight, (static_cast<double>(bits) + 0.5) / static_cast<double>(weights) };
}

/// One unit at work.
class SweepWork
{
public:
    SweepWork(const SweepUnit& unit, const SweepPlaces& places, const JobContext& ctx)
        : m_unit(unit)
        , m_places(places)
        , m_ctx(ctx)
        , m_quiet(ctx.stopToken())
        , m_cache(std::min(resultBytes, places.memoryBudget))
    {
    }

    void run(SweepResult& result)
    {
        m_model = openModel(m_unit.model, m_quiet);
        m_data = openDataset(m_unit.data, m_quiet);
        m_sizes = sizes();
        m_budget = budgetOf(m_unit.budget, m_sizes);
        result.budgetBits = m_budget.kind == Budget::Kind::BitsPerWeight ? budgetCost(m_budget, menuOf(m_sizes)) : 0;
        const auto ways = static_cast<double>(m_unit.ways.size());
        constexpr double choosing = 0.85;
        for (std::size_t i = 0; i < m_unit.ways.size(); ++i) {
            const double at = static_cast<double>(i);
            addRow(m_unit.ways[i], result, m_ctx.sub(choosing * at / ways, choosing * (at + 1) / ways));
        }
        evaluateRows(result);
    }

private:
    SensitivityRequest sensitivityRequest() const
    {
        SensitivityRequest request;
        request.model = m_model;
        request.data = m_data;
        request.layers = m_model->quantizableLayers();
        request.formats = m_unit.formats;
        request.samples = m_unit.tableSamples;
        request.seed = m_unit.seed;
        request.cacheFolder = m_places.cacheFolder;
        request.memoryBudget = m_places.memoryBudget;
        return request;
    }

    DamageTable tableOf(const Sensitivity& kind, const JobContext& ctx)
    {
        return damageForChoosing(kind, sensitivityRequest(), &m_cache, ctx);
    }

    /// Bits of each candidate, which do not depend on how damage is estimated; as damage the error of the weights.
    DamageTable sizes()
    {
        const auto request = sensitivityRequest();
        DamageTable table;
        for (const LayerId id : request.layers) {
            LayerDamage layer;
            layer.layer = m_model->layer(id).name;
            layer.count = m_model->layer(id).count();
            layer.bitsKept = 8 * m_model->layer(id).storedBytes();
            table.layers.push_back(std::move(layer));
        }
        addCandidatePoints(
            table, request, &m_cache,
            [](const LayerInfo&, std::size_t, const QuantizedLayer& quantized, DamagePoint& point) {
                point.damage = quantized.error.squaredError;
            },
            m_quiet);
        return table;
    }

    AllocationMenu menuOf(const DamageTable& table) const
    {
        return buildMenu(table, *m_model, {}, countedFile, m_quiet);
    }

    Allocation uniformAllocation() const
    {
        // The best single format is the one that is measured to be, not the one that is predicted to be; among formats
        // of one family both are the dearest that fits.
        const AllocationProblem problem(menuOf(m_sizes), costKindOf(m_budget));
        const auto budget = budgetCost(m_budget, problem.menu());
        const auto* best = problem.bestUniform(budget);
        if (best == nullptr) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "No single format for all layers fits the budget %1."),
                printable(m_unit.budget));
        }
        auto allocation = describe(problem, best->choices, budget);
        allocation.damage = 0;
        allocation.allocator = formatText(best->format);
        return allocation;
    }

    Allocation allocationOf(const std::string& way, SweepResult& result, const JobContext& ctx)
    {
        if (way == uniformWay) {
            return uniformAllocation();
        }
        if (way == autoWay) {
            AutoRequest request;
            request.sensitivity = sensitivityRequest();
            request.exporter = countedFile;
            request.budget = m_budget;
            request.samples = m_unit.samples;
            auto found = allocateAutomatically(request, &m_cache, ctx);
            result.front = found.problem->frontInBytes();
            found.refinement.allocation.allocator = found.refinement.visited[found.refinement.best].name;
            return std::move(found.refinement.allocation);
        }
        const auto* kind = sensitivities().find(way);
        auto menu = menuOf(tableOf(*kind, ctx));
        AllocationRequest question;
        question.budget = budgetCost(m_budget, menu);
        question.problem = std::make_shared<const AllocationProblem>(std::move(menu), costKindOf(m_budget));
        if (result.front.empty()) {
            result.front = question.problem->frontInBytes();
        }
        return allocate(defaultAllocator(), question, m_quiet);
    }

    void addRow(const std::string& way, SweepResult& result, const JobContext& ctx)
    {
        const auto allocation = allocationOf(way, result, ctx);
        SweepRow row;
        row.way = way;
        row.detail = allocation.allocator;
        row.bits = allocation.bits;
        row.bytes = allocation.bytes;
        row.bitsPerWeight = allocation.bitsPerWeight();
        row.predictedDamage = allocation.damage;
        for (const auto& layer : allocation.layers) {
            row.formats.emplace_back(layer.layer, formatText(layer.format));
        }
        const auto plan = resolve(withAllocation(defaultRecipe(), allocation), *m_model);
        m_rows.push_back({ way, quantizeModel(m_model, plan, &m_cache, m_quiet) });
        result.rows.push_back(std::move(row));
    }

    void evaluateRows(SweepResult& result)
    {
        EvalOptions rest;
        rest.firstSample = std::min(m_unit.samples, m_data->count());
        if (rest.firstSample < m_data->count()) {
            result.calibration = evaluateAll(*m_model, m_rows, *m_data, rest, m_ctx.sub(0.85, 0.92));
        }
        if (!m_unit.test.empty()) {
            result.test = evaluateAll(*m_model, m_rows, *openDataset(m_unit.test, m_quiet), {}, m_ctx.sub(0.92, 1));
        }
        // The same unit gives the same bytes.
        for (auto* evaluation : { &result.calibration, &result.test }) {
            for (auto& run : evaluation->runs) {
                run.seconds = 0;
            }
        }
    }

    const SweepUnit& m_unit;
    const SweepPlaces& m_places;
    JobContext m_ctx;
    JobContext m_quiet;
    ResultCache m_cache;
    ModelPtr m_model;
    DatasetPtr m_data;
    DamageTable m_sizes;
    Budget m_budget;
    std::vector<NamedModel> m_rows;
};

std::optional<std::string> keptResult(const std::filesystem::path& file, const std::string& id)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return std::nullopt;
    }
    std::string text { std::istreambuf_iterator<char>(in), {} };
    try {
        return parseSweepResult(text).id == id ? std::optional(std::move(text)) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt; // damaged: done again
    }
}

/// Errors of the machine rather than of the task.
bool mayWorkLater(ErrorKind kind)
{
    return kind == ErrorKind::OutOfMemory || kind == ErrorKind::Io || kind == ErrorKind::Backend
        || kind == ErrorKind::Internal;
}
} // namespace

std::string doSweepUnit(const WorkUnit& unit, const SweepPlaces& places, const JobContext& ctx)
{
    const auto file = places.resultFolder.empty() ? std::filesystem::path() : places.resultFolder / (unit.id + ".json");
    if (!file.empty()) {
        if (auto kept = keptResult(file, unit.id)) {
            return *kept;
        }
    }
    const SweepUnit parsed = parseSweepUnit(unit);
    SweepResult result;
    result.id = unit.id;
    result.model = printable(parsed.model.filename().string());
    result.budget = parsed.budget;
    for (const auto& format : parsed.formats) {
        result.formats.push_back(formatText(format));
    }
    try {
        SweepWork(parsed, places, ctx).run(result);
    } catch (const Error& error) {
        if (mayWorkLater(error.kind())) {
            throw;
        }
        result.rows.clear();
        result.problem = error.fullEnglish();
    }
    auto text = sweepResultJson(result);
    if (!file.empty()) {
        std::filesystem::create_directories(file.parent_path());
        AtomicFile out(file);
        out.write(std::as_bytes(std::span(text)));
        out.commit();
    }
    return text;
}

std::vector<SweepResult> runSweep(
    const SweepPlan& plan, const SweepPlaces& places, UnitRunner& runner, const JobContext& ctx)
{
    requireUsable(plan);
    const auto units = sweepUnits(plan);
    const auto texts = runner.run(
        units, [&](const WorkUnit& unit, const JobContext& c) { return doSweepUnit(unit, places, c); }, {}, ctx);
    std::vector<SweepResult> results;
    for (const auto& text : texts) {
        results.push_back(parseSweepResult(text));
    }
    return results;
}

} // namespace bw
