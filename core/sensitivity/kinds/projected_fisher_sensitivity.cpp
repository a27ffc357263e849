#include "core/sensitivity/candidate_points.h"
#include "core/sensitivity/captures.h"
#include "core/sensitivity/sample_figures.h"

#include <mutex>

namespace bw {

namespace {
DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
} // namespace

extern const Sensitivity projectedFisherSensitivity;
const Sensitivity projectedFisherSensitivity {
    .id = "projected-fisher",
    .title = Text(BW_TR_NOOP("core", "Projected Fisher information")),
    .explanation = Text(BW_TR_NOOP("core",
        "What a format's errors do together: half the mean over samples of the squared change of the log-likelihood, "
        "to first order, over the classes as likely as the model takes them. Errors that add up or cancel within a "
        "layer are counted as such.")),
    .unit = "nats",
    .needsData = true,
    .needsGraph = true,
    .needsFormats = true,
    .isPrior = true,
    .measure = measure,
};

namespace {
/// The gradients of the layer that is being worked on, read once for all its candidates if they fit into memory.
class CurrentLayer
{
public:
    CurrentLayer(const GradientCapture& capture, std::uint64_t budget)
        : m_capture(capture)
        , m_budget(budget)
    {
    }

    /// Per sample, g·Δ.
    std::vector<double> project(std::size_t layer, const std::vector<float>& errors, const JobContext& ctx)
    {
        std::vector<double> products;
        const auto take = [&](std::span<const float> gradients) {
            ctx.checkpoint();
            appendProducts(gradients, errors, products);
        };
        if (m_capture.gradientBytes(layer) > m_budget) {
            const std::lock_guard lock(m_mutex); // one pass over the file at a time
            m_capture.forEachGradient(layer, take);
            return products;
        }
        for (const auto& piece : *held(layer)) {
            take(piece);
        }
        return products;
    }

private:
    using Pieces = std::vector<std::vector<float>>;
    std::shared_ptr<const Pieces> held(std::size_t layer)
    {
        const std::lock_guard lock(m_mutex);
        if (m_layer != layer || !m_pieces) {
            auto pieces = std::make_shared<Pieces>();
            m_capture.forEachGradient(
                layer, [&](std::span<const float> values) { pieces->emplace_back(values.begin(), values.end()); });
            m_pieces = std::move(pieces);
            m_layer = layer;
        }
        return m_pieces;
    }

    const GradientCapture& m_capture;
    std::uint64_t m_budget;
    std::mutex m_mutex;
    std::size_t m_layer = 0;
    std::shared_ptr<const Pieces> m_pieces;
};

DamageTable measure(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx)
{
    DamageTable table = startTable(projectedFisherSensitivity, request, ctx.sub(0, 0.02));
    const auto start = table;
    useGradients(request, true, ctx.sub(0.02, 0.7), [&](const GradientCapture& capture) {
        table = start;
        for (std::size_t l = 0; l < table.layers.size(); ++l) {
            describeGradients(capture, l, table.layers[l]);
        }
        CaptureErrors errors;
        CurrentLayer current(capture, request.memoryBudget / 2);
        addCandidatePoints(
            table, request, cache,
            [&](const LayerInfo& layer, std::size_t l, const QuantizedLayer& quantized, DamagePoint& point) {
                if (!table.layers[l].isKnown) {
                    return;
                }
                const JobContext job(ctx.stopToken());
                const auto weights = weightErrors(layer, quantized, job);
                errors.guard([&] {
                    auto squares = current.project(l, weights, job);
                    for (auto& value : squares) {
                        value = value * value / 2;
                    }
                    const auto figure = meanFigure(squares);
                    point.damage = figure.mean;
                    point.standardError = figure.standardError;
                });
            },
            ctx.sub(0.7, 1));
        errors.rethrow();
        for (auto& layer : table.layers) {
            useFirstPoint(layer);
        }
    });
    return table;
}
} // namespace

} // namespace bw
