#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/loader.h"
#include "core/model/safetensors_header.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace bw {
namespace {

using test::safetensorsBytes;
using test::tensorJson;

/// Two float32 tensors and a scalar counter, as exporters write them.
std::string smallFile()
{
    const std::string header = "{\"__metadata__\":{\"format\":\"pt\"}," + tensorJson("fc.weight", "F32", "2,3", 0, 24)
        + "," + tensorJson("fc.bias", "F32", "2", 24, 32) + ","
        + tensorJson("bn.num_batches_tracked", "I64", "", 32, 40) + "}  ";
    const std::vector<float> values { 1, 2, 3, 4, 5, 6, -1, -2 };
    return safetensorsBytes(header, test::floatBytes(values) + test::littleEndian(7, 8));
}

TEST(SafetensorsLoader, OpensTensorsWithoutCopies)
{
    const test::TempDir dir;
    test::writeFile(dir / "m.safetensors", smallFile());
    const auto model = openModel(dir / "m.safetensors");
    ASSERT_EQ(model->layers().size(), 3U);
    EXPECT_EQ(model->format(), "safetensors");
    EXPECT_EQ(model->metadata().at("format"), "pt");
    EXPECT_EQ(model->parameterCount(), 9U);
    EXPECT_EQ(model->fileBytes(), smallFile().size());
    EXPECT_FALSE(model->hasGraph());
    const auto& weight = model->layer(model->find("fc.weight"));
    EXPECT_EQ(weight.view.shape, (Shape { 2, 3 }));
    EXPECT_EQ(toFloats(weight.view), (std::vector<float> { 1, 2, 3, 4, 5, 6 }));
    EXPECT_EQ(weight.kind, LayerKind::Linear);
    EXPECT_EQ(model->layer(model->find("fc.bias")).kind, LayerKind::Bias);
    EXPECT_EQ(toFloats(model->layer(model->find("bn.num_batches_tracked")).view), std::vector<float> { 7 });
    EXPECT_FALSE(model->find("fc").isValid());
    EXPECT_EQ(model->quantizableLayers(), std::vector<LayerId> { weight.id });
    EXPECT_EQ(sourceSha256(*model, {}), sha256OfFile(dir / "m.safetensors", {}));
}

TEST(SafetensorsLoader, ValuesOutliveTheModelAndTheFileName)
{
    const test::TempDir dir;
    test::writeFile(dir / "m.safetensors", smallFile());
    const TensorView view = openModel(dir / "m.safetensors")->layers()[0].view;
    std::filesystem::remove(dir / "m.safetensors");
    EXPECT_EQ(toFloats(view)[5], 6);
}

TEST(SafetensorsLoader, RealModels)
{
    BW_NEED_SHARED_DATA();
    const auto resnet = openModel(test::sharedData() / "cifar10-resnet/resnet20.safetensors");
    EXPECT_EQ(resnet->quantizableLayers().size(), 20U);
    for (const LayerId id : resnet->quantizableLayers()) {
        const auto& layer = resnet->layer(id);
        EXPECT_EQ(layer.kind, layer.view.shape.size() == 4 ? LayerKind::Conv2d : LayerKind::Linear) << layer.name;
    }
    EXPECT_EQ(resnet->layer(resnet->find("linear.weight")).role, "head");
    EXPECT_EQ(openModel(test::sharedData() / "silero-vad/silero_vad_16k.safetensors")->quantizableLayers().size(), 8U);
    EXPECT_EQ(openModel(test::sharedData() / "model2vec/model.safetensors")->quantizableLayers().size(), 1U);
}

TEST(SafetensorsHeader, WhatIsBuiltIsRead)
{
    std::vector<SafetensorsEntry> entries { { "a \"q\"\n", DType::F32, { 2, 3 } }, { "leer", DType::F16, { 0, 4 } },
        { "权重", DType::U8, {} } };
    const std::string bytes = buildSafetensorsHeader(entries, { { "recipe", "{\"x\":1}" } });
    EXPECT_EQ(bytes.size() % 8, 0U);
    const std::uint64_t fileBytes = bytes.size() + 25;
    EXPECT_EQ(safetensorsHeaderLength(std::as_bytes(std::span(bytes)), fileBytes), bytes.size() - 8);
    const auto header = parseSafetensorsHeader(std::string_view(bytes).substr(8), 25);
    ASSERT_EQ(header.entries.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(header.entries[i].name, entries[i].name);
        EXPECT_EQ(header.entries[i].dtype, entries[i].dtype);
        EXPECT_EQ(header.entries[i].shape, entries[i].shape);
        EXPECT_EQ(header.entries[i].begin, entries[i].begin);
        EXPECT_EQ(header.entries[i].end, entries[i].end);
    }
    EXPECT_EQ(header.metadata.at("recipe"), "{\"x\":1}");
}

TEST(SafetensorsHeader, RefusesToBuildWhatNobodyCouldRead)
{
    std::vector<SafetensorsEntry> twice { { "a", DType::F32, { 1 } }, { "a", DType::F32, { 1 } } };
    EXPECT_THROW(buildSafetensorsHeader(twice, {}), Error);
    std::vector<SafetensorsEntry> notText { { "a\xff", DType::F32, { 1 } } };
    EXPECT_THROW(buildSafetensorsHeader(notText, {}), Error);
}

} // namespace
} // namespace bw
