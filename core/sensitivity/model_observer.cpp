#include "core/sensitivity/model_observer.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"

#include <algorithm>

namespace bw {

namespace {
constexpr std::uint64_t usualBatch = 32;
/// Values of one batch of inputs; larger samples get smaller batches, by this fixed rule.
constexpr std::uint64_t mostBatchValues = std::uint64_t { 1 } << 21;
} // namespace

/// What the engine's thread works on: shared, as a canceled call may outlive its caller.
struct ModelObserver::Channel
{
    std::unique_ptr<ObservationSession> session;
    FloatBatch samples;
    std::vector<std::int64_t> labels;
    std::vector<LayerAccess> access;
    std::vector<double> probes;
    std::vector<LayerInputs> inputs;
    std::string version;
    bool takesBatches = false;
};

ModelObserver::ModelObserver(const SensitivityRequest& request, const JobContext& ctx)
    : m_data(request.data)
    , m_channel(std::make_shared<Channel>())
    , m_count(std::min(request.samples, request.data->count()))
    , m_seed(request.seed)
{
    if (m_count == 0) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "%1 has no samples."), printable(m_data->name()));
    }
    std::vector<WatchedLayer> layers;
    for (const LayerId id : request.layers) {
        const LayerInfo& layer = request.model->layer(id);
        layers.push_back({ layer.name, layer.outAxis });
    }
    const auto open = [channel = m_channel, path = request.model->path(), layers, ctx](
                          InferenceBackend& backend) { channel->session = backend.openObservation(path, layers, ctx); };
    InferenceEngine::instance().run(open, ctx);
    m_channel->samples = read(0, std::min<std::uint64_t>(m_count, 2));
    onEngine(
        [](Channel& channel, const JobContext& c) {
            channel.access = channel.session->prepare(channel.samples, c);
            channel.takesBatches = channel.session->takesBatches();
        },
        ctx);
    m_access = m_channel->access;
    const auto elements = std::max<std::uint64_t>(1, elementCount(m_data->sampleShape()));
    m_batch = m_channel->takesBatches ? std::clamp<std::uint64_t>(mostBatchValues / elements, 1, usualBatch) : 1;
}

ModelObserver::~ModelObserver()
{
    // LibTorch's objects go on the engine's thread; if that is busy with an abandoned call, when that call ends.
    InferenceEngine::instance().discard(std::move(m_channel));
}

std::string ModelObserver::engineVersion(const JobContext& ctx)
{
    const auto channel = std::make_shared<Channel>();
    InferenceEngine::instance().run(
        [channel](InferenceBackend& backend) { channel->version = backend.version(); }, ctx);
    return channel->version;
}

FloatBatch ModelObserver::read(std::uint64_t first, std::uint64_t count) const
{
    FloatBatch batch;
    batch.shape = m_data->sampleShape();
    batch.shape.insert(batch.shape.begin(), static_cast<std::int64_t>(count));
    batch.values.resize(elementCount(batch.shape));
    m_data->read(first, batch.values);
    return batch;
}

template <class Work>
void ModelObserver::onEngine(Work work, const JobContext& ctx)
{
    InferenceEngine::instance().run([channel = m_channel, work, ctx](InferenceBackend&) { work(*channel, ctx); }, ctx);
}

template <class Work>
void ModelObserver::forEachBatch(const Text& phase, const JobContext& ctx, const Work& work)
{
    for (std::uint64_t first = 0; first < m_count; first += m_batch) {
        ctx.report(phase, first, m_count, Text(BW_TR_NOOP("core", "samples")));
        const auto count = std::min(m_batch, m_count - first);
        m_channel->samples = read(first, count);
        work(first, count);
    }
    ctx.report(phase, m_count, m_count, Text(BW_TR_NOOP("core", "samples")));
}

std::vector<LayerInputs> ModelObserver::inputs(const std::vector<std::size_t>& layers, const JobContext& ctx)
{
    forEachBatch(Text(BW_TR_NOOP("core", "Capturing inputs")), ctx, [&](std::uint64_t, std::uint64_t) {
        onEngine([layers](Channel& channel,
                     const JobContext& c) { channel.session->observeInputs(channel.samples, layers, c); },
            ctx);
    });
    onEngine(
        [layers](Channel& channel, const JobContext&) {
            channel.inputs.clear();
            for (const auto layer : layers) {
                channel.inputs.push_back(channel.session->takeInputs(layer));
            }
        },
        ctx);
    return std::move(m_channel->inputs);
}

void ModelObserver::gradients(const GradientSink& sink, const JobContext& ctx)
{
    forEachBatch(Text(BW_TR_NOOP("core", "Capturing gradients")), ctx, [&](std::uint64_t first, std::uint64_t) {
        onEngine(
            [first, sink, seed = m_seed](Channel& channel, const JobContext& c) {
                channel.session->observeGradients(channel.samples, first, seed, LikelihoodDraw::Signs, sink, c);
            },
            ctx);
    });
}

std::vector<std::vector<double>> ModelObserver::hessianProbes(std::uint64_t round, const JobContext& ctx)
{
    const auto labels = m_data->labels();
    if (labels.size() < m_count) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "%1 has no labelled samples."), printable(m_data->name()));
    }
    std::vector<std::vector<double>> all;
    forEachBatch(Text(BW_TR_NOOP("core", "Probing the Hessian")), ctx, [&](std::uint64_t first, std::uint64_t count) {
        m_channel->labels.assign(labels.begin() + static_cast<std::ptrdiff_t>(first),
            labels.begin() + static_cast<std::ptrdiff_t>(first + count));
        const auto seed = combine(contentHash("hessian"), { m_seed, combine({ round, first }, {}).low }).low;
        onEngine(
            [seed](Channel& channel, const JobContext& c) {
                channel.probes = channel.session->hessianProbe(channel.samples, channel.labels, seed, c);
            },
            ctx);
        all.push_back(m_channel->probes);
        for (auto& value : all.back()) {
            value /= static_cast<double>(count);
        }
    });
    return all;
}

} // namespace bw
