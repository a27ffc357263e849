#include "core/base/error.h"
#include "core/calibrate/dataset.h"
#include "core/evaluate/inference_engine.h"
#include "core/evaluate/partial_runs.h"
#include "core/model/loader.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"
#include "tests/torch/fixtures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <sstream>

namespace bw {
namespace {

Shape parseShape(const std::string& text)
{
    Shape shape;
    std::istringstream in(text);
    for (std::string size; std::getline(in, size, 'x');) {
        shape.push_back(std::stoll(size));
    }
    return shape;
}

TensorView rounded(const TensorView& view)
{
    auto values = toFloats(view);
    for (float& value : values) {
        value = std::nearbyint(value * 4) / 4;
    }
    return makeTensor(view.shape, std::move(values));
}

FloatBatch firstSamples(const Dataset& data, std::int64_t count)
{
    FloatBatch batch { data.sampleShape(), {} };
    batch.shape.insert(batch.shape.begin(), count);
    batch.values.resize(elementCount(batch.shape));
    data.read(0, batch.values);
    return batch;
}

/// What was found while every weight of a model was swapped, run partly and run wholly.
struct Comparison
{
    std::size_t weights = 0;
    std::size_t partial = 0; ///< of them, those that did not run the whole model again
    std::uint64_t keptBytes = 0;
};

/// Every run must give the same bits as a whole one.
Comparison compareRuns(const std::filesystem::path& path, const FloatBatch& batch, std::uint64_t memoryBudget)
{
    const auto model = openModel(path);
    Comparison seen;
    InferenceEngine::instance().run([&](InferenceBackend& backend) {
        const auto session = backend.openSession(path, {});
        const auto runs = session->partialRuns(2, memoryBudget);
        ASSERT_NE(runs, nullptr);
        EXPECT_EQ(runs->start(0, batch).values, session->run(batch).values) << path;
        for (const auto& name : session->swappableWeights()) {
            const auto id = model->find(name);
            if (!id.isValid() || !model->layer(id).isQuantizable()) {
                continue;
            }
            const auto& view = model->layer(id).view;
            session->setWeight(name, rounded(view));
            EXPECT_EQ(runs->resume(0, { name }).values, session->run(batch).values) << path << " " << name;
            session->setWeight(name, view);
            EXPECT_EQ(runs->resume(0, { name }).values, session->run(batch).values) << path << " " << name;
            seen.weights += 1;
            seen.partial += runs->shareOf(name) < 1 ? 1U : 0U;
        }
        seen.keptBytes = runs->keptBytes();
    });
    return seen;
}

TEST(PartialRuns, AreWholeRunsBitForBitForModelsOfManyKinds)
{
    const test::TempDir folder;
    test::runFixture("make_models.py", folder.path());
    std::istringstream list(test::readFile(folder.path() / "models.txt"));
    std::size_t partial = 0;
    for (std::string line; std::getline(list, line);) {
        std::istringstream in(line);
        std::string name;
        std::string shape;
        std::getline(in, name, '|');
        std::getline(in, shape, '|');
        const auto bytes = test::readFile(folder.path() / (name + ".in"));
        FloatBatch batch { parseShape(shape), std::vector<float>(bytes.size() / sizeof(float)) };
        std::memcpy(batch.values.data(), bytes.data(), bytes.size());
        partial += compareRuns(folder.path() / (name + ".pt"), batch, 1U << 30).partial;
        compareRuns(folder.path() / (name + ".pt"), batch, 0);
    }
    EXPECT_GT(partial, 20U);
}

TEST(PartialRuns, OfResnetsSkipWhatComesBefore)
{
    BW_NEED_SHARED_DATA();
    const auto data = openDataset((test::sharedData() / "cifar10/cifar10_calib2000.safetensors").string());
    const auto batch = firstSamples(*data, 5);
    for (const auto& [name, weights] : { std::pair { "resnet20", 20U }, std::pair { "resnet56", 56U } }) {
        const auto path = test::sharedData() / "cifar10-resnet" / (std::string(name) + "_traced.pt");
        const auto all = compareRuns(path, batch, 1U << 30);
        EXPECT_EQ(all.weights, weights);
        EXPECT_EQ(all.partial, weights - 1);
        std::printf("%s: %.2f MB a sample\n", name, static_cast<double>(all.keptBytes) / 5e6);
    }
    // The memory budget is for both slots.
    const auto path = test::sharedData() / "cifar10-resnet/resnet20_traced.pt";
    const auto inputBytes = batch.values.size() * sizeof(float);
    const auto all = compareRuns(path, batch, 1U << 30);
    const auto some = compareRuns(path, batch, all.keptBytes);
    EXPECT_LE(some.keptBytes, all.keptBytes / 2 + inputBytes);
    EXPECT_GT(some.partial, 5U);
    EXPECT_LE(compareRuns(path, batch, 0).keptBytes, inputBytes);
}

TEST(PartialRuns, OfTheBundledSample)
{
    const auto path = test::sourceDir() / "resources/samples/shapes.pt";
    const auto data = openDataset((test::sourceDir() / "resources/samples/shapes_test2000.safetensors").string());
    const auto seen = compareRuns(path, firstSamples(*data, 16), 1U << 30);
    EXPECT_GT(seen.partial, 1U);
    EXPECT_EQ(seen.partial, seen.weights - 1);
}

TEST(PartialRuns, ChangesOfSeveralWeightsStartAtTheFirst)
{
    BW_NEED_SHARED_DATA();
    const auto path = test::sharedData() / "cifar10-resnet/resnet20_traced.pt";
    const auto data = openDataset((test::sharedData() / "cifar10/cifar10_calib2000.safetensors").string());
    const auto batch = firstSamples(*data, 3);
    const auto model = openModel(path);
    InferenceEngine::instance().run([&](InferenceBackend& backend) {
        const auto session = backend.openSession(path, {});
        const auto runs = session->partialRuns(1, 1U << 30);
        // The start may have other weights than the file.
        session->setWeight("conv1.weight", rounded(model->layer(model->find("conv1.weight")).view));
        runs->start(0, batch);
        const std::vector<std::string> changed { "linear.weight", "layer2.0.conv2.weight", "layer3.1.conv1.weight" };
        for (const auto& name : changed) {
            session->setWeight(name, rounded(model->layer(model->find(name)).view));
        }
        EXPECT_EQ(runs->resume(0, changed).values, session->run(batch).values);
        EXPECT_THROW(runs->resume(0, { "layer9.weight" }), Error);
        std::stop_source stop;
        stop.request_stop();
        EXPECT_THROW(runs->resume(0, changed, JobContext(stop.get_token())), Canceled);
    });
}

} // namespace
} // namespace bw
