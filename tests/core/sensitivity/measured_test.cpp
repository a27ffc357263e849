#include "core/base/parallel.h"
#include "core/engine/result_cache.h"
#include "core/evaluate/metrics.h"
#include "core/sensitivity/damage_meter.h"
#include "core/sensitivity/measure_journal.h"
#include "core/sensitivity/sensitivity.h"
#include "tests/support/fake_backend.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <thread>

namespace bw {

namespace {
constexpr std::int64_t classes = 4;
constexpr std::int64_t inputs = 6;
constexpr std::uint64_t sampleCount = 200;

/// Fixed values in -1 … 1 that follow no pattern a format could like.
float wobble(std::uint64_t i, double step)
{
    return static_cast<float>(std::sin(static_cast<double>(i) * step + 0.3));
}

std::shared_ptr<test::FakeNetwork> someNetwork()
{
    auto network = std::make_shared<test::FakeNetwork>();
    network->classes = classes;
    network->inputs = inputs;
    for (std::uint64_t i = 0; i < classes * inputs; ++i) {
        network->weight.push_back(wobble(i, 1.7));
    }
    network->bias = { 0, 0.1F, -0.2F, 0.05F };
    return network;
}

DatasetPtr someData(std::uint64_t count = sampleCount)
{
    std::vector<float> values;
    std::vector<std::int64_t> labels;
    for (std::uint64_t i = 0; i < count * inputs; ++i) {
        values.push_back(2 * wobble(i, 0.77));
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        labels.push_back(static_cast<std::int64_t>((i * 7) % classes));
    }
    return std::make_shared<test::MemoryDataset>(Shape { inputs }, values, labels);
}

std::vector<float> scoresOf(const test::FakeNetwork& network, const std::vector<float>& weight, const float* sample)
{
    std::vector<float> scores = network.bias;
    for (std::size_t c = 0; c < static_cast<std::size_t>(classes); ++c) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(inputs); ++i) {
            scores[c] += weight[c * inputs + i] * sample[i];
        }
    }
    return scores;
}

/// KL of each sample, computed here from the definition.
std::vector<double> divergences(
    const test::FakeNetwork& network, const std::vector<float>& weight, const Dataset& data, std::uint64_t count)
{
    std::vector<float> samples(count * inputs);
    data.read(0, samples);
    std::vector<double> all;
    for (std::uint64_t s = 0; s < count; ++s) {
        const auto p = scoresOf(network, network.weight, &samples[s * inputs]);
        const auto q = scoresOf(network, weight, &samples[s * inputs]);
        const auto share = [](const std::vector<float>& scores, std::size_t c) {
            double sum = 0;
            for (const float score : scores) {
                sum += std::exp(static_cast<double>(score));
            }
            return std::exp(static_cast<double>(scores[c])) / sum;
        };
        double kl = 0;
        for (std::size_t c = 0; c < p.size(); ++c) {
            kl += share(p, c) * std::log(share(p, c) / share(q, c));
        }
        all.push_back(kl);
    }
    return all;
}

/// The fake model, with a file of its own that can be hashed.
ModelPtr withFile(const Model& model)
{
    static const test::TempDir folder;
    Model::Data data;
    data.path = folder.path() / "fake.pt";
    data.files = { data.path };
    data.format = model.format();
    data.layers = model.layers();
    data.hasGraph = true;
    std::ofstream(data.path) << "a model";
    return std::make_shared<const Model>(std::move(data));
}

SensitivityRequest requestFor(const ModelPtr& model, std::initializer_list<const char*> formats)
{
    SensitivityRequest request;
    request.model = withFile(*model);
    request.data = someData();
    request.layers = model->quantizableLayers();
    for (const char* text : formats) {
        request.formats.push_back(parseFormat(text));
    }
    return request;
}

DamageTable measured(const SensitivityRequest& request, const JobContext& ctx = {})
{
    return sensitivities().find("measured")->measure(request, nullptr, ctx);
}
} // namespace

TEST(DamageMeter, GivesTheKlOfTheDefinitionAndZeroForTheSameWeights)
{
    const auto network = someNetwork();
    const test::FakeBackendScope scope(network);
    const auto model = scope.model();
    const auto data = someData();
    DamageMeter meter({ .model = model, .data = data, .samples = 70, .batch = 32 }, {});
    ASSERT_EQ(meter.batchCount(), 3U);
    EXPECT_EQ(meter.samplesIn(2), 6U);
    auto changed = network->weight;
    changed[3] += 0.5F;
    changed[9] -= 0.25F;
    const auto expected = divergences(*network, changed, *data, 70);
    DamageSums sums;
    for (std::size_t batch = 0; batch < meter.batchCount(); ++batch) {
        const auto same = meter.measureLayer(LayerId(0), model->layer(LayerId(0)).view, batch, {});
        EXPECT_EQ(same.kl, 0);
        EXPECT_EQ(same.accuracyDrop(), 0);
        sums.add(meter.measureLayer(LayerId(0), makeTensor({ classes, inputs }, changed), batch, {}));
    }
    const auto known = meanMetric("kl", expected);
    EXPECT_EQ(sums.samples, 70U);
    EXPECT_NEAR(sums.mean(), known.value, 1e-6);
    EXPECT_NEAR(sums.standardError(), (known.high - known.value) / 1.959963984540054, 1e-6);

    // Whole models, also around a base of other weights, and the base is still there afterwards.
    const auto other = makeTensor({ classes, inputs }, changed);
    meter.setBase({ { LayerId(0), other } }, {});
    EXPECT_EQ(meter.measureModel({}, 1, {}).kl, 0);
    EXPECT_GT(meter.measureLayer(LayerId(0), other, 1, {}).kl, 0);
    EXPECT_EQ(meter.measureLayer(LayerId(0), model->layer(LayerId(0)).view, 1, {}).kl, 0);
    EXPECT_EQ(meter.measureModel({ { LayerId(0), other } }, 1, {}), meter.measureLayer(LayerId(0), other, 1, {}));
}

TEST(DamageMeter, TakesModelsOfOneSampleAndRefusesScoresThatAreNoNumbers)
{
    const auto network = someNetwork();
    network->hook = [](const FloatBatch& in, FloatBatch& out, const JobContext&) {
        if (in.shape[0] != 1) {
            throw Error(ErrorKind::Backend, "one at a time");
        }
        if (out.values[0] > 1e6F) {
            out.values[0] = INFINITY;
        }
    };
    const test::FakeBackendScope scope(network);
    DamageMeter meter({ .model = scope.model(), .data = someData(), .samples = 40 }, {});
    EXPECT_EQ(meter.batchCount(), 40U);
    auto huge = network->weight;
    for (float& value : huge) {
        value *= 1e30F;
    }
    std::size_t refused = 0;
    for (std::size_t batch = 0; batch < meter.batchCount(); ++batch) {
        try {
            meter.measureLayer(LayerId(0), makeTensor({ classes, inputs }, huge), batch, {});
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            ++refused;
        }
        EXPECT_EQ(meter.measureLayer(LayerId(0), scope.model()->layer(LayerId(0)).view, batch, {}).kl, 0);
    }
    EXPECT_GT(refused, 0U);
    EXPECT_THROW(DamageMeter({ .model = scope.model(), .data = someData(), .firstSample = sampleCount }, {}), Error);
}

TEST(MeasuredSensitivity, GivesDamageErrorAndAccuracyDropOfEachCandidate)
{
    const auto network = someNetwork();
    const test::FakeBackendScope scope(network);
    const auto request = requestFor(scope.model(), { "int2/c", "int4/c", "int8/c", "f32" });
    const auto table = measured(request);
    ASSERT_EQ(table.layers.size(), 1U);
    EXPECT_EQ(table.unit, "nats");
    const auto& points = table.layers[0].points;
    ASSERT_EQ(points.size(), 4U);
    for (std::size_t f = 0; f < points.size(); ++f) {
        const auto quantized = quantizeLayer(scope.model()->layer(LayerId(0)), { request.formats[f], "rtn", {} }, {});
        const auto all
            = divergences(*network, toFloats(dequantize(quantized->tensor, {})), *request.data, points[f].samples);
        EXPECT_NEAR(points[f].damage, meanMetric("", all).value, 1e-6);
        EXPECT_LE(std::abs(points[f].accuracyDrop), 1);
    }
    EXPECT_GT(points[0].damage, 10 * points[1].damage);
    EXPECT_GT(points[0].standardError, 0);
    EXPECT_LE(points[0].standardError, 0.2 * points[0].damage + 1e-12);
    EXPECT_EQ(points[3].damage, 0); // the same values: exactly nothing
    EXPECT_EQ(points[3].standardError, 0);
    EXPECT_EQ(points[3].samples, 32U);
    EXPECT_EQ(table.layers[0].value, points[0].damage);
}

TEST(MeasuredSensitivity, GoesOnWhereItWasStopped)
{
    const test::TempDir folder;
    const auto network = someNetwork();
    const test::FakeBackendScope scope(network);
    auto request = requestFor(scope.model(), { "int2/c", "int3/c", "int4/c", "int5/c", "int6/c" });
    const auto whole = measured(request);
    request.cacheFolder = folder.path();

    std::stop_source stop;
    std::atomic<int> runs { 0 };
    network->hook = [&](const FloatBatch&, FloatBatch&, const JobContext&) {
        if (++runs == 6) {
            stop.request_stop();
        }
    };
    EXPECT_THROW(measured(request, JobContext(stop.get_token())), Canceled);
    const auto file = std::filesystem::directory_iterator(folder.path())->path();
    EXPECT_GT(MeasureJournal(file).size(), 0U);
    // A line that was cut off in the middle is measured again.
    std::ofstream(file, std::ios::app) << "\n00112233445566778899aabbccddeeff 32 0.5";

    runs = 100;
    EXPECT_EQ(measured(request), whole);
    const int resumed = runs - 100;
    runs = 100;
    EXPECT_EQ(measured(request), whole);
    EXPECT_LE(runs - 100, 1); // the meter's look at the first batch
    EXPECT_GT(resumed, 1);

    // Other data: nothing of it is used.
    request.data = someData(sampleCount / 2);
    runs = 100;
    measured(request);
    EXPECT_GT(runs - 100, 0);
}

TEST(MeasuredSensitivity, IsTheSameForAnyThreadCount)
{
    const auto network = someNetwork();
    const test::FakeBackendScope scope(network);
    const auto request = requestFor(scope.model(), { "int2/c", "kmeans3/c", "nf4/b64", "int5/c" });
    setThreadCount(1);
    const auto one = measured(request);
    setThreadCount(4);
    EXPECT_EQ(measured(request), one);
    setThreadCount(0);
}

TEST(MeasuredSensitivity, StopsWithin200Milliseconds)
{
    const auto network = someNetwork();
    std::stop_source stop;
    network->hook = [&](const FloatBatch&, FloatBatch&, const JobContext& ctx) {
        for (int i = 0; i < 1000 && network->batches.size() > 3 && !ctx.isCanceled(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    };
    const test::FakeBackendScope scope(network);
    const auto request = requestFor(scope.model(), { "int2/c", "int3/c", "int4/c" });
    std::chrono::steady_clock::time_point asked;
    std::jthread canceler([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    EXPECT_THROW(measured(request, JobContext(stop.get_token())), Canceled);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::milliseconds(200));
}

TEST(MeasuredSensitivity, NeedsDataAndAGraph)
{
    const auto network = someNetwork();
    const test::FakeBackendScope scope(network);
    auto request = requestFor(scope.model(), { "int2/c" });
    request.data = nullptr;
    EXPECT_THROW(measured(request), Error);
}

TEST(MeasureJournal, KeepsEveryBitAndLeavesOutDamagedLines)
{
    const test::TempDir folder;
    const auto file = folder.path() / "deep" / "journal.txt";
    const DamageSums sums { 32, 1.0 / 3, 1e-300, 30, 31 };
    const auto key = contentHash(std::string_view("a"));
    {
        MeasureJournal journal(file);
        EXPECT_FALSE(journal.find(key));
        journal.add(key, { 1, 2, 3, 4, 5 });
        journal.add(key, sums);
        journal.add(contentHash(std::string_view("b")), {});
    }
    EXPECT_EQ(MeasureJournal(file).size(), 2U);
    EXPECT_EQ(MeasureJournal(file).find(key), sums);
    auto text = test::readFile(file);
    text[text.find(" 32 ") + 1] = '9';
    std::ofstream(file) << text;
    EXPECT_EQ(MeasureJournal(file).size(), 2U);
    EXPECT_EQ(MeasureJournal(file).find(key), (DamageSums { 1, 2, 3, 4, 5 }));
    EXPECT_THROW(MeasureJournal("/proc/nothing/journal.txt"), Error);
}

} // namespace bw
