#include "core/sensitivity/candidate_points.h"

#include "core/base/parallel.h"
#include "core/engine/result_cache.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bw {

namespace {
SensitivityRequest requestFor(ModelPtr model, std::initializer_list<const char*> formats)
{
    SensitivityRequest request;
    request.layers = model->quantizableLayers();
    request.model = std::move(model);
    for (const char* text : formats) {
        request.formats.push_back(parseFormat(text));
    }
    return request;
}
} // namespace

TEST(WeightErrorSensitivity, GivesEachLayerAndFormatItsSquaredErrorAndBits)
{
    const test::TempDir folder;
    const auto model = test::smallModel(folder.path() / "small.safetensors");
    const auto request = requestFor(model, { "int4/c", "int8/c", "f16" });
    const auto table = sensitivities().find("weight-error")->measure(request, nullptr, {});
    ASSERT_EQ(table.layers.size(), request.layers.size());
    EXPECT_EQ(table.modelSha256, sourceSha256(*model, {}));
    EXPECT_TRUE(table.dataHash.empty());
    for (std::size_t l = 0; l < table.layers.size(); ++l) {
        const LayerInfo& layer = model->layer(request.layers[l]);
        const auto& damage = table.layers[l];
        EXPECT_EQ(damage.layer, layer.name);
        ASSERT_EQ(damage.points.size(), 3u);
        double squares = 0;
        for (const float value : toFloats(layer.view)) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        EXPECT_NEAR(damage.rms, std::sqrt(squares / static_cast<double>(layer.count())), 1e-9);
        const auto quantized = quantizeLayer(layer, { request.formats[0], "rtn", {} }, {});
        EXPECT_EQ(damage.points[0].bits, quantized->tensor.bits());
        EXPECT_EQ(damage.points[0].damage, quantized->error.squaredError);
        EXPECT_GT(damage.points[0].damage, damage.points[1].damage);
        EXPECT_LT(damage.points[0].bits, damage.points[1].bits);
    }
}

TEST(WeightErrorSensitivity, IsTheSameForAnyThreadCountAndWithACache)
{
    const test::TempDir folder;
    const auto model = test::smallModel(folder.path() / "small.safetensors");
    const auto request = requestFor(model, { "int3/c", "kmeans3/c", "nf4/b64" });
    const auto* kind = sensitivities().find("weight-error");
    setThreadCount(1);
    const auto one = kind->measure(request, nullptr, {});
    setThreadCount(0);
    ResultCache cache(std::uint64_t { 1 } << 20);
    EXPECT_EQ(kind->measure(request, &cache, {}), one);
    EXPECT_EQ(kind->measure(request, &cache, {}), one);
}

TEST(WeightErrorSensitivity, AFormatThatCannotServeALayerSaysWhyAndAStandInCounts)
{
    const test::TempDir folder;
    const auto model = test::smallModel(folder.path() / "small.safetensors");
    const auto table = sensitivities().find("weight-error")->measure(requestFor(model, { "q4_k" }), nullptr, {});
    for (const auto& layer : table.layers) {
        ASSERT_EQ(layer.points.size(), 1u);
        EXPECT_TRUE(layer.points[0].isUsable()) << layer.layer;
        EXPECT_GT(layer.points[0].bits, 0u);
    }
}

TEST(Sensitivities, SayWhatIsMissing)
{
    SensitivityRequest request;
    const test::TempDir folder;
    request.model = test::smallModel(folder.path() / "small.safetensors");
    EXPECT_THROW(sensitivities().find("weight-error")->measure(request, nullptr, {}), Error);
    request.layers = request.model->quantizableLayers();
    for (const auto* kind : sensitivities().entries()) {
        EXPECT_THROW(kind->measure(request, nullptr, {}), Error) << kind->id;
    }
}

} // namespace bw
