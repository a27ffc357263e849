#include "core/base/error.h"
#include "core/evaluate/evaluation.h"
#include "core/evaluate/inference_engine.h"
#include "core/formats/quant_format.h"
#include "core/model/loader.h"
#include "tests/support/paths.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bw {
namespace {

std::filesystem::path shared(const char* name)
{
    return test::sharedData() / name;
}

TEST(RealModels, ATracedResnetHasTheTensorsOfItsCheckpoint)
{
    BW_NEED_SHARED_DATA();
    const auto traced = openModel(shared("cifar10-resnet/resnet20_traced.pt"));
    const auto reference = openModel(shared("cifar10-resnet/resnet20.safetensors"));
    EXPECT_TRUE(traced->hasGraph());
    EXPECT_EQ(traced->format(), "torchscript");
    EXPECT_TRUE(traced->warnings().empty());
    ASSERT_EQ(traced->layers().size(), reference->layers().size());
    for (const auto& layer : traced->layers()) {
        const auto id = reference->find(layer.name);
        ASSERT_TRUE(id.isValid()) << layer.name;
        const auto& other = reference->layer(id);
        EXPECT_EQ(layer.view.dtype, other.view.dtype);
        EXPECT_EQ(layer.view.shape, other.view.shape);
        EXPECT_EQ(toFloats(layer.view), toFloats(other.view));
        EXPECT_TRUE(layer.tiedNames.empty());
        EXPECT_EQ(layer.outAxis, 0);
        const bool isConvolution = layer.view.shape.size() == 4;
        EXPECT_EQ(layer.kind == LayerKind::Conv2d, isConvolution) << layer.name;
        EXPECT_EQ(layer.isQuantizable(), isConvolution || layer.name == "linear.weight");
    }
    EXPECT_EQ(traced->layer(traced->find("linear.weight")).uses, std::vector<std::string> { "aten::linear" });
    EXPECT_EQ(traced->layer(traced->find("linear.bias")).kind, LayerKind::Bias);
    EXPECT_EQ(traced->layer(traced->find("bn1.weight")).kind, LayerKind::Norm);
    EXPECT_EQ(traced->layer(traced->find("bn1.running_var")).kind, LayerKind::Statistic);
}

TEST(RealModels, AScriptedModelWithLoopsAndExceptionsOpens)
{
    BW_NEED_SHARED_DATA();
    const auto model = openModel(shared("silero-vad/silero_vad.jit"));
    EXPECT_FALSE(model->hasGraph()); // forward(x, sr)
    ASSERT_EQ(model->warnings().size(), 1U);
    EXPECT_EQ(model->layer(model->find("_model.encoder.0.reparam_conv.weight")).kind, LayerKind::Conv1d);
    const auto& lstm = model->layer(model->find("_model_8k.decoder.rnn.weight_hh"));
    EXPECT_EQ(lstm.kind, LayerKind::Matrix);
    EXPECT_EQ(lstm.uses, std::vector<std::string> { "aten::lstm_cell" });
    EXPECT_EQ(model->layer(model->find("_model.decoder.rnn.bias_ih")).kind, LayerKind::Bias);
}

EvalResult evaluateShared(const char* modelName, const char* format)
{
    const auto model = openModel(shared(modelName));
    const auto data = openDataset(shared("cifar10/cifar10_test2000.safetensors").string());
    if (format == nullptr) {
        return evaluate(*model, nullptr, *data, {}, {});
    }
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    const auto quantized = quantizeModel(model, resolve(recipe, *model), nullptr, {});
    return evaluate(*model, quantized.get(), *data, {}, {});
}

struct FloatCase
{
    const char* model;
    double top1;
    double crossEntropy;
};

TEST(RealModels, FloatAccuracyIsTheKnownOne)
{
    BW_NEED_SHARED_DATA();
    for (const FloatCase& known : { FloatCase { "cifar10-resnet/resnet20_traced.pt", 0.8180, 0.8548 },
             { "cifar10-resnet/resnet56_traced.pt", 0.8460, 0.9052 } }) {
        const auto result = evaluateShared(known.model, nullptr);
        ASSERT_EQ(result.runs.size(), 1U);
        EXPECT_TRUE(result.comparisons.empty());
        EXPECT_DOUBLE_EQ(result.runs[0].find("top1")->value, known.top1);
        EXPECT_EQ(result.runs[0].find("top1")->n, 2000U);
        EXPECT_NEAR(result.runs[0].find("cross_entropy")->value, known.crossEntropy, 5e-5);
        EXPECT_EQ(result.runs[0].classes.size(), 10U);
        EXPECT_EQ(result.runs[0].classes[3].name, "cat");
        EXPECT_EQ(result.runs[0].classes[3].count, 200U);
        std::printf("%s %.2f %% ce %.4f %.2f s\n", known.model, 100 * result.runs[0].find("top1")->value,
            result.runs[0].find("cross_entropy")->value, result.runs[0].seconds);
    }
}

struct QuantizedCase
{
    const char* format;
    double top1;
};

// Figures of an independent NumPy implementation; every weight of two or more dimensions is quantized.
TEST(RealModels, QuantizedAccuracyIsTheIndependentOne)
{
    BW_NEED_SHARED_DATA();
    for (const QuantizedCase& known :
        { QuantizedCase { "int8/c:f32", 0.8175 }, { "int4/c:f32", 0.7805 }, { "int3/c:f32", 0.6410 } }) {
        const auto result = evaluateShared("cifar10-resnet/resnet20_traced.pt", known.format);
        ASSERT_EQ(result.runs.size(), 2U);
        EXPECT_NEAR(result.runs[1].find("top1")->value, known.top1, 0.006) << known.format;
        EXPECT_GT(result.runs[1].find("kl_mean")->value, 0);
        EXPECT_GE(result.runs[1].find("kl_p99")->value, result.runs[1].find("kl_mean")->value);
        ASSERT_EQ(result.comparisons.size(), 1U);
        std::printf("%s %.2f %% kl %.4f agreement %.4f sqnr %.2f dB p %.2g\n", known.format,
            100 * result.runs[1].find("top1")->value, result.runs[1].find("kl_mean")->value,
            result.runs[1].find("agreement")->value, result.runs[1].find("sqnr_db")->value, result.comparisons[0].p);
    }
}

} // namespace
} // namespace bw
