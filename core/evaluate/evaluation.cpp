#include "core/evaluate/evaluation.h"

#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"
#include "core/evaluate/metrics.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bw {

namespace {

/// Values of one batch of inputs; larger samples get smaller batches, by this fixed rule: results must not depend on
/// how fast the machine is.
constexpr std::uint64_t mostBatchValues = std::uint64_t { 1 } << 22;

std::string nameOf(const Model& model)
{
    return printable(model.path().filename().string());
}

/// What the engine thread works on: shared, as a canceled run may outlive its caller.
struct Channel
{
    std::unique_ptr<InferenceSession> session;
    FloatBatch inputs;
    FloatBatch outputs;
};

/// Outputs of a model on all samples, and what they say about each.
struct Scores
{
    std::uint64_t classes = 0;
    bool areProbabilities = false;
    std::vector<float> outputs; ///< [samples, classes]
    double seconds = 0;
};

class Evaluator
{
public:
    Evaluator(const Model& model, const Dataset& data, const EvalOptions& options, const JobContext& ctx)
        : m_model(model)
        , m_data(data)
        , m_ctx(ctx)
        , m_channel(std::make_shared<Channel>())
    {
        const auto elements = std::max<std::uint64_t>(1, elementCount(data.sampleShape()));
        m_first = std::min(options.firstSample, data.count());
        m_count = data.count() - m_first;
        m_count = options.samples == 0 ? m_count : std::min(options.samples, m_count);
        m_batch = std::clamp<std::uint64_t>(
            std::min(options.batch, mostBatchValues / elements), 1, std::max<std::uint64_t>(m_count, 1));
        if (m_count == 0 || data.labels().size() < m_first + m_count) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "%1 has no labelled samples."), printable(data.name()));
        }
        openSession();
    }

    Scores runAll(const Text& phase, const JobContext& ctx)
    {
        const auto start = std::chrono::steady_clock::now();
        Scores scores;
        for (std::uint64_t first = 0; first < m_count; first += m_batch) {
            ctx.report(phase, first, m_count, BW_TR_NOOP("core", "samples"));
            if (first == 0) {
                runFirst(ctx);
            } else {
                runBatch(first, ctx);
            }
            keepOutputs(first, scores);
        }
        ctx.report(phase, m_count, m_count, BW_TR_NOOP("core", "samples"));
        scores.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return scores;
    }

    void setWeights(const QuantizedModel& quantized, const JobContext& ctx)
    {
        requireComplete(quantized);
        onEngine([](Channel& channel, const JobContext&) { channel.session->restoreWeights(); }, ctx);
        for (std::size_t i = 0; i < quantized.layers.size(); ++i) {
            if (const auto* layer = std::get_if<QuantizedLayerPtr>(&quantized.layers[i])) {
                const auto& name = m_model.layers()[i].name;
                const auto values = dequantize((*layer)->tensor, ctx);
                onEngine(
                    [name, values](Channel& channel, const JobContext&) { channel.session->setWeight(name, values); },
                    ctx);
            }
            ctx.report(BW_TR_NOOP("core", "putting the quantized weights in place"), i + 1, quantized.layers.size(),
                BW_TR_NOOP("core", "layers"));
        }
    }

    std::uint64_t count() const { return m_count; }
    std::span<const std::int64_t> labels() const { return m_data.labels().subspan(m_first, m_count); }

private:
    template <class Work>
    void onEngine(Work work, const JobContext& ctx)
    {
        InferenceEngine::instance().run(
            [channel = m_channel, work, ctx](InferenceBackend&) { work(*channel, ctx); }, ctx);
    }

    void openSession()
    {
        const auto work = [channel = m_channel, path = m_model.path(), ctx = m_ctx](
                              InferenceBackend& backend) { channel->session = backend.openSession(path, ctx); };
        InferenceEngine::instance().run(work, m_ctx);
    }

    void runBatch(std::uint64_t first, const JobContext& ctx)
    {
        const auto rows = std::min(m_batch, m_count - first);
        auto& inputs = m_channel->inputs;
        inputs.shape = m_data.sampleShape();
        inputs.shape.insert(inputs.shape.begin(), static_cast<std::int64_t>(rows));
        inputs.values.resize(elementCount(inputs.shape));
        m_data.read(m_first + first, inputs.values);
        onEngine(
            [](Channel& channel, const JobContext& c) { channel.outputs = channel.session->run(channel.inputs, c); },
            ctx);
        const auto& shape = m_channel->outputs.shape;
        if (shape.size() != 2 || shape[0] != static_cast<std::int64_t>(rows) || shape[1] < 1) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core",
                    "%1 gives outputs of shape %2 for %3 samples. Bitwright evaluates classifiers, which give one row "
                    "of class scores for each sample."),
                nameOf(m_model), shapeText(shape), toText(rows));
        }
    }

    /// The first batch shows whether data and model fit; some traced models take one sample at a time only.
    void runFirst(const JobContext& ctx)
    {
        try {
            runBatch(0, ctx);
            return;
        } catch (const Error& error) {
            if (!retryOneByOne(error, ctx)) {
                throw firstError(error);
            }
        }
    }

    bool retryOneByOne(const Error& error, const JobContext& ctx)
    {
        if (m_batch == 1 || (error.kind() != ErrorKind::Backend && error.kind() != ErrorKind::Unsupported)) {
            return false;
        }
        const auto batch = std::exchange(m_batch, 1);
        try {
            runBatch(0, ctx);
            return true;
        } catch (const Error&) {
            m_batch = batch;
            return false;
        }
    }

    Error firstError(const Error& error) const
    {
        if (error.kind() != ErrorKind::Backend) {
            return error;
        }
        return Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "%1 does not take the samples of %2, which have shape %3. %4"), nameOf(m_model),
            printable(m_data.name()), shapeText(m_data.sampleShape()), error.message().english());
    }

    void keepOutputs(std::uint64_t first, Scores& scores)
    {
        const auto& outputs = m_channel->outputs;
        const auto classes = static_cast<std::uint64_t>(outputs.shape[1]);
        if (first == 0) {
            scores.classes = classes;
            scores.areProbabilities = looksLikeProbabilities(outputs.values, classes);
            checkLabels(classes);
        }
        if (classes != scores.classes) {
            throw Error(ErrorKind::Backend,
                BW_TR_NOOP("core", "%1 gives %2 classes for some samples and %3 for others."), nameOf(m_model),
                toText(scores.classes), toText(classes));
        }
        const auto bad = std::find_if(
            outputs.values.begin(), outputs.values.end(), [](float v) { return std::isnan(v) || v > 3e38F; });
        if (bad != outputs.values.end()) {
            const auto sample = m_first + first + static_cast<std::uint64_t>(bad - outputs.values.begin()) / classes;
            throw Error(ErrorKind::Backend,
                BW_TR_NOOP("core", "%1 gives a score that is not a finite number for sample %2 of %3."),
                nameOf(m_model), toText(sample), printable(m_data.name()));
        }
        scores.outputs.insert(scores.outputs.end(), outputs.values.begin(), outputs.values.end());
    }

    void checkLabels(std::uint64_t classes) const
    {
        const auto all = labels();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i] < 0 || static_cast<std::uint64_t>(all[i]) >= classes) {
                throw Error(ErrorKind::BadInput,
                    BW_TR_NOOP("core", "Sample %1 of %2 has label %3, but %4 knows %5 classes, 0 to %6."),
                    toText(m_first + i), printable(m_data.name()), toText(all[i]), nameOf(m_model), toText(classes),
                    toText(classes - 1));
            }
        }
    }

    const Model& m_model;
    const Dataset& m_data;
    const JobContext& m_ctx;
    std::shared_ptr<Channel> m_channel;
    std::uint64_t m_first = 0;
    std::uint64_t m_count = 0;
    std::uint64_t m_batch = 1;
};

std::span<const float> rowOf(const Scores& scores, std::uint64_t sample)
{
    return std::span(scores.outputs).subspan(sample * scores.classes, scores.classes);
}

std::vector<bool> correctOf(const Scores& scores, std::span<const std::int64_t> labels)
{
    std::vector<bool> correct(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        correct[i] = argmax(rowOf(scores, i)) == labels[i];
    }
    return correct;
}

void addAccuracy(EvalRun& run, const Scores& scores, std::span<const std::int64_t> labels)
{
    const auto correct = correctOf(scores, labels);
    run.metrics.push_back(proportion(
        "top1", static_cast<std::uint64_t>(std::count(correct.begin(), correct.end(), true)), labels.size()));
    std::uint64_t inTopFive = 0;
    std::vector<double> losses;
    std::vector<double> logs;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        inTopFive += isInTopFive(rowOf(scores, i), labels[i]) ? 1U : 0U;
        logProbabilities(rowOf(scores, i), scores.areProbabilities, logs);
        losses.push_back(-logs[static_cast<std::size_t>(labels[i])]);
    }
    if (scores.classes > 5) {
        run.metrics.push_back(proportion("top5", inTopFive, labels.size()));
    }
    run.metrics.push_back(meanMetric("cross_entropy", losses));
}

void addClasses(
    EvalRun& run, const Scores& scores, std::span<const std::int64_t> labels, const std::vector<std::string>& names)
{
    const auto correct = correctOf(scores, labels);
    run.classes.resize(scores.classes);
    for (std::size_t i = 0; i < run.classes.size(); ++i) {
        run.classes[i].name = i < names.size() ? names[i] : toText(i);
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
        auto& row = run.classes[static_cast<std::size_t>(labels[i])];
        row.count += 1;
        row.correct += correct[i] ? 1U : 0U;
    }
}

std::vector<double> divergencesOf(const Scores& reference, const Scores& scores, std::uint64_t count)
{
    std::vector<double> divergences;
    std::vector<double> logP;
    std::vector<double> logQ;
    for (std::uint64_t i = 0; i < count; ++i) {
        logProbabilities(rowOf(reference, i), reference.areProbabilities, logP);
        logProbabilities(rowOf(scores, i), reference.areProbabilities, logQ);
        divergences.push_back(klDivergence(logP, logQ));
    }
    return divergences;
}

/// How far the quantized model is from the float one, whatever the labels say.
void addDistance(EvalRun& run, const Scores& reference, const Scores& scores, std::uint64_t count)
{
    const auto divergences = divergencesOf(reference, scores, count);
    std::vector<double> signal;
    std::vector<double> noise;
    std::uint64_t agreeing = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto p = rowOf(reference, i);
        const auto q = rowOf(scores, i);
        agreeing += argmax(p) == argmax(q) ? 1U : 0U;
        signal.push_back(0);
        noise.push_back(0);
        for (std::size_t j = 0; j < p.size(); ++j) {
            const double value = static_cast<double>(p[j]);
            const double error = static_cast<double>(q[j]) - value;
            signal.back() += value * value;
            noise.back() += error * error;
        }
    }
    run.metrics.push_back(meanMetric("kl_mean", divergences));
    run.metrics.push_back(quantileMetric("kl_p99", divergences, 0.99));
    run.metrics.push_back(proportion("agreement", agreeing, count));
    run.metrics.push_back(ratioDbMetric("sqnr_db", signal, noise));
}

EvalRun makeRun(std::string label, const Scores& scores, const Evaluator& evaluator, const Dataset& data)
{
    EvalRun run;
    run.label = std::move(label);
    run.seconds = scores.seconds;
    run.dataName = data.name();
    addAccuracy(run, scores, evaluator.labels());
    addClasses(run, scores, evaluator.labels(), data.classes());
    return run;
}

void requireGraph(const Model& model)
{
    if (!model.hasGraph()) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "%1 cannot be evaluated: it holds weights, but no program that takes one tensor. Open the model as "
                "TorchScript."),
            nameOf(model));
    }
}

EvalComparison named(EvalComparison comparison, const std::string& a, const std::string& b)
{
    comparison.a = a;
    comparison.b = b;
    return comparison;
}

} // namespace

EvalResult evaluateAll(const Model& model, const std::vector<NamedModel>& quantized, const Dataset& data,
    const EvalOptions& options, const JobContext& ctx)
{
    requireGraph(model);
    Evaluator evaluator(model, data, options, ctx);
    const auto labels = evaluator.labels();
    const double parts = static_cast<double>(quantized.size() + 1);
    EvalResult result;
    const auto reference = evaluator.runAll(BW_TR_NOOP("core", "evaluating the float model"), ctx.sub(0, 1 / parts));
    result.runs.push_back(makeRun("float", reference, evaluator, data));
    std::vector<Scores> all;
    for (const auto& [label, candidate] : quantized) {
        const double at = static_cast<double>(all.size() + 1);
        evaluator.setWeights(*candidate, ctx.sub(at / parts, (at + 0.1) / parts));
        auto scores = evaluator.runAll(
            BW_TR_NOOP("core", "evaluating the quantized model"), ctx.sub((at + 0.1) / parts, (at + 1) / parts));
        scores.areProbabilities = reference.areProbabilities;
        auto run = makeRun(label, scores, evaluator, data);
        run.recipeJson = recipeJson(candidate->plan.recipe);
        addDistance(run, reference, scores, evaluator.count());
        result.runs.push_back(std::move(run));
        result.comparisons.push_back(
            named(compareCorrect(correctOf(reference, labels), correctOf(scores, labels)), "float", label));
        all.push_back(std::move(scores));
    }
    for (std::size_t i = 1; i < all.size(); ++i) {
        const auto& a = quantized[0].label;
        const auto& b = quantized[i].label;
        result.comparisons.push_back(named(compareCorrect(correctOf(all[0], labels), correctOf(all[i], labels)), a, b));
        result.comparisons.push_back(named(compareMeans("kl_mean", divergencesOf(reference, all[0], evaluator.count()),
                                               divergencesOf(reference, all[i], evaluator.count())),
            a, b));
    }
    return result;
}

EvalResult evaluate(const Model& model, const QuantizedModel* quantized, const Dataset& data,
    const EvalOptions& options, const JobContext& ctx)
{
    std::vector<NamedModel> all;
    if (quantized != nullptr) {
        // Not owned: it outlives the call.
        all.push_back({ "quantized", QuantizedModelPtr(QuantizedModelPtr(), quantized) });
    }
    return evaluateAll(model, all, data, options, ctx);
}

} // namespace bw
