#include "core/report/report_layers.h"

#include "core/base/json.h"
#include "core/base/parallel.h"
#include "core/stats/layer_stats.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
using hdf5::Handle;

constexpr std::size_t maxNameBytes = 4096;

std::string lowerCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// What a layer became: codes, or itself.
struct LayerResult
{
    const LayerInfo& layer;
    const LayerPlan& plan;
    const QuantizedLayer* quantized = nullptr;
    Text reason;
};

LayerResult resultOf(const QuantizedModel& model, const LayerInfo& layer)
{
    const auto& plan = model.plan.layers[layer.id.index()];
    const auto& outcome = model.layers[layer.id.index()];
    if (const auto* quantized = std::get_if<QuantizedLayerPtr>(&outcome)) {
        return { layer, plan, quantized->get(), plan.reason };
    }
    const auto* problem = std::get_if<Problem>(&outcome);
    return { layer, plan, nullptr, problem != nullptr ? problem->message : plan.reason };
}

/// R of each output channel.
std::vector<double> channelErrors(
    const QuantizedTensor& tensor, const TensorView& matrix, std::size_t channels, const JobContext& ctx)
{
    std::vector<double> errors(channels);
    const std::uint64_t length = matrix.count() / channels;
    parallelBlocks(channels, 1, ctx, [&](std::uint64_t row, std::uint64_t) {
        FloatChunks chunks(matrix);
        std::vector<float> values;
        ErrorSums sums;
        for (std::uint64_t at = 0; at < length; at += FloatChunks::chunkSize) {
            ctx.checkpoint();
            const std::uint64_t first = row * length + at;
            const auto original = chunks.values(first, std::min((row + 1) * length, first + FloatChunks::chunkSize));
            values.resize(original.size());
            decodeTensor(tensor, first, values);
            sums.add(errorSums(original, values));
        }
        errors[static_cast<std::size_t>(row)] = rmseOverRms(sums);
    });
    return errors;
}

/// Rows of /layers/table, by column.
struct TableColumns
{
    std::vector<std::string> name, kind, dtype, shape, format, method, reason, group;
    std::vector<std::uint64_t> numel, bytesBefore, bytesAfter;
    std::vector<double> bitsPerWeight, rmseOverRms, sqnrDb, maxAbsError, cosine, outlierShare, kurtosis;

    void add(const LayerResult& result, const LayerStats& stats)
    {
        const auto& view = result.layer.view;
        name.push_back(result.layer.name);
        kind.push_back(layerKindName(result.layer.kind));
        dtype.push_back(result.layer.storedType());
        shape.push_back(Json(view.shape).dump());
        group.push_back(escapedLayerName(result.layer.name));
        reason.push_back(printable(result.reason.english()));
        numel.push_back(view.count());
        bytesBefore.push_back(result.layer.storedBytes());
        outlierShare.push_back(stats.share3Sigma);
        kurtosis.push_back(stats.kurtosis);
        result.quantized != nullptr ? addQuantized(*result.quantized) : addKept(result.layer);
    }

    std::vector<hdf5::Column> columns() &&
    {
        return { { "name", std::move(name), {} }, { "kind", std::move(kind), {} }, { "dtype", std::move(dtype), {} },
            { "shape", std::move(shape), {} }, { "numel", std::move(numel), "weights" },
            { "format", std::move(format), {} }, { "method", std::move(method), {} },
            { "bits_per_weight", std::move(bitsPerWeight), "bit" }, { "bytes_before", std::move(bytesBefore), "byte" },
            { "bytes_after", std::move(bytesAfter), "byte" }, { "rmse_over_rms", std::move(rmseOverRms), "1" },
            { "sqnr_db", std::move(sqnrDb), "dB" }, { "max_abs_error", std::move(maxAbsError), "weight" },
            { "cosine", std::move(cosine), "1" }, { "outlier_share", std::move(outlierShare), "1" },
            { "kurtosis", std::move(kurtosis), "1" }, { "reason", std::move(reason), {} },
            { "group", std::move(group), {} } };
    }

private:
    void addQuantized(const QuantizedLayer& layer)
    {
        std::uint64_t bytes = 0;
        for (const auto& part : layer.tensor.parts) {
            bytes += part.data.bytes.size();
        }
        format.push_back(formatText(layer.tensor.format));
        method.push_back(layer.method);
        bytesAfter.push_back(bytes);
        bitsPerWeight.push_back(layer.bitsPerWeight());
        addError(layer.error);
    }
    void addKept(const LayerInfo& layer)
    {
        format.push_back(lowerCase(layer.storedType()));
        method.emplace_back();
        bytesAfter.push_back(layer.storedBytes());
        bitsPerWeight.push_back(layer.storedBits());
        addError({ .squaredError = 0,
            .squaredSignal = 1,
            .squaredQuantized = 1,
            .product = 1,
            .maxAbsError = 0 }); // the same values
    }
    void addError(const ErrorSums& error)
    {
        rmseOverRms.push_back(bw::rmseOverRms(error));
        sqnrDb.push_back(bw::sqnrDb(error));
        maxAbsError.push_back(error.maxAbsError);
        cosine.push_back(cosineSimilarity(error));
    }
};

class LayerWriter
{
public:
    LayerWriter(const hdf5::Writer& writer, hid_t layers, const LayerResult& result, int bins, const JobContext& ctx)
        : m_writer(writer)
        , m_result(result)
        , m_matrix(result.layer.matrix())
        , m_bins(bins)
        , m_ctx(ctx)
        , m_group(writer.group(layers, escapedLayerName(result.layer.name)))
    {
    }

    LayerStats write()
    {
        m_writer.attribute(m_group.get(), "name", m_result.layer.name);
        m_writer.attribute(m_group.get(), "reason", m_result.reason.english());
        const auto figures = computeStatsAndHistogram(m_matrix, m_bins, m_ctx);
        writeHistogram(figures.histogram);
        writeChannels(figures.stats);
        if (m_result.quantized != nullptr) {
            writeLevels();
            writeExponentCurve(m_writer, m_group.get(), *m_result.quantized, m_matrix, m_ctx);
        }
        return figures.stats;
    }

private:
    void writeHistogram(const Histogram& histogram) const
    {
        const Handle group = m_writer.group(m_group.get(), "histogram");
        m_writer.dataset(group.get(), "edges", histogram.edges, "weight");
        m_writer.dataset(group.get(), "counts", histogram.counts, "weights");
        const auto after = m_result.quantized != nullptr
            ? quantizedHistogram(m_result.quantized->tensor, histogram, m_ctx)
            : histogram;
        m_writer.dataset(group.get(), "counts_quantized", after.counts, "weights");
        m_writer.attribute(group.get(), "nan", histogram.nanCount);
        m_writer.attribute(group.get(), "inf", histogram.infCount);
    }

    void writeChannels(const LayerStats& stats) const
    {
        std::vector<float> min, max, rms;
        for (const auto& channel : stats.channels) {
            min.push_back(channel.min);
            max.push_back(channel.max);
            rms.push_back(channel.rms);
        }
        auto errors = std::vector<double>(min.size());
        if (m_result.quantized != nullptr && !min.empty()) {
            errors = channelErrors(m_result.quantized->tensor, m_matrix, min.size(), m_ctx);
        }
        const Handle group = m_writer.group(m_group.get(), "channels");
        m_writer.dataset(group.get(), "min", min, "weight");
        m_writer.dataset(group.get(), "max", max, "weight");
        m_writer.dataset(group.get(), "rms", rms, "weight");
        m_writer.dataset(group.get(), "error", errors, "1");
    }

    void writeLevels() const
    {
        const auto& tensor = m_result.quantized->tensor;
        const Grid grid = tensor.codec->grid(tensor.codec->typicalGroup());
        std::vector<double> errors;
        std::vector<std::uint64_t> counts;
        for (const auto& level : errorPerLevel(tensor, m_matrix, m_ctx)) {
            errors.push_back(level.squaredError);
            counts.push_back(level.count);
        }
        m_writer.dataset(m_group.get(), "levels", grid.levels, "weight");
        m_writer.dataset(m_group.get(), "cell_edges", grid.cellEdges, "weight");
        m_writer.dataset(m_group.get(), "error_per_level", errors, "weight^2");
        m_writer.dataset(m_group.get(), "count_per_level", counts, "weights");
    }

    const hdf5::Writer& m_writer;
    const LayerResult& m_result;
    TensorView m_matrix;
    int m_bins = 0;
    const JobContext& m_ctx;
    Handle m_group;
};
} // namespace

void writeLayers(const hdf5::Writer& writer, hid_t layersGroup, const ReportInput& report, const JobContext& ctx)
{
    const auto& model = *report.model;
    TableColumns table;
    std::uint64_t done = 0;
    for (const auto& layer : model.model->layers()) {
        ctx.checkpoint();
        ctx.report(Text(BW_TR_NOOP("core", "Writing the report")), done, model.model->parameterCount(),
            Text(BW_TR_NOOP("core", "weights")));
        withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(layer.name) }), [&] {
            if (layer.name.size() > maxNameBytes) {
                throw Error(ErrorKind::Unsupported,
                    BW_TR_NOOP("core", "its name is %1 long; reports hold names of up to %2"),
                    sizeText(layer.name.size()), sizeText(maxNameBytes));
            }
            const auto result = resultOf(model, layer);
            table.add(result,
                LayerWriter(writer, layersGroup, result, report.histogramBins, JobContext(ctx.stopToken())).write());
        });
        done += layer.count();
    }
    if (!model.model->layers().empty()) {
        writer.table(layersGroup, "table", std::move(table).columns());
    }
}

} // namespace bw
