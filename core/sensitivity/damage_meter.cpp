#include "core/sensitivity/damage_meter.h"

#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"
#include "core/evaluate/metrics.h"
#include "core/evaluate/partial_runs.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace bw {

void DamageSums::add(const DamageSums& other)
{
    samples += other.samples;
    kl += other.kl;
    klSquares += other.klSquares;
    correct += other.correct;
    correctFloat += other.correctFloat;
}

double DamageSums::mean() const
{
    return samples == 0 ? 0 : kl / static_cast<double>(samples);
}

double DamageSums::standardError() const
{
    if (samples < 2) {
        return 0;
    }
    const auto n = static_cast<double>(samples);
    return std::sqrt(std::max(0.0, klSquares - kl * kl / n) / (n - 1) / n);
}

double DamageSums::accuracyDrop() const
{
    return samples == 0
        ? 0
        : (static_cast<double>(correctFloat) - static_cast<double>(correct)) / static_cast<double>(samples);
}

namespace {
/// What the float model says of one batch.
struct Reference
{
    bool isKnown = false;
    std::vector<std::vector<double>> logs; ///< of the class probabilities, by sample
    std::uint64_t correct = 0;
};
} // namespace

/// Everything but the constructor and the plain figures is called on the engine thread.
struct DamageMeter::Core
{
    MeterOptions options;
    std::mutex mutex; ///< one measurement at a time
    std::unique_ptr<InferenceSession> session;
    std::unique_ptr<PartialRuns> runs; ///< gone before its session
    std::vector<LayerValues> base;
    std::vector<Reference> references;
    std::vector<bool> isStarted;
    std::uint64_t classes = 0;
    bool areProbabilities = false;
    bool isBaseSet = true; ///< the session has the weights of `base`

    ~Core() { runs.reset(); }

    std::string modelName() const { return printable(options.model->path().filename().string()); }
    std::size_t batchCount() const { return (options.samples + options.batch - 1) / options.batch; }
    std::uint64_t samplesIn(std::size_t batch) const
    {
        return std::min(options.batch, options.samples - batch * options.batch);
    }

    void open(InferenceBackend& backend, const JobContext& ctx);
    void runFirst(const JobContext& ctx);
    FloatBatch inputs(std::size_t batch) const;
    void checkOutputs(const FloatBatch& outputs, std::size_t batch) const;
    void set(const std::vector<LayerValues>& weights);
    void requireBase();
    const Reference& reference(std::size_t batch, const JobContext& ctx);
    void start(std::size_t batch, const JobContext& ctx);
    DamageSums compare(const FloatBatch& outputs, std::size_t batch) const;
    DamageSums measureLayers(const std::vector<LayerValues>& changes, std::size_t batch, const JobContext& ctx);
    DamageSums measureModel(const std::vector<LayerValues>& weights, std::size_t batch, const JobContext& ctx);
    const std::string& nameOf(LayerId layer) const { return options.model->layer(layer).name; }
    std::int64_t label(std::size_t batch, std::size_t row) const
    {
        return options.data->labels()[options.firstSample + batch * options.batch + row];
    }
};

FloatBatch DamageMeter::Core::inputs(std::size_t batch) const
{
    FloatBatch values { options.data->sampleShape(), {} };
    values.shape.insert(values.shape.begin(), static_cast<std::int64_t>(samplesIn(batch)));
    values.values.resize(elementCount(values.shape));
    options.data->read(options.firstSample + batch * options.batch, values.values);
    return values;
}

void DamageMeter::Core::open(InferenceBackend& backend, const JobContext& ctx)
{
    session = backend.openSession(options.model->path(), ctx);
    try {
        runFirst(ctx);
    } catch (const Error& error) {
        if (options.batch == 1 || (error.kind() != ErrorKind::Backend && error.kind() != ErrorKind::Unsupported)) {
            throw;
        }
        // Some traced models take one sample at a time only.
        options.batch = 1;
        try {
            runFirst(ctx);
        } catch (const Error&) {
            throw error;
        }
    }
    references.resize(batchCount());
    isStarted.assign(batchCount(), false);
    runs = session->partialRuns(batchCount(), options.memoryBudget);
}

void DamageMeter::Core::runFirst(const JobContext& ctx)
{
    const auto outputs = session->run(inputs(0), ctx);
    const auto rows = static_cast<std::int64_t>(samplesIn(0));
    if (outputs.shape.size() != 2 || outputs.shape[0] != rows || outputs.shape[1] < 1) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "%1 gives outputs of shape %2 for %3 samples. Damage is measured on classifiers, which give one row of "
                "class scores for each sample."),
            modelName(), shapeText(outputs.shape), toText(rows));
    }
    classes = static_cast<std::uint64_t>(outputs.shape[1]);
    areProbabilities = looksLikeProbabilities(outputs.values, classes);
}

void DamageMeter::Core::checkOutputs(const FloatBatch& outputs, std::size_t batch) const
{
    if (outputs.values.size() != samplesIn(batch) * classes) {
        throw Error(ErrorKind::Backend, BW_TR_NOOP("core", "%1 gives outputs of another shape for other samples."),
            modelName());
    }
    if (!std::all_of(outputs.values.begin(), outputs.values.end(), [](float v) { return std::isfinite(v); })) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "With these weights the model gives scores that are not finite numbers."));
    }
}

void DamageMeter::Core::set(const std::vector<LayerValues>& weights)
{
    isBaseSet = false;
    session->restoreWeights();
    for (const auto& [layer, values] : weights) {
        session->setWeight(nameOf(layer), values);
    }
}

void DamageMeter::Core::requireBase()
{
    if (!isBaseSet) {
        set(base);
        isBaseSet = true;
    }
}

const Reference& DamageMeter::Core::reference(std::size_t batch, const JobContext& ctx)
{
    Reference& known = references[batch];
    if (known.isKnown) {
        return known;
    }
    if (!base.empty() || !isBaseSet) {
        set({});
    }
    const auto outputs = session->run(inputs(batch), ctx);
    checkOutputs(outputs, batch);
    Reference fresh;
    for (std::size_t row = 0; row < samplesIn(batch); ++row) {
        const auto scores = std::span(outputs.values).subspan(row * classes, classes);
        fresh.correct += argmax(scores) == label(batch, row) ? 1U : 0U;
        logProbabilities(scores, areProbabilities, fresh.logs.emplace_back());
    }
    fresh.isKnown = true;
    known = std::move(fresh);
    return known;
}

void DamageMeter::Core::start(std::size_t batch, const JobContext& ctx)
{
    reference(batch, ctx);
    requireBase();
    if (runs != nullptr && !isStarted[batch]) {
        runs->start(batch, inputs(batch), ctx);
        isStarted[batch] = true;
    }
}

DamageSums DamageMeter::Core::compare(const FloatBatch& outputs, std::size_t batch) const
{
    checkOutputs(outputs, batch);
    const Reference& known = references[batch];
    DamageSums sums;
    sums.samples = samplesIn(batch);
    sums.correctFloat = known.correct;
    std::vector<double> logs;
    for (std::size_t row = 0; row < sums.samples; ++row) {
        const auto scores = std::span(outputs.values).subspan(row * classes, classes);
        logProbabilities(scores, areProbabilities, logs);
        const double kl = klDivergence(known.logs[row], logs);
        sums.kl += kl;
        sums.klSquares += kl * kl;
        sums.correct += argmax(scores) == label(batch, row) ? 1U : 0U;
    }
    return sums;
}

DamageSums DamageMeter::Core::measureLayers(
    const std::vector<LayerValues>& changes, std::size_t batch, const JobContext& ctx)
{
    start(batch, ctx);
    isBaseSet = false; // until the layers have their own weights again
    std::vector<std::string> names;
    for (const auto& [layer, values] : changes) {
        session->setWeight(nameOf(layer), values);
        names.push_back(nameOf(layer));
    }
    const auto outputs = runs != nullptr ? runs->resume(batch, names, ctx) : session->run(inputs(batch), ctx);
    for (const auto& change : changes) {
        const auto layer = change.first;
        const auto own = std::find_if(base.begin(), base.end(), [&](const LayerValues& v) { return v.first == layer; });
        session->setWeight(nameOf(layer), own == base.end() ? options.model->layer(layer).view : own->second);
    }
    isBaseSet = true;
    return compare(outputs, batch);
}

DamageSums DamageMeter::Core::measureModel(
    const std::vector<LayerValues>& weights, std::size_t batch, const JobContext& ctx)
{
    reference(batch, ctx);
    set(weights);
    return compare(session->run(inputs(batch), ctx), batch);
}

DamageMeter::DamageMeter(const MeterOptions& options, const JobContext& ctx)
    : m_core(std::make_shared<Core>())
{
    if (!options.model->hasGraph()) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "Damage is measured by running the model, but this file holds weights only. Open a TorchScript "
                "model."));
    }
    m_core->options = options;
    const auto count = std::min<std::uint64_t>(options.data->count(), options.data->labels().size());
    m_core->options.samples = options.firstSample >= count ? 0 : std::min(options.samples, count - options.firstSample);
    if (m_core->options.samples == 0) {
        throw Error(
            ErrorKind::BadInput, BW_TR_NOOP("core", "%1 has too few samples."), printable(options.data->name()));
    }
    m_core->options.batch = std::clamp<std::uint64_t>(options.batch, 1, m_core->options.samples);
    InferenceEngine::instance().run([core = m_core, ctx](InferenceBackend& backend) { core->open(backend, ctx); }, ctx);
}

DamageMeter::~DamageMeter() = default;

std::size_t DamageMeter::batchCount() const
{
    return m_core->batchCount();
}
std::uint64_t DamageMeter::samplesIn(std::size_t batch) const
{
    return m_core->samplesIn(batch);
}
std::uint64_t DamageMeter::sampleCount() const
{
    return m_core->options.samples;
}

void DamageMeter::setBase(std::vector<LayerValues> base, const JobContext& ctx)
{
    const std::lock_guard lock(m_core->mutex);
    InferenceEngine::instance().run(
        [core = m_core, base = std::move(base)](InferenceBackend&) {
            core->base = base;
            core->isBaseSet = false;
            core->isStarted.assign(core->isStarted.size(), false);
        },
        ctx);
}

DamageSums DamageMeter::measureLayer(LayerId layer, const TensorView& values, std::size_t batch, const JobContext& ctx)
{
    return measureLayers({ { layer, values } }, batch, ctx);
}

DamageSums DamageMeter::measureLayers(const std::vector<LayerValues>& changes, std::size_t batch, const JobContext& ctx)
{
    const std::lock_guard lock(m_core->mutex);
    auto sums = std::make_shared<DamageSums>();
    InferenceEngine::instance().run([core = m_core, changes, batch, ctx, sums](
                                        InferenceBackend&) { *sums = core->measureLayers(changes, batch, ctx); },
        ctx);
    return *sums;
}

DamageSums DamageMeter::measureModel(const std::vector<LayerValues>& weights, std::size_t batch, const JobContext& ctx)
{
    const std::lock_guard lock(m_core->mutex);
    auto sums = std::make_shared<DamageSums>();
    InferenceEngine::instance().run([core = m_core, weights, batch, ctx, sums](
                                        InferenceBackend&) { *sums = core->measureModel(weights, batch, ctx); },
        ctx);
    return *sums;
}

} // namespace bw
