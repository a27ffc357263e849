#include "core/distribute/unit_runner.h"
#include "core/engine/result_cache.h"
#include "core/sensitivity/candidate_points.h"
#include "core/sensitivity/damage_meter.h"
#include "core/sensitivity/measure_journal.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace bw {

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
} // namespace

extern const Sensitivity measuredSensitivity;
const Sensitivity measuredSensitivity {
    .id = "measured",
    .title = Text(BW_TR_NOOP("core", "Measured")),
    .explanation = Text(BW_TR_NOOP("core",
        "Quantizes one layer at a time and measures how far the model's answers move (KL divergence from the float "
        "model) and how much accuracy is lost. The surest figure and the slowest; each point is measured on as many "
        "samples as it needs.")),
    .unit = "nats",
    .needsData = true,
    .needsGraph = true,
    .needsFormats = true,
    .isNoisy = true,
    .sharesWork = true,
    .measure = measure,
};

namespace {

// A point is known well enough once its standard error is below this share of it, or below a figure that is lost in
// the noise of any allocation worth having. (ResNet-56 × 16 formats: most points stop after the first batch.)
constexpr double relativeError = 0.2;
constexpr double absoluteError = 1e-3; // nats
// Nobody gives a layer a format that alone makes the model's answers this wrong, so that its exact figure is idle.
constexpr double hopeless = 2; // nats

bool isKnownWell(const DamageSums& sums)
{
    return sums.standardError() <= std::max(absoluteError, relativeError * sums.mean()) || sums.mean() > hopeless;
}

/// Everything that decides one batch's figures.
ContentHash pointKey(const ContentHash& table, const QuantizedLayer& quantized, const LayerInfo& layer,
    std::uint64_t first, std::uint64_t count)
{
    const std::string text = layer.name + '\n' + formatText(quantized.tensor.format) + '\n' + quantized.method + '\n'
        + toText(first) + ' ' + toText(count);
    return combine(table, contentHash(text));
}

bool isFirst(const SensitivityRequest& request)
{
    return request.runner == nullptr || request.runner->isCoordinator();
}

class PointMeter
{
public:
    PointMeter(const SensitivityRequest& request, const DamageTable& table, const JobContext& ctx)
        : m_journal(journalFile(request.cacheFolder, table.modelSha256, table.dataHash),
            isFirst(request) ? MeasureJournal::Access::Write : MeasureJournal::Access::Read)
        , m_tableKey(contentHash(std::string_view("measured 1\n" + table.modelSha256 + '\n' + table.dataHash)))
        , m_meter({ .model = request.model,
                      .data = request.data,
                      .samples = request.samples,
                      .memoryBudget = request.memoryBudget },
              ctx)
        , m_ctx(ctx)
    {
    }

    void measure(const LayerInfo& layer, const QuantizedLayer& quantized, DamagePoint& point)
    {
        DamageSums sums;
        TensorView values;
        std::uint64_t first = 0;
        for (std::size_t batch = 0; batch < m_meter.batchCount() && (batch == 0 || !isKnownWell(sums)); ++batch) {
            const auto count = m_meter.samplesIn(batch);
            const auto key = pointKey(m_tableKey, quantized, layer, first, count);
            auto known = m_journal.find(key);
            if (!known) {
                if (values.shape.empty()) {
                    values = dequantize(quantized.tensor, m_ctx);
                }
                known = m_meter.measureLayer(layer.id, values, batch, m_ctx);
                m_journal.add(key, *known);
            }
            {
                const std::lock_guard lock(m_mutex);
                m_used[key] = *known;
            }
            sums.add(*known);
            first += count;
        }
        point.damage = sums.mean();
        point.standardError = sums.standardError();
        point.accuracyDrop = sums.accuracyDrop();
        point.samples = sums.samples;
    }

    /// What measure() used since the last call, for the journals of other processes; in a fixed order.
    std::string takeUsed()
    {
        const std::lock_guard lock(m_mutex);
        std::string lines;
        for (const auto& [key, sums] : m_used) {
            lines += MeasureJournal::lineOf(key, sums);
        }
        m_used.clear();
        return lines;
    }

    MeasureJournal& journal() { return m_journal; }

private:
    MeasureJournal m_journal;
    std::mutex m_mutex;
    std::map<ContentHash, DamageSums> m_used; ///< guarded by m_mutex
    ContentHash m_tableKey;
    DamageMeter m_meter;
    JobContext m_ctx;
};

void measurePoints(
    PointMeter& meter, DamageTable& table, const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    addCandidatePoints(
        table, request, cache,
        [&](const LayerInfo& layer, std::size_t, const QuantizedLayer& quantized, DamagePoint& point) {
            meter.measure(layer, quantized, point);
        },
        ctx, Text(BW_TR_NOOP("core", "Measuring candidates")));
}

/// A layer of the table each. They name all that the figures depend on, so that processes that were started otherwise
/// are found out.
std::vector<WorkUnit> unitsOf(const DamageTable& table, const SensitivityRequest& request)
{
    std::string all = table.modelSha256 + ' ' + table.dataHash + ' ' + toText(request.samples);
    for (const auto& format : request.formats) {
        all += '\n' + formatText(format);
    }
    std::vector<WorkUnit> units;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        units.push_back({ table.layers[i].layer, toText(i) + '\n' + all });
    }
    return units;
}

/// Fills the journals of all processes, layer by layer; then each of them knows every figure.
void shareOut(PointMeter& meter, const DamageTable& table, const SensitivityRequest& request, const JobContext& ctx)
{
    const auto units = unitsOf(table, request);
    const auto results = request.runner->run(
        units,
        [&](const WorkUnit& unit, const JobContext& job) {
            const auto index = static_cast<std::size_t>(parseInt(unit.input.substr(0, unit.input.find('\n'))).value());
            SensitivityRequest part = request;
            part.layers = { request.layers[index] };
            DamageTable one = table;
            one.layers = { table.layers[index] };
            measurePoints(meter, one, part, nullptr, job);
            return meter.takeUsed();
        },
        [&](std::size_t, const std::string& lines) { meter.journal().addLines(lines); }, ctx);
    for (const auto& lines : results) {
        meter.journal().addLines(lines);
    }
}

DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    DamageTable table = startTable(measuredSensitivity, request, ctx.sub(0, 0.01));
    PointMeter meter(request, table, JobContext(ctx.stopToken()));
    const bool isShared = request.runner != nullptr && request.runner->size() > 1;
    if (isShared) {
        shareOut(meter, table, request, ctx.sub(0.01, 0.95));
    }
    measurePoints(meter, table, request, cache, ctx.sub(isShared ? 0.95 : 0.01, 1));
    for (auto& layer : table.layers) {
        const auto first = std::find_if(
            layer.points.begin(), layer.points.end(), [](const DamagePoint& point) { return point.isUsable(); });
        layer.isKnown = first != layer.points.end();
        if (layer.isKnown) {
            layer.value = first->damage;
            layer.standardError = first->standardError;
        } else {
            layer.note = Text(BW_TR_NOOP("core", "None of the formats can serve this layer."));
        }
    }
    return table;
}
} // namespace

} // namespace bw
