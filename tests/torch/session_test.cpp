#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/evaluate/inference_engine.h"
#include "core/model/loader.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"
#include "tests/torch/fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

namespace bw {
namespace {

struct Case
{
    std::string name;
    std::string inputShape;
    std::string outputShape;
};

Shape parseShape(const std::string& text)
{
    Shape shape;
    std::istringstream in(text);
    for (std::string size; std::getline(in, size, 'x');) {
        shape.push_back(std::stoll(size));
    }
    return shape;
}

float swapped(float w)
{
    return std::nearbyint(w * 4) / 4;
}

/// make_models.py run once. LibTorch runs on one thread here, as PyTorch does there, so that results are the same bits.
class Sessions : public testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        s_folder = std::make_unique<test::TempDir>();
        test::runFixture("make_models.py", s_folder->path());
        std::istringstream list(test::readFile(file("models.txt")));
        for (std::string line; std::getline(list, line);) {
            std::istringstream in(line);
            Case c;
            std::getline(in, c.name, '|');
            std::getline(in, c.inputShape, '|');
            std::getline(in, c.outputShape, '|');
            s_cases.push_back(c);
        }
    }
    static void TearDownTestSuite() { s_folder.reset(); }

    static std::filesystem::path file(const std::string& name) { return s_folder->path() / name; }

    static std::vector<float> floats(const std::string& name)
    {
        const auto bytes = test::readFile(file(name));
        std::vector<float> out(bytes.size() / sizeof(float));
        std::memcpy(out.data(), bytes.data(), bytes.size());
        return out;
    }

    static FloatBatch input(const Case& c) { return { parseShape(c.inputShape), floats(c.name + ".in") }; }

    static void onEngine(const InferenceEngine::Work& work) { InferenceEngine::instance().run(work); }

    static std::unique_ptr<InferenceSession> openSession(const std::string& name)
    {
        std::unique_ptr<InferenceSession> session;
        onEngine([&](InferenceBackend& backend) { session = backend.openSession(file(name), {}); });
        return session;
    }

    static FloatBatch run(InferenceSession& session, const FloatBatch& batch)
    {
        FloatBatch out;
        onEngine([&](InferenceBackend&) { out = session.run(batch); });
        return out;
    }

    /// New values for the parameters that make_models.py swaps too: what PyTorch calls parameters are kinds other than
    /// these.
    static std::vector<std::pair<std::string, TensorView>> replacements(const Model& model)
    {
        std::vector<std::pair<std::string, TensorView>> out;
        for (const auto& layer : model.layers()) {
            const bool isBuffer = layer.kind == LayerKind::Statistic || layer.name == "seen" || layer.name == "state"
                || layer.name.starts_with("CONSTANTS");
            if (isBuffer || !info(layer.view.dtype).isFloat) {
                continue;
            }
            auto values = toFloats(layer.view);
            std::transform(values.begin(), values.end(), values.begin(), swapped);
            out.emplace_back(layer.name, makeTensor(layer.view.shape, values));
        }
        return out;
    }

    static inline std::unique_ptr<test::TempDir> s_folder;
    static inline std::vector<Case> s_cases;
};

TEST_F(Sessions, ComputeWhatPytorchComputesBitForBit)
{
    ASSERT_GE(s_cases.size(), 20U);
    for (const auto& c : s_cases) {
        const auto session = openSession(c.name + ".pt");
        const auto out = run(*session, input(c));
        EXPECT_EQ(out.shape, parseShape(c.outputShape)) << c.name;
        EXPECT_EQ(out.values, floats(c.name + ".out")) << c.name;
        // Runs do not influence one another: not by counters, states, random numbers or writing into the input.
        EXPECT_EQ(run(*session, input(c)).values, out.values) << c.name;
    }
}

TEST_F(Sessions, SwappedWeightsTakeEffectAndCanBeRestored)
{
    for (const auto& c : s_cases) {
        const auto model = openModel(file(c.name + ".pt"));
        const auto session = openSession(c.name + ".pt");
        const auto original = run(*session, input(c)).values;
        for (const auto& [name, values] : replacements(*model)) {
            session->setWeight(name, values);
        }
        const auto out = run(*session, input(c)).values;
        EXPECT_EQ(out, floats(c.name + ".swapped")) << c.name;
        EXPECT_NE(out, original) << c.name;
        session->restoreWeights();
        EXPECT_EQ(run(*session, input(c)).values, original) << c.name;
    }
}

TEST_F(Sessions, SavedModelsHoldTheNewWeightsForPytorchAndForBitwright)
{
    for (const auto& c : s_cases) {
        const auto model = openModel(file(c.name + ".pt"));
        const auto weights = replacements(*model);
        const auto session = openSession(c.name + ".pt");
        onEngine([&](InferenceBackend&) {
            session->save(file(c.name + ".saved.pt"), { weights, {}, {} });
            session->save(file("once_more.pt"), { weights, {}, {} });
        });
        EXPECT_EQ(test::readFile(file(c.name + ".saved.pt")), test::readFile(file("once_more.pt"))) << c.name;

        const auto saved = openModel(file(c.name + ".saved.pt"));
        ASSERT_EQ(saved->layers().size(), model->layers().size()) << c.name;
        for (const auto& layer : model->layers()) {
            const auto& written = saved->layer(layer.id);
            EXPECT_EQ(written.name, layer.name);
            EXPECT_EQ(written.view.dtype, layer.view.dtype);
            EXPECT_EQ(written.tiedNames, layer.tiedNames);
            const auto replaced
                = std::find_if(weights.begin(), weights.end(), [&](const auto& w) { return w.first == layer.name; });
            EXPECT_EQ(toFloats(written.view), toFloats(replaced == weights.end() ? layer.view : replaced->second))
                << c.name << " " << layer.name;
        }
    }
    test::runFixture("make_models.py", s_folder->path(), "again");
    for (const auto& c : s_cases) {
        EXPECT_EQ(floats(c.name + ".again"), floats(c.name + ".swapped")) << c.name;
    }
}

TEST_F(Sessions, SavingKeepsTrainingModeAndExtraFiles)
{
    onEngine([&](InferenceBackend& backend) {
        backend.openSession(file("cnn_train_mode.pt"), {})->save(file("train_saved.pt"), {});
        backend.openSession(file("cnn_scripted.pt"), {})->save(file("extra_saved.pt"), {});
    });
    const auto printed = test::runPython(
        "import sys, torch\n"
        "extra = {'notes.txt': ''}\n"
        "print(torch.jit.load(sys.argv[1]).training, torch.jit.load(sys.argv[2], _extra_files=extra).training, extra)",
        { file("train_saved.pt").string(), file("extra_saved.pt").string() });
    EXPECT_EQ(printed, "True False {'notes.txt': b'kept'}\n");
}

TEST_F(Sessions, ModelsThatCannotRunCanBeSavedWithNewWeights)
{
    onEngine([&](InferenceBackend& backend) {
        backend.openSession(file("no_forward.pt"), {})
            ->save(file("no_forward_saved.pt"), { { { "a.bias", makeTensor({ 2 }, { 3, 4 }) } }, {}, {} });
    });
    const auto model = openModel(file("no_forward_saved.pt"));
    EXPECT_EQ(toFloats(model->layer(model->find("a.bias")).view), (std::vector<float> { 3, 4 }));
}

TEST_F(Sessions, AFullDiskIsAnErrorOfWriting)
{
    try {
        onEngine([&](InferenceBackend& backend) {
            backend.openSession(file("cnn_scripted.pt"), {})->save("/dev/full", {});
        });
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Io) << error.what();
        EXPECT_NE(std::string(error.what()).find("No space left"), std::string::npos);
    }
}

TEST_F(Sessions, TiesAreOneWeightUnderItsFirstName)
{
    const auto model = openModel(file("tied.pt"));
    ASSERT_EQ(model->layers().size(), 1U);
    const auto& layer = model->layers()[0];
    EXPECT_EQ(layer.tiedNames, std::vector<std::string> { "head.weight" });
    EXPECT_EQ(layer.kind, LayerKind::Embedding);
    EXPECT_EQ(layer.uses, (std::vector<std::string> { "aten::embedding", "aten::linear" }));
    const auto session = openSession("tied.pt");
    EXPECT_EQ(session->swappableWeights(), std::vector<std::string> { "embed.weight" });
    session->setWeight("head.weight", makeTensor({ 10, 6 }, std::vector<float>(60, 0))); // by another of its names
    const auto out = run(*session, { { 3, 4 }, std::vector<float>(12, 1) });
    EXPECT_EQ(out.values, std::vector<float>(30, 0));
}

struct KindCase
{
    const char* model;
    const char* layer;
    LayerKind kind;
    int outAxis;
    const char* use;
};

TEST_F(Sessions, KindsComeFromUse)
{
    const KindCase cases[] {
        { "products_scripted.pt", "right", LayerKind::Linear, 1, "aten::matmul" },
        { "products_traced.pt", "right", LayerKind::Linear, 1, "aten::matmul" },
        { "products_scripted.pt", "right_t", LayerKind::Linear, 0, "aten::mm" },
        { "products_scripted.pt", "added", LayerKind::Linear, 1, "aten::addmm" },
        { "products_scripted.pt", "added_t", LayerKind::Linear, 0, "aten::mm" },
        { "products_traced.pt", "added_t", LayerKind::Linear, 0, "aten::mm" },
        { "products_scripted.pt", "offset", LayerKind::Bias, 0, "aten::addmm" },
        { "products_scripted.pt", "left", LayerKind::Linear, 0, "aten::mm" },
        { "convolutions_scripted.pt", "c1.weight", LayerKind::Conv1d, 0, "aten::conv1d" },
        { "convolutions_traced.pt", "c1.weight", LayerKind::Conv1d, 0, "aten::_convolution" },
        { "convolutions_scripted.pt", "t1.weight", LayerKind::ConvTransposed, 1, "aten::conv_transpose1d" },
        { "convolutions_traced.pt", "t1.weight", LayerKind::ConvTransposed, 1, "aten::_convolution" },
        { "convolutions_scripted.pt", "t2.weight", LayerKind::ConvTransposed, 1, "aten::conv_transpose2d" },
        { "convolutions_traced.pt", "t2.weight", LayerKind::ConvTransposed, 1, "aten::_convolution" },
        { "convolutions_scripted.pt", "c3.weight", LayerKind::Conv3d, 0, "aten::conv3d" },
        { "convolutions_scripted.pt", "t2.bias", LayerKind::Bias, 0, "aten::conv_transpose2d" },
        { "constant.pt", "CONSTANTS.c0", LayerKind::Linear, 1, "aten::matmul" },
        { "recurrent.pt", "lstm.weight_hh_l1", LayerKind::Matrix, 0, "aten::lstm" },
        { "recurrent.pt", "lstm.bias_ih_l0", LayerKind::Bias, 0, "aten::lstm" },
        { "recurrent.pt", "gru.weight_ih", LayerKind::Matrix, 0, "aten::gru_cell" },
        { "attention.pt", "layer.self_attn.in_proj_weight", LayerKind::Linear, 0, "aten::linear" },
        { "attention.pt", "layer.norm1.weight", LayerKind::Norm, 0, "aten::layer_norm" },
        { "cnn_scripted.pt", "b1.running_mean", LayerKind::Statistic, 0, "aten::batch_norm" },
        { "cnn_scripted.pt", "b1.weight", LayerKind::Norm, 0, "aten::batch_norm" },
        { "cnn_scripted.pt", "b1.bias", LayerKind::Bias, 0, "aten::batch_norm" },
        { "cnn_train_mode.pt", "c1.weight", LayerKind::Conv2d, 0, "aten::conv2d" },
        { "odd.pt", "crossed", LayerKind::Linear, 0, "aten::matmul" },
    };
    for (const auto& expected : cases) {
        const auto model = openModel(file(expected.model));
        const auto id = model->find(expected.layer);
        ASSERT_TRUE(id.isValid()) << expected.model << " " << expected.layer;
        const auto& layer = model->layer(id);
        EXPECT_EQ(layerKindName(layer.kind), std::string(layerKindName(expected.kind)))
            << expected.model << " " << expected.layer;
        EXPECT_EQ(layer.outAxis, expected.outAxis) << expected.model << " " << expected.layer;
        EXPECT_NE(std::find(layer.uses.begin(), layer.uses.end(), expected.use), layer.uses.end())
            << expected.model << " " << expected.layer << testing::PrintToString(layer.uses);
    }
    EXPECT_EQ(openModel(file("convolutions_traced.pt"))->metadata().at("groups:t2.weight"), "2");
    EXPECT_EQ(openModel(file("convolutions_scripted.pt"))->metadata().at("groups:t2.weight"), "2");
}

TEST_F(Sessions, TensorsOfAllSortsAreListed)
{
    const auto model = openModel(file("odd.pt"));
    std::vector<std::string> names;
    for (const auto& layer : model->layers()) {
        names.push_back(layer.name);
    }
    EXPECT_EQ(names,
        (std::vector<std::string> { "straight", "crossed", "expanded", "nothing", "ids", "mixed.0", "table.a",
            "table.b", "items.0", "items.1" }));
    const auto straight = toFloats(model->layers()[0].view);
    const auto crossed = toFloats(model->layers()[1].view);
    EXPECT_EQ(model->layers()[1].view.shape, (Shape { 4, 5 }));
    EXPECT_EQ(crossed[1], straight[4]); // row-major copies, although the file keeps a transposed view
    EXPECT_EQ(toFloats(model->layers()[2].view), std::vector<float>(20, 1));
    EXPECT_EQ(model->layers()[4].view.dtype, DType::I64);
    EXPECT_FALSE(model->layers()[3].isQuantizable());
    EXPECT_EQ(openModel(file("assigned.pt"))->layer(LayerId(0)).kind, LayerKind::Other); // a state is no weight
}

TEST_F(Sessions, WrongSwapsAreErrors)
{
    const auto session = openSession("defaults.pt");
    for (const auto& [name, shape] : std::vector<std::pair<std::string, Shape>> {
             { "layers.9.weight", { 4, 4 } }, { "layers.0.weight", { 4, 5 } }, { "layers.0.weight", { 16 } } }) {
        try {
            session->setWeight(name, makeTensor(shape, std::vector<float>(elementCount(shape))));
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            EXPECT_NE(std::string(error.what()).find(name), std::string::npos);
        }
    }
}

void expectError(const std::function<void()>& work, ErrorKind kind, const std::string& words)
{
    try {
        work();
        FAIL() << words;
    } catch (const Error& error) {
        EXPECT_EQ(errorKindName(error.kind()), std::string(errorKindName(kind))) << error.what();
        EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
}

TEST_F(Sessions, ModelsThatCannotBeEvaluatedSayWhy)
{
    expectError(
        [&] {
            run(*openSession("two_inputs.pt"), { { 1, 2 }, { 1, 2 } });
        },
        ErrorKind::Unsupported, "forward takes (x: Tensor, y: Tensor)");
    expectError(
        [&] {
            run(*openSession("text.pt"), { { 1, 2 }, { 1, 2 } });
        },
        ErrorKind::Unsupported, "forward takes (x: str)");
    expectError(
        [&] {
            run(*openSession("no_forward.pt"), { { 1, 2 }, { 1, 2 } });
        },
        ErrorKind::Unsupported, "no method forward");
    expectError([&] { run(*openSession("pair.pt"), { { 1, 2 }, { 1, 2 } }); }, ErrorKind::Backend, "not one tensor");
    expectError(
        [&] {
            run(*openSession("failing.pt"), { { 1, 2 }, { 1, 2 } });
        },
        ErrorKind::Backend, "ValueError: not today");
    expectError(
        [&] {
            run(*openSession("defaults.pt"), { { 1, 5 }, std::vector<float>(5) });
        },
        ErrorKind::Backend, "mat1 and mat2 shapes cannot be multiplied (1x5 and 4x4)");
}

} // namespace
} // namespace bw
