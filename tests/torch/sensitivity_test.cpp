// Sensitivities that run the model: their figures, and the captures they keep.

#include "core/sensitivity/captures.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/calibrate/dataset.h"
#include "core/evaluate/inference_engine.h"
#include "core/model/loader.h"
#include "core/sensitivity/fisher_importance.h"
#include "core/sensitivity/model_observer.h"
#include "tests/support/fake_backend.h"
#include "tests/support/model_builders.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"
#include "tests/torch/fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace bw {
namespace {

namespace fs = std::filesystem;

/// Random samples, the first `distinct` of which come again and again.
class RandomData final : public Dataset
{
public:
    RandomData(Shape shape, std::uint64_t count, std::uint64_t seed, std::uint64_t distinct = 0)
        : m_shape(std::move(shape))
        , m_labels(count)
        , m_seed(seed)
        , m_distinct(distinct == 0 ? count : distinct)
    {
        for (std::uint64_t i = 0; i < count; ++i) {
            m_labels[i] = static_cast<std::int64_t>(i % m_distinct % 3);
        }
    }
    std::string name() const override { return "random"; }
    fs::path path() const override { return {}; }
    std::uint64_t count() const override { return m_labels.size(); }
    Shape sampleShape() const override { return m_shape; }
    void read(std::uint64_t first, std::span<float> out) const override
    {
        const auto size = elementCount(m_shape);
        for (std::uint64_t at = 0; at < out.size(); at += size) {
            const auto values = test::normalValues(size, m_seed * 1000 + (first + at / size) % m_distinct);
            std::copy(values.begin(), values.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
    std::span<const std::int64_t> labels() const override { return m_labels; }
    const std::vector<std::string>& classes() const override { return m_classes; }
    ContentHash contentHash() const override { return { m_seed, m_labels.size() * 1000 + m_distinct }; }
    const std::vector<Text>& warnings() const override { return m_warnings; }

private:
    Shape m_shape;
    std::vector<std::int64_t> m_labels;
    std::uint64_t m_seed;
    std::uint64_t m_distinct;
    std::vector<std::string> m_classes;
    std::vector<Text> m_warnings;
};

class Sensitivities : public testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        s_folder = std::make_unique<test::TempDir>();
        test::runFixture("make_observed_models.py", s_folder->path());
    }
    static void TearDownTestSuite() { s_folder.reset(); }

    SensitivityRequest request(const std::string& model, DatasetPtr data, std::uint64_t samples = 8)
    {
        SensitivityRequest made;
        made.model = openModel(s_folder->path() / (model + ".pt"));
        made.layers = made.model->quantizableLayers();
        made.data = std::move(data);
        made.formats = { parseFormat("int3/c"), parseFormat("int4/t"), parseFormat("nf4/b64") };
        made.samples = samples;
        made.cacheFolder = m_cache.path();
        made.onWarning = [this](const Text& warning) { m_warnings.push_back(warning.english()); };
        return made;
    }
    static DamageTable measure(const char* kind, const SensitivityRequest& made, const JobContext& ctx = {})
    {
        return sensitivities().find(kind)->measure(made, nullptr, ctx);
    }
    std::vector<fs::path> captures() const
    {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(m_cache.path())) {
            files.push_back(entry.path());
        }
        std::sort(files.begin(), files.end());
        return files;
    }
    static DatasetPtr images(std::uint64_t seed = 1)
    {
        return std::make_shared<RandomData>(Shape { 3, 9, 8 }, 16, seed);
    }

    test::TempDir m_cache;
    std::vector<std::string> m_warnings;
    static inline std::unique_ptr<test::TempDir> s_folder;
};

constexpr const char* const captureKinds[] = { "fisher", "projected-fisher", "output-error", "hessian" };

TEST_F(Sensitivities, FiguresFollowFromTheGradients)
{
    const auto made = request("conv", images());
    std::vector<std::vector<std::vector<double>>> gradients(made.layers.size()); // [layer][sample][weight]
    ModelObserver observer(made, {});
    observer.gradients(
        [&](std::size_t layer, std::span<const float> values) {
            const auto count = made.model->layer(made.layers[layer]).count();
            for (std::size_t at = 0; at < values.size(); at += count) {
                gradients[layer].emplace_back(values.begin() + static_cast<std::ptrdiff_t>(at),
                    values.begin() + static_cast<std::ptrdiff_t>(at + count));
            }
        },
        {});
    const auto fisher = measure("fisher", made);
    const auto projected = measure("projected-fisher", made);
    EXPECT_EQ(fisher.samples, 8U);
    EXPECT_EQ(fisher.unit, "nats");
    for (std::size_t l = 0; l < made.layers.size(); ++l) {
        const auto& layer = made.model->layer(made.layers[l]);
        ASSERT_EQ(gradients[l].size(), 8U);
        std::vector<double> means;
        for (const auto& g : gradients[l]) {
            double sum = 0;
            for (const double v : g) {
                sum += v * v / static_cast<double>(g.size());
            }
            means.push_back(sum);
        }
        double mean = 0;
        for (const double m : means) {
            mean += m / 8;
        }
        double spread = 0;
        for (const double m : means) {
            spread += (m - mean) * (m - mean) / 7;
        }
        EXPECT_NEAR(fisher.layers[l].value / mean, 1, 1e-5);
        EXPECT_NEAR(fisher.layers[l].standardError / std::sqrt(spread / 8), 1, 1e-5);
        for (std::size_t f = 0; f < made.formats.size(); ++f) {
            const auto quantized = quantizeLayer(layer, { made.formats[f], "rtn", {} }, {});
            const auto errors = weightErrors(layer, *quantized, {});
            double diagonal = 0;
            double along = 0;
            for (const auto& g : gradients[l]) {
                double product = 0;
                for (std::size_t i = 0; i < g.size(); ++i) {
                    const auto e = static_cast<double>(errors[i]);
                    product += g[i] * e;
                    diagonal += g[i] * g[i] * e * e / 16;
                }
                along += product * product / 16;
            }
            EXPECT_NEAR(fisher.layers[l].points[f].damage / diagonal, 1, 1e-5);
            EXPECT_NEAR(projected.layers[l].points[f].damage / along, 1, 1e-5);
            EXPECT_GT(projected.layers[l].points[f].standardError, 0);
        }
        EXPECT_EQ(projected.layers[l].value, projected.layers[l].points[0].damage);
    }
}

TEST_F(Sensitivities, AreKeptAndAreTheSameFromMemoryFromTheCacheAndSpilled)
{
    for (const char* kind : captureKinds) {
        SCOPED_TRACE(kind);
        const test::TempDir cache;
        auto made = request("conv", images());
        made.cacheFolder.clear();
        const auto inMemory = measure(kind, made);
        made.cacheFolder = cache.path();
        EXPECT_EQ(measure(kind, made), inMemory);
        EXPECT_FALSE(fs::is_empty(cache.path()));
        EXPECT_EQ(measure(kind, made), inMemory);
        const test::TempDir other;
        made.cacheFolder = other.path();
        made.memoryBudget = 500;
        EXPECT_EQ(measure(kind, made), inMemory);
        made.cacheFolder.clear();
        EXPECT_EQ(measure(kind, made), inMemory);
        EXPECT_TRUE(m_warnings.empty());
    }
    for (const auto& entry : fs::directory_iterator(fs::temp_directory_path())) {
        EXPECT_FALSE(entry.path().filename().string().starts_with("bitwright-" + toText(::getpid()) + "-")) << entry;
    }
}

TEST_F(Sensitivities, ACaptureOfOtherDataSeedOrSamplesIsNotUsed)
{
    for (const char* kind : { "fisher", "output-error" }) {
        SCOPED_TRACE(kind);
        auto made = request("conv", images());
        const auto first = measure(kind, made);
        made.data = images(2);
        const auto otherData = measure(kind, made);
        EXPECT_NE(otherData.layers, first.layers);
        made.data = images();
        made.samples = 7;
        EXPECT_NE(measure(kind, made).layers, first.layers);
        made.samples = 8;
        made.layers = { made.layers[0], made.layers[2] };
        const auto fewer = measure(kind, made);
        ASSERT_EQ(fewer.layers.size(), 2U);
        EXPECT_EQ(fewer.layers[1], first.layers[2]);
    }
    auto made = request("conv", images());
    const auto first = measure("fisher", made);
    made.seed = 1;
    EXPECT_NE(measure("fisher", made).layers, first.layers);
}

TEST_F(Sensitivities, ADamagedCaptureIsSaidAndMadeAgain)
{
    for (const char* kind : captureKinds) {
        SCOPED_TRACE(kind);
        auto made = request("conv", images());
        const test::TempDir cache;
        made.cacheFolder = cache.path();
        const auto wanted = measure(kind, made);
        const auto file = fs::directory_iterator(cache.path())->path();
        const auto whole = test::readFile(file);
        auto spoilt = whole;
        for (auto at = spoilt.size() / 2; at < spoilt.size(); at += 61) {
            spoilt[at] = static_cast<char>(spoilt[at] ^ 0x5a);
        }
        for (const auto& bytes :
            { whole.substr(0, whole.size() / 2), whole.substr(0, 10), std::string("nothing"), spoilt }) {
            m_warnings.clear();
            test::writeFile(file, bytes);
            EXPECT_EQ(measure(kind, made), wanted);
            EXPECT_EQ(m_warnings.size(), 1U);
            EXPECT_TRUE(test::readFile(file) == whole);
        }
        // The file of one capture under another's name.
        m_warnings.clear();
        made.seed = 5;
        measure(kind, made);
        made.seed = 0;
        for (const auto& entry : fs::directory_iterator(cache.path())) {
            if (entry.path() != file) {
                fs::copy_file(entry.path(), file, fs::copy_options::overwrite_existing);
            }
        }
        EXPECT_EQ(measure(kind, made), wanted);
        EXPECT_EQ(m_warnings.size(), 1U);
    }
}

TEST_F(Sensitivities, TheFisherInformationGoesDownWithTheSquareOfTheWeights)
{
    const auto data = std::make_shared<RandomData>(Shape { 4 }, 16, 4);
    const auto plain = measure("fisher", request("plain", data));
    const auto stretched = measure("fisher", request("stretched", data));
    EXPECT_NEAR(plain.layers[0].value / stretched.layers[0].value, 64, 64e-4);
    EXPECT_NEAR(plain.layers[1].value / stretched.layers[1].value, 1, 1e-4);
    // So damage, F · Δ², is the same.
    EXPECT_NEAR(plain.layers[0].points[0].damage / stretched.layers[0].points[0].damage, 1, 1e-3);
}

TEST_F(Sensitivities, TheSameDataTwiceGivesTheSameMeans)
{
    const auto once = std::make_shared<RandomData>(Shape { 3, 9, 8 }, 8, 1, 8);
    const auto twice = std::make_shared<RandomData>(Shape { 3, 9, 8 }, 16, 1, 8);
    const auto a = measure("output-error", request("conv", once, 16));
    const auto b = measure("output-error", request("conv", twice, 16));
    EXPECT_EQ(a.samples, 8U);
    EXPECT_EQ(b.samples, 16U);
    for (std::size_t l = 0; l < a.layers.size(); ++l) {
        EXPECT_NEAR(a.layers[l].value / b.layers[l].value, 1, 1e-6);
        EXPECT_NEAR(a.layers[l].points[0].damage / b.layers[l].points[0].damage, 1, 1e-6);
        EXPECT_NEAR(a.layers[l].outputEnergy / b.layers[l].outputEnergy, 1, 1e-6);
        EXPECT_LT(a.layers[l].points[0].damage, a.layers[l].outputEnergy);
    }
}

TEST_F(Sensitivities, LayersThatCannotBeSeenAreNotZeroButUnknown)
{
    const auto data = std::make_shared<RandomData>(Shape { 5, 4 }, 8, 4);
    const auto table = measure("output-error", request("recurrent", data));
    int unknown = 0;
    for (const auto& layer : table.layers) {
        const bool isLstm = layer.layer.starts_with("lstm");
        EXPECT_EQ(layer.isKnown, !isLstm) << layer.layer;
        EXPECT_EQ(layer.note.english().find("Weights only") != std::string::npos, isLstm);
        EXPECT_TRUE(layer.points[0].isUsable());
        EXPECT_GT(layer.points[0].bits, 0U);
        unknown += isLstm ? 1 : 0;
    }
    EXPECT_GE(unknown, 2);
    // Gradients need no inputs: autograd has them, sample by sample.
    for (const auto& layer : measure("fisher", request("recurrent", data)).layers) {
        EXPECT_TRUE(layer.isKnown) << layer.layer;
        EXPECT_GT(layer.value, 0) << layer.layer;
    }
}

TEST_F(Sensitivities, TheThreadCountChangesNothing)
{
    auto made = request("conv", images());
    made.cacheFolder.clear();
    const auto one = measure("projected-fisher", made);
    setThreadCount(2);
    const auto two = measure("projected-fisher", made);
    setThreadCount(1);
    EXPECT_EQ(one, two);
}

TEST_F(Sensitivities, CodebooksMayCountErrorsByFisherInformation)
{
    auto made = request("conv", images());
    made.layers = { made.model->find("b.weight") };
    const auto& layer = made.model->layer(made.layers[0]);
    const auto importance = fisherImportance(made, {});
    const auto figures = importance.of(layer.name);
    ASSERT_EQ(figures.size(), layer.count());
    const auto damage = [&](const char* format) {
        const auto quantized = quantizeLayer(layer, { parseFormat(format), "rtn", {} }, &importance, {});
        EXPECT_EQ(formatText(quantized->tensor.format), format);
        const auto errors = weightErrors(layer, *quantized, {});
        double sum = 0;
        for (std::size_t i = 0; i < errors.size(); ++i) {
            sum += static_cast<double>(figures[i]) * static_cast<double>(errors[i]) * static_cast<double>(errors[i]);
        }
        return sum;
    };
    EXPECT_LT(damage("lloyd2(w=fisher)/t:f32"), damage("lloyd2/t:f32"));
    EXPECT_LT(damage("lloyd3(w=fisher)/t:f32"), damage("lloyd3(w=magnitude)/t:f32"));
    EXPECT_LT(damage("lloyd2(w=fisher)/b32:f32/sparse=1%"), damage("lloyd2/b32:f32/sparse=1%"));
    // Without figures, and where they would be of other weights, it is said.
    try {
        quantizeLayer(layer, { parseFormat("lloyd2(w=fisher)/t"), "rtn", {} }, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
        EXPECT_NE(error.message().english().find("--calibration"), std::string::npos);
    }
    EXPECT_THROW(parseFormat("lloyd2(w=fisher)/t/rot=1"), Error);
    EXPECT_THROW(parseFormat("lloyd2(w=fisher)/t/groups=2"), Error);
    EXPECT_THROW(parseFormat("lloyd2(w=other)/t"), Error);
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST_F(Sensitivities, ACanceledCaptureStopsAndLeavesNothing)
{
    auto made = request("others", std::make_shared<RandomData>(Shape { 2, 8 }, 100'000, 1), 100'000);
    for (const char* kind : captureKinds) {
        std::stop_source stop;
        std::chrono::steady_clock::time_point asked;
        std::jthread canceler;
        const JobContext ctx(stop.get_token(), [&](const Progress& progress) {
            if (progress.unit.english() == "samples" && progress.done > 0 && !canceler.joinable()) {
                canceler = std::jthread([&] {
                    asked = std::chrono::steady_clock::now();
                    stop.request_stop();
                });
            }
        });
        EXPECT_THROW(measure(kind, made, ctx), Canceled) << kind;
        canceler.join();
        EXPECT_LT(secondsSince(asked), 2) << kind; // 0.2 s on a machine with nothing else to do
    }
    EXPECT_TRUE(captures().empty());
    made.samples = 4;
    EXPECT_TRUE(measure("fisher", made).layers[0].isKnown); // the engine is free again
}

// Wherever a pass through the model is, forward, back or back again, canceling ends it long before it would end itself.
TEST_F(Sensitivities, APassIsCanceledInTheMiddle)
{
    BW_NEED_SHARED_DATA();
    const auto model = test::sharedData() / "cifar10-resnet" / "resnet20_traced.pt";
    const auto data = openDataset((test::sharedData() / "cifar10" / "cifar10_calib2000.safetensors").string());
    constexpr std::int64_t batch = 32;
    FloatBatch samples { { batch, 3, 32, 32 }, std::vector<float>(batch * 3 * 32 * 32) };
    data->read(0, samples.values);
    const std::vector<std::int64_t> labels(batch, 3);
    using Clock = std::chrono::steady_clock;
    InferenceEngine::instance().run([&](InferenceBackend& backend) {
        const auto session = backend.openObservation(model, { { "layer2.0.conv1.weight", 0 } }, {});
        session->prepare(samples, {});
        session->hessianProbe(samples, labels, 0, {});
        const auto start = Clock::now();
        session->hessianProbe(samples, labels, 0, {});
        const auto whole = Clock::now() - start;
        Clock::duration late {};
        constexpr int times = 8;
        int canceled = 0;
        for (int i = 1; i <= times; ++i) {
            std::stop_source stop;
            std::atomic<Clock::duration> asked {};
            const std::jthread canceler([&] {
                std::this_thread::sleep_for(whole * i / (times + 2));
                asked = Clock::now().time_since_epoch();
                stop.request_stop();
            });
            try {
                session->hessianProbe(samples, labels, 0, JobContext(stop.get_token()));
            } catch (const Canceled&) {
                late += Clock::now().time_since_epoch() - asked.load();
                ++canceled;
            }
        }
        EXPECT_GE(canceled, times / 2);
        EXPECT_LT(late, canceled * whole / 5);
        session->hessianProbe(samples, labels, 0, {}); // the engine of gradients is as it was
    });
}

TEST_F(Sensitivities, ResNet20AgreesWithPyTorch)
{
    BW_NEED_SHARED_DATA();
    const auto data = test::sharedData() / "cifar10" / "cifar10_calib2000.safetensors";
    SensitivityRequest made;
    made.model = openModel(test::sharedData() / "cifar10-resnet" / "resnet20_traced.pt");
    made.layers = made.model->quantizableLayers();
    made.data = openDataset(data.string());
    made.formats = { parseFormat("int4/c:f32") };
    made.samples = 6;
    std::string errors;
    for (const LayerId id : made.layers) {
        const auto& layer = made.model->layer(id);
        const auto values = weightErrors(layer, *quantizeLayer(layer, { made.formats[0], "rtn", {} }, {}), {});
        errors.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    }
    test::writeFile(m_cache / "errors", errors);
    std::istringstream lines(test::runFixture("check_resnet.py", m_cache.path(),
        made.model->path().string() + " " + data.string() + " " + m_cache.path().string() + " " + toText(made.samples)));
    const auto fisher = measure("fisher", made);
    const auto projected = measure("projected-fisher", made);
    for (std::size_t l = 0; l < made.layers.size(); ++l) {
        std::string name;
        double mean = 0;
        double along = 0;
        ASSERT_TRUE(lines >> name >> mean >> along);
        EXPECT_EQ(name, fisher.layers[l].layer);
        EXPECT_NEAR(fisher.layers[l].value / mean, 1, 1e-4) << name;
        EXPECT_NEAR(projected.layers[l].points[0].damage / along, 1, 1e-4) << name;
    }
    std::istringstream reference(test::readFile(m_cache / "covariance"));
    useInputs(made, {}, [&](const InputCapture& capture) {
        const auto inputs = capture.inputs(0);
        ASSERT_EQ(inputs.blocks.size(), 1U);
        double difference = 0;
        double norm = 0;
        for (const double value : inputs.blocks[0].covariance) {
            double wanted = 0;
            ASSERT_TRUE(reference >> wanted);
            difference += (value - wanted) * (value - wanted);
            norm += wanted * wanted;
        }
        EXPECT_LT(std::sqrt(difference / norm), 1e-4);
    });
}

} // namespace
} // namespace bw
