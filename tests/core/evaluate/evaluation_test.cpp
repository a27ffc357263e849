#include "core/base/error.h"
#include "core/evaluate/evaluation.h"
#include "core/evaluate/inference_engine.h"
#include "core/evaluate/metrics.h"
#include "tests/support/fake_backend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <mutex>
#include <numeric>
#include <thread>

namespace bw {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t classCount = 7;
constexpr std::int64_t inputCount = 3;
constexpr std::size_t sampleCount = 230;

float pseudoRandom(std::size_t i)
{
    return static_cast<float>(std::sin(static_cast<double>(i * i) * 0.37 + static_cast<double>(i)));
}

std::shared_ptr<test::FakeNetwork> makeNetwork()
{
    auto network = std::make_shared<test::FakeNetwork>();
    network->classes = classCount;
    network->inputs = inputCount;
    for (std::size_t i = 0; i < classCount * inputCount; ++i) {
        network->weight.push_back(pseudoRandom(i + 5));
    }
    network->bias.assign(classCount, 0.1F);
    return network;
}

test::MemoryDataset makeData(std::size_t count = sampleCount)
{
    std::vector<float> values(count * inputCount);
    std::vector<std::int64_t> labels(count);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = 2 * pseudoRandom(i + 1000);
    }
    for (std::size_t i = 0; i < count; ++i) {
        labels[i] = static_cast<std::int64_t>(i % classCount);
    }
    return { { inputCount }, values, labels, { "a", "b", "c" } };
}

QuantizedModelPtr quantize(const ModelPtr& model, const char* format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    return quantizeModel(model, resolve(recipe, *model), nullptr, {});
}

/// Scores of all samples, computed here.
std::vector<std::vector<float>> scoresOf(const std::vector<float>& weight, const Dataset& data)
{
    std::vector<float> values(data.count() * inputCount);
    data.read(0, values);
    std::vector<std::vector<float>> rows(data.count());
    for (std::size_t s = 0; s < rows.size(); ++s) {
        for (std::size_t c = 0; c < classCount; ++c) {
            float sum = 0.1F;
            for (std::size_t i = 0; i < inputCount; ++i) {
                sum += weight[c * inputCount + i] * values[s * inputCount + i];
            }
            rows[s].push_back(sum);
        }
    }
    return rows;
}

std::vector<double> softmax(const std::vector<float>& scores)
{
    std::vector<double> out;
    double sum = 0;
    for (const float score : scores) {
        out.push_back(std::exp(static_cast<double>(score)));
        sum += out.back();
    }
    for (double& p : out) {
        p /= sum;
    }
    return out;
}

std::size_t best(const std::vector<float>& scores)
{
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

TEST(Evaluation, FloatModel)
{
    const auto network = makeNetwork();
    const test::FakeBackendScope scope(network);
    const auto data = makeData();
    const auto result = evaluate(*scope.model(), nullptr, data, {}, {});
    ASSERT_EQ(result.runs.size(), 1U);
    const auto& run = result.runs[0];
    EXPECT_EQ(run.label, "float");
    EXPECT_EQ(run.dataName, "memory");
    EXPECT_TRUE(run.recipeJson.empty());
    EXPECT_GT(run.seconds, 0);

    const auto rows = scoresOf(network->weight, data);
    std::size_t right = 0;
    double loss = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        right += best(rows[i]) == i % classCount ? 1U : 0U;
        loss -= std::log(softmax(rows[i])[i % classCount]);
    }
    EXPECT_EQ(*run.find("top1"), proportion("top1", right, sampleCount));
    EXPECT_NEAR(run.find("cross_entropy")->value, loss / sampleCount, 1e-12);
    EXPECT_EQ(run.find("cross_entropy")->n, sampleCount);
    EXPECT_NE(run.find("top5"), nullptr);
    EXPECT_EQ(run.find("kl_mean"), nullptr);

    ASSERT_EQ(run.classes.size(), static_cast<std::size_t>(classCount));
    EXPECT_EQ(run.classes[1].name, "b");
    EXPECT_EQ(run.classes[5].name, "5");
    std::uint64_t counted = 0;
    std::uint64_t correct = 0;
    for (const auto& row : run.classes) {
        counted += row.count;
        correct += row.correct;
    }
    EXPECT_EQ(counted, sampleCount);
    EXPECT_EQ(correct, right);
    EXPECT_EQ(network->batches, (std::vector<std::int64_t> { 50, 50, 50, 50, 30 }));
}

TEST(Evaluation, QuantizedAgainstFloat)
{
    const auto network = makeNetwork();
    const test::FakeBackendScope scope(network);
    const auto data = makeData();
    const auto quantized = quantize(scope.model(), "int3/c:f32");
    const auto result = evaluate(*scope.model(), quantized.get(), data, {}, {});
    ASSERT_EQ(result.runs.size(), 2U);
    EXPECT_EQ(result.runs[0], [&] {
        auto alone = evaluate(*scope.model(), nullptr, data, {}, {}).runs[0];
        alone.seconds = result.runs[0].seconds;
        return alone;
    }());
    const auto& run = result.runs[1];
    EXPECT_EQ(run.label, "quantized");
    EXPECT_EQ(run.recipeJson, recipeJson(quantized->plan.recipe));

    const auto weight = toFloats(dequantize(std::get<QuantizedLayerPtr>(quantized->layers[0])->tensor, {}));
    ASSERT_NE(weight, network->weight);
    const auto a = scoresOf(network->weight, data);
    const auto b = scoresOf(weight, data);
    std::vector<double> divergences;
    std::uint64_t agreeing = 0;
    std::uint64_t onlyA = 0;
    std::uint64_t onlyB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto p = softmax(a[i]);
        const auto q = softmax(b[i]);
        double sum = 0;
        for (std::size_t c = 0; c < p.size(); ++c) {
            sum += p[c] * std::log(p[c] / q[c]);
        }
        divergences.push_back(sum);
        agreeing += best(a[i]) == best(b[i]) ? 1U : 0U;
        onlyA += best(a[i]) == i % classCount && best(b[i]) != i % classCount ? 1U : 0U;
        onlyB += best(b[i]) == i % classCount && best(a[i]) != i % classCount ? 1U : 0U;
    }
    EXPECT_NEAR(
        run.find("kl_mean")->value, std::accumulate(divergences.begin(), divergences.end(), 0.0) / sampleCount, 1e-12);
    std::sort(divergences.begin(), divergences.end());
    EXPECT_NEAR(run.find("kl_p99")->value, divergences[227], 1e-12); // ⌈0.99 · 230⌉ = 228th
    EXPECT_EQ(*run.find("agreement"), proportion("agreement", agreeing, sampleCount));
    ASSERT_EQ(result.comparisons.size(), 1U);
    EXPECT_EQ(result.comparisons[0].a, "float");
    EXPECT_EQ(result.comparisons[0].b, "quantized");
    EXPECT_DOUBLE_EQ(
        result.comparisons[0].difference, (static_cast<double>(onlyB) - static_cast<double>(onlyA)) / sampleCount);
    EXPECT_EQ(result.comparisons[0].p, mcnemarP(onlyA, onlyB));
    EXPECT_GT(onlyA + onlyB, 0U);
}

TEST(Evaluation, SamplesAndBatchesAreAsAsked)
{
    const auto network = makeNetwork();
    const test::FakeBackendScope scope(network);
    EvalOptions options;
    options.samples = 33;
    options.batch = 20;
    EXPECT_EQ(evaluate(*scope.model(), nullptr, makeData(), options, {}).runs[0].find("top1")->n, 33U);
    EXPECT_EQ(network->batches, (std::vector<std::int64_t> { 20, 13 }));
    options.samples = 100000;
    EXPECT_EQ(evaluate(*scope.model(), nullptr, makeData(), options, {}).runs[0].find("top1")->n, sampleCount);
}

TEST(Evaluation, PartsOfTheDataAddUp)
{
    const auto network = makeNetwork();
    const test::FakeBackendScope scope(network);
    const auto data = makeData();
    const auto whole = evaluate(*scope.model(), nullptr, data, {}, {});
    EvalOptions options;
    options.samples = 100;
    const auto first = evaluate(*scope.model(), nullptr, data, options, {}).runs[0];
    options.firstSample = 100;
    options.samples = 0;
    const auto rest = evaluate(*scope.model(), nullptr, data, options, {}).runs[0];
    EXPECT_EQ(rest.find("top1")->n, sampleCount - 100);
    EXPECT_NEAR(100 * first.find("cross_entropy")->value + 130 * rest.find("cross_entropy")->value,
        sampleCount * whole.runs[0].find("cross_entropy")->value, 1e-9);
    for (std::size_t c = 0; c < classCount; ++c) {
        EXPECT_EQ(first.classes[c].correct + rest.classes[c].correct, whole.runs[0].classes[c].correct);
    }
}

TEST(Evaluation, SeveralModelsAreComparedOnTheSameSamples)
{
    const auto network = makeNetwork();
    const test::FakeBackendScope scope(network);
    const auto data = makeData();
    const auto coarse = quantize(scope.model(), "int2/c");
    const auto fine = quantize(scope.model(), "int4/c");
    Recipe keeping = defaultRecipe();
    keeping.fallback.format = parseFormat("f32");
    const auto same = quantizeModel(scope.model(), resolve(keeping, *scope.model()), nullptr, {});
    const auto all
        = evaluateAll(*scope.model(), { { "coarse", coarse }, { "fine", fine }, { "same", same } }, data, {}, {});
    ASSERT_EQ(all.runs.size(), 4U);
    EXPECT_EQ(all.runs[3].find("kl_mean")->value, 0); // nothing of the model before it is left
    for (const auto& [index, model] : { std::pair { 1U, coarse }, std::pair { 2U, fine } }) {
        const auto alone = evaluate(*scope.model(), model.get(), data, {}, {});
        EXPECT_EQ(all.runs[index].metrics, alone.runs[1].metrics);
        EXPECT_EQ(all.comparisons[index - 1].difference, alone.comparisons[0].difference);
    }
    ASSERT_EQ(all.comparisons.size(), 3U + 4U);
    const auto& kl = all.comparisons[4];
    EXPECT_EQ(kl.metric, "kl_mean");
    EXPECT_EQ(kl.a, "coarse");
    EXPECT_EQ(kl.b, "fine");
    EXPECT_NEAR(kl.difference, all.runs[2].find("kl_mean")->value - all.runs[1].find("kl_mean")->value, 1e-12);
    EXPECT_LT(kl.high, 0);
    EXPECT_LT(kl.p, 0.05);
    EXPECT_EQ(all.comparisons[3].metric, "top1");
    const std::vector<double> a { 1, 2, 3, 4 };
    const std::vector<double> b { 1.5, 2, 3.5, 5 };
    // scipy.stats: mean 0.5, standard error 0.20412; two-sided normal p of 2.4495
    EXPECT_NEAR(compareMeans("x", a, b).p, 0.014306, 1e-6);
    EXPECT_EQ(compareMeans("x", a, a).p, 1);
}

TEST(Evaluation, LargeSamplesComeInSmallBatches)
{
    auto network = makeNetwork();
    network->hook = [](const FloatBatch&, FloatBatch&, const JobContext&) {};
    network->inputs = 1 << 20;
    network->weight.assign(static_cast<std::size_t>(classCount) << 20, 0.001F);
    const test::FakeBackendScope scope(network);
    const test::MemoryDataset data({ 1024, 1024 }, std::vector<float>(6U << 20), { 0, 1, 2, 3, 4, 5 });
    evaluate(*scope.model(), nullptr, data, {}, {});
    EXPECT_EQ(network->batches, (std::vector<std::int64_t> { 4, 2 }));
}

TEST(Evaluation, ReportsProgressInSamples)
{
    const auto network = makeNetwork();
    const test::FakeBackendScope scope(network);
    std::vector<Progress> seen;
    std::mutex mutex;
    const JobContext ctx({}, [&](const Progress& progress) {
        const std::lock_guard lock(mutex);
        seen.push_back(progress);
    });
    const auto quantized = quantize(scope.model(), "int4/t");
    evaluate(*scope.model(), quantized.get(), makeData(), {}, ctx);
    ASSERT_GT(seen.size(), 10U);
    EXPECT_EQ(seen.back().fraction, 1);
    EXPECT_EQ(seen.back().done, sampleCount);
    EXPECT_EQ(seen.back().unit.english(), "samples");
    EXPECT_TRUE(
        std::is_sorted(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.fraction < b.fraction; }));
}

void expectError(const std::function<void()>& work, ErrorKind kind, const std::string& sentence)
{
    try {
        work();
        FAIL() << sentence;
    } catch (const Error& error) {
        EXPECT_EQ(errorKindName(error.kind()), std::string(errorKindName(kind)));
        EXPECT_EQ(std::string(error.what()), sentence);
    }
}

TEST(Evaluation, LabelsBeyondTheClassesAreNamed)
{
    const auto network = makeNetwork();
    const test::FakeBackendScope scope(network);
    for (const std::int64_t label : { std::int64_t { classCount }, std::int64_t { -1 } }) {
        const test::MemoryDataset data({ inputCount }, std::vector<float>(6), { 0, label });
        expectError([&] { evaluate(*scope.model(), nullptr, data, {}, {}); }, ErrorKind::BadInput,
            "Sample 1 of memory has label " + std::to_string(label) + ", but fake.pt knows 7 classes, 0 to 6.");
    }
}

TEST(Evaluation, DataThatDoesNotFitTheModelIsNamed)
{
    auto network = makeNetwork();
    network->hook = [](const FloatBatch&, FloatBatch&, const JobContext&) {
        throw Error(ErrorKind::Backend, "LibTorch says: no.");
    };
    const test::FakeBackendScope scope(network);
    expectError([&] { evaluate(*scope.model(), nullptr, makeData(), {}, {}); }, ErrorKind::BadInput,
        "fake.pt does not take the samples of memory, which have shape 3. LibTorch says: no.");
    EXPECT_EQ(network->batches, (std::vector<std::int64_t> { 50, 1 })); // it was tried with one sample too
}

TEST(Evaluation, ModelsThatTakeOneSampleAtATimeGetOne)
{
    auto network = makeNetwork();
    network->hook = [](const FloatBatch& inputs, FloatBatch&, const JobContext&) {
        if (inputs.shape[0] != 1) {
            throw Error(ErrorKind::Backend, "one only");
        }
    };
    const auto data = makeData(20);
    std::vector<EvalRun> runs;
    for (const bool isPicky : { true, false }) {
        if (!isPicky) {
            network->hook = {};
        }
        const test::FakeBackendScope scope(network);
        runs.push_back(evaluate(*scope.model(), nullptr, data, {}, {}).runs[0]);
        runs.back().seconds = 0;
    }
    EXPECT_EQ(runs[0], runs[1]);
    EXPECT_EQ(network->batches.size(), 1U + 20U + 1U);
}

TEST(Evaluation, OutputsThatAreNoScoresAreExplained)
{
    auto network = makeNetwork();
    network->hook = [](const FloatBatch&, FloatBatch& outputs, const JobContext&) {
        outputs.shape = { outputs.shape[0], 7, 1, 1 };
    };
    const test::FakeBackendScope scope(network);
    expectError([&] { evaluate(*scope.model(), nullptr, makeData(), {}, {}); }, ErrorKind::Unsupported,
        "fake.pt gives outputs of shape 50×7×1×1 for 50 samples. Bitwright evaluates classifiers, which give one row "
        "of class scores for each sample.");
}

TEST(Evaluation, ScoresThatAreNotFiniteAreNamed)
{
    for (const float bad : { std::nanf(""), std::numeric_limits<float>::infinity() }) {
        auto network = makeNetwork();
        network->hook = [bad, first = 0](const FloatBatch&, FloatBatch& outputs, const JobContext&) mutable {
            if (first++ == 1) {
                outputs.values[3 * classCount + 2] = bad;
            }
        };
        const test::FakeBackendScope scope(network);
        expectError([&] { evaluate(*scope.model(), nullptr, makeData(), {}, {}); }, ErrorKind::Backend,
            "fake.pt gives a score that is not a finite number for sample 53 of memory.");
    }
}

TEST(Evaluation, ModelsThatEndInASoftmaxAreNotPutThroughAnother)
{
    auto network = makeNetwork();
    const auto data = makeData();
    std::vector<EvalResult> results;
    for (const bool isSoft : { false, true }) {
        network->hook = isSoft ? [](const FloatBatch&, FloatBatch& outputs, const JobContext&) {
            for (std::size_t at = 0; at < outputs.values.size(); at += classCount) {
                const std::vector<float> row(outputs.values.begin() + static_cast<std::ptrdiff_t>(at), outputs.values.begin() + static_cast<std::ptrdiff_t>(at) + classCount);
                const auto p = softmax(row);
                std::transform(p.begin(), p.end(), outputs.values.begin() + static_cast<std::ptrdiff_t>(at), [](double v) { return static_cast<float>(v); });
            }
        } : decltype(network->hook)();
        const test::FakeBackendScope scope(network);
        const auto quantized = quantize(scope.model(), "int3/t:f32");
        results.push_back(evaluate(*scope.model(), quantized.get(), data, {}, {}));
    }
    for (const char* name : { "cross_entropy", "kl_mean" }) {
        EXPECT_NEAR(results[0].runs[1].find(name)->value, results[1].runs[1].find(name)->value, 1e-6) << name;
    }
    EXPECT_EQ(*results[0].runs[1].find("top1"), *results[1].runs[1].find("top1"));
}

TEST(Evaluation, WeightsWithoutAProgramCannotBeEvaluated)
{
    Model::Data weights;
    weights.path = "weights.safetensors";
    const Model model(std::move(weights));
    expectError([&] { evaluate(model, nullptr, makeData(), {}, {}); }, ErrorKind::Unsupported,
        "weights.safetensors cannot be evaluated: it holds weights, but no program that takes one tensor. Open the "
        "model as TorchScript.");
}

TEST(Evaluation, NoSamplesIsAnError)
{
    const test::FakeBackendScope scope(makeNetwork());
    const test::MemoryDataset data({ inputCount }, {}, {});
    expectError([&] { evaluate(*scope.model(), nullptr, data, {}, {}); }, ErrorKind::BadInput,
        "memory has no labelled samples.");
}

/// Cancels once a run has begun; returns how long evaluate() took to give up.
std::chrono::steady_clock::duration cancelDuring(const std::shared_ptr<test::FakeNetwork>& network)
{
    const test::FakeBackendScope scope(network);
    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    std::jthread canceler([&] {
        while (!network->isRunning) {
            std::this_thread::sleep_for(1ms);
        }
        std::this_thread::sleep_for(20ms);
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    EXPECT_THROW(evaluate(*scope.model(), nullptr, makeData(), {}, JobContext(stop.get_token())), Canceled);
    canceler.join();
    return std::chrono::steady_clock::now() - asked;
}

TEST(Evaluation, CancelsAtOnce)
{
    auto polite = makeNetwork();
    polite->hook = [](const FloatBatch&, FloatBatch&, const JobContext& ctx) {
        for (;;) {
            ctx.checkpoint();
            std::this_thread::sleep_for(1ms);
        }
    };
    EXPECT_LT(cancelDuring(polite), 600ms);
    EXPECT_FALSE(InferenceEngine::instance().isStuck());

    auto deaf = makeNetwork();
    const auto mayEnd = std::make_shared<std::atomic<bool>>(false);
    deaf->hook = [mayEnd](const FloatBatch&, FloatBatch&, const JobContext&) {
        while (!*mayEnd) {
            std::this_thread::sleep_for(1ms);
        }
    };
    EXPECT_LT(cancelDuring(deaf), 600ms);
    EXPECT_TRUE(InferenceEngine::instance().isStuck());
    *mayEnd = true;
    const test::FakeBackendScope scope(makeNetwork());
    EXPECT_NO_THROW(evaluate(*scope.model(), nullptr, makeData(), {}, {})); // it came back, so the engine works again
}

} // namespace
} // namespace bw
