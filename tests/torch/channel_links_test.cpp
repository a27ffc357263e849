#include "core/evaluate/inference_engine.h"
#include "core/model/loader.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"
#include "tests/torch/fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <map>
#include <numeric>
#include <random>
#include <sstream>

namespace bw {
namespace {

using Order = std::vector<std::size_t>;

/// Index i of dimension `axis` becomes what was at order[i / block]·block + i % block.
TensorView reordered(const TensorView& view, int axis, const Order& order, std::int64_t block)
{
    const auto values = toFloats(view);
    const auto length = static_cast<std::size_t>(view.shape.at(static_cast<std::size_t>(axis)));
    std::size_t inner = 1;
    for (auto i = static_cast<std::size_t>(axis) + 1; i < view.shape.size(); ++i) {
        inner *= static_cast<std::size_t>(view.shape[i]);
    }
    const auto size = static_cast<std::size_t>(block);
    EXPECT_EQ(length, order.size() * size);
    std::vector<float> out(values.size());
    for (std::size_t at = 0; at < values.size(); ++at) {
        const std::size_t index = at / inner % length;
        const std::size_t from = order[index / size] * size + index % size;
        out[at] = values[at / inner / length * length * inner + from * inner + at % inner];
    }
    return makeTensor(view.shape, std::move(out));
}

Order shuffled(std::size_t count, std::mt19937& random)
{
    Order order(count);
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::shuffle(order.begin(), order.end(), random);
    if (count > 1 && std::is_sorted(order.begin(), order.end())) {
        std::swap(order.front(), order.back());
    }
    return order;
}

FloatBatch runOn(InferenceSession& session, const FloatBatch& batch)
{
    FloatBatch out;
    InferenceEngine::instance().run([&](InferenceBackend&) { out = session.run(batch); });
    return out;
}

/// Largest difference as a share of the largest output.
double difference(const FloatBatch& a, const FloatBatch& b)
{
    EXPECT_EQ(a.shape, b.shape);
    double largest = 1e-30;
    double apart = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(a.values[i])));
        apart = std::max(apart, std::abs(static_cast<double>(a.values[i]) - static_cast<double>(b.values[i])));
    }
    return apart / largest;
}

struct Reordering
{
    std::size_t checked = 0;
    std::size_t noticed = 0; ///< layers without which the outputs would have changed
};

/// Puts each layer that can be reordered in a random order, with all that follows; then the layer alone.
Reordering checkAll(const std::filesystem::path& path, const FloatBatch& batch)
{
    const auto model = openModel(path);
    std::unique_ptr<InferenceSession> session;
    InferenceEngine::instance().run([&](InferenceBackend& backend) { session = backend.openSession(path, {}); });
    const auto before = runOn(*session, batch);
    std::mt19937 random(5);
    Reordering result;
    for (const auto& layer : model->layers()) {
        const auto links = model->channelLinks(layer);
        if (!layer.isQuantizable() || !links.whyNot.empty()) {
            continue;
        }
        SCOPED_TRACE(path.filename().string() + " " + layer.name);
        const auto order
            = shuffled(static_cast<std::size_t>(layer.view.shape.at(static_cast<std::size_t>(layer.outAxis))), random);
        std::map<std::string, TensorView> changed;
        const auto change = [&](const std::string& name, int axis, std::int64_t block) {
            const auto& tensor = model->layer(model->find(name));
            const auto& view = changed.contains(name) ? changed[name] : tensor.view;
            changed[name] = reordered(view, axis, order, block);
        };
        change(layer.name, layer.outAxis, 1);
        const auto alone = changed[layer.name];
        for (const auto& name : links.sameOrder) {
            change(name, model->layer(model->find(name)).outAxis, 1);
        }
        for (const auto& follower : links.followers) {
            change(follower.tensor, follower.axis, follower.block);
        }
        for (const auto& [name, values] : changed) {
            session->setWeight(name, values);
        }
        EXPECT_LT(difference(before, runOn(*session, batch)), 1e-5);
        session->restoreWeights();
        session->setWeight(layer.name, alone);
        result.noticed += difference(before, runOn(*session, batch)) > 1e-4 ? 1 : 0;
        session->restoreWeights();
        ++result.checked;
    }
    EXPECT_LT(difference(before, runOn(*session, batch)), 1e-12);
    return result;
}

FloatBatch randomBatch(Shape shape)
{
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<float> values(elementCount(shape));
    std::generate(values.begin(), values.end(), [&] { return normal(random); });
    return { std::move(shape), std::move(values) };
}

std::vector<std::string> words(const std::string& text)
{
    std::istringstream in(text);
    return { std::istream_iterator<std::string>(in), {} };
}

/// make_channel_models.py says what can change places; those and 40 random networks compute the same afterwards.
TEST(ChannelLinks, OutputsStayTheSameWhenAllThatFollowsIsReordered)
{
    const test::TempDir folder;
    test::runFixture("make_channel_models.py", folder.path());
    std::istringstream list(test::readFile(folder.path() / "channels.txt"));
    Reordering all;
    for (std::string line; std::getline(list, line);) {
        std::istringstream in(line);
        std::string name;
        std::string shapeText;
        std::string yes;
        std::string no;
        std::getline(in, name, '|');
        std::getline(in, shapeText, '|');
        std::getline(in, yes, '|');
        std::getline(in, no, '|');
        SCOPED_TRACE(name);
        FloatBatch batch;
        std::replace(shapeText.begin(), shapeText.end(), 'x', ' ');
        for (const auto& size : words(shapeText)) {
            batch.shape.push_back(std::stoll(size));
        }
        const auto bytes = test::readFile(folder.path() / (name + ".in"));
        batch.values.resize(bytes.size() / sizeof(float));
        std::memcpy(batch.values.data(), bytes.data(), bytes.size());
        const auto path = folder.path() / (name + ".pt");
        const auto model = openModel(path);
        const auto whyNot = [&](const std::string& layer) {
            return model->channelLinks(model->layer(model->find(layer))).whyNot.english();
        };
        if (yes != "*") {
            for (const auto& layer : words(yes)) {
                EXPECT_EQ(whyNot(layer), "") << layer;
            }
            for (const auto& layer : words(no)) {
                EXPECT_NE(whyNot(layer), "") << layer;
            }
        }
        const auto one = checkAll(path, batch);
        all.checked += one.checked;
        all.noticed += one.noticed;
    }
    EXPECT_GE(all.checked, 70U);
    EXPECT_GE(all.noticed, all.checked * 9 / 10); // the check can fail
}

TEST(ChannelLinks, TheBundledModelComputesTheSame)
{
    const auto path = test::sourceDir() / "resources/samples/shapes.pt";
    const auto model = openModel(path);
    const auto links = [&](const char* name) { return model->channelLinks(model->layer(model->find(name))); };
    // Through the flattened picture: each channel is a block of inputs.
    const auto last = links("features.pointwise9.weight");
    const auto wide = std::find_if(last.followers.begin(), last.followers.end(),
        [](const auto& follower) { return follower.tensor == "classifier.fc1.weight"; });
    ASSERT_NE(wide, last.followers.end());
    EXPECT_EQ(wide->axis, 1);
    EXPECT_GT(wide->block, 1);
    EXPECT_NE(links("features.grouped8.weight").whyNot.english().find("4 groups"), std::string::npos);
    EXPECT_NE(links("classifier.fc2.weight").whyNot.english().find("output"), std::string::npos);
    EXPECT_EQ(links("features.pointwise4.weight").sameOrder,
        (std::vector<std::string> { "features.depthwise6.weight", "features.residual5.conv2.weight" }));
    const auto result = checkAll(path, randomBatch({ 2, 1, 32, 32 }));
    EXPECT_EQ(result.checked, 9U);
    EXPECT_EQ(result.noticed, 9U);
}

TEST(ChannelLinks, ResNet20ComputesTheSame)
{
    BW_NEED_SHARED_DATA();
    const auto path = test::sharedData() / "cifar10-resnet/resnet20_traced.pt";
    const auto model = openModel(path);
    const auto first = model->channelLinks(model->layer(model->find("layer1.0.conv1.weight")));
    EXPECT_EQ(followersText(first), "layer1.0.bn1.*, layer1.0.conv2.weight (axis 1)");
    EXPECT_TRUE(first.sameOrder.empty());
    // Sums tie the second convolutions to shortcuts that are padded with new channels.
    EXPECT_NE(model->channelLinks(model->layer(model->find("layer2.1.conv2.weight"))).whyNot.english().find("pad"),
        std::string::npos);
    const auto result = checkAll(path, randomBatch({ 2, 3, 32, 32 }));
    EXPECT_EQ(result.checked, 9U);
    EXPECT_EQ(result.noticed, 9U);
    const auto weights = openModel(test::sharedData() / "cifar10-resnet/resnet20.safetensors");
    EXPECT_NE(weights->channelLinks(weights->layers().front()).whyNot.english().find("not known"), std::string::npos);
}

} // namespace
} // namespace bw
