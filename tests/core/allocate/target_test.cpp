// What an allocation chooses for a kind of file can be written to it.

#include "core/allocate/allocator.h"
#include "core/allocate/build_menu.h"
#include "core/allocate/candidates.h"
#include "core/export/exporter.h"
#include "core/export/format_obstacles.h"
#include "core/export/probed_layers.h"
#include "core/model/loader.h"
#include "core/sensitivity/sensitivity.h"
#include "tests/support/model_builders.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw {

namespace {
/// Of every kind there is: integers of several widths, codebooks, blocks of llama.cpp, vectors, entropy-coded ones.
std::vector<QuantFormat> mixedFormats()
{
    std::vector<QuantFormat> formats;
    for (const char* text : { "int2/c", "int3/c", "int4/c", "int4/b32", "uint4/b64", "uint4/t", "int8/c", "int16/c",
             "lloyd3/c", "pow4/c", "q4_0", "q6_k", "vq2x8/c", "int4/c/rans", "f16" }) {
        formats.push_back(parseFormat(text));
    }
    return formats;
}

DamageTable tableOf(const ModelPtr& model, const std::vector<QuantFormat>& formats)
{
    SensitivityRequest request;
    request.layers = model->quantizableLayers();
    request.model = model;
    request.formats = formats;
    return sensitivities().find("weight-error")->measure(request, nullptr, {});
}

std::shared_ptr<const QuantizedModel> quantizedAs(const ModelPtr& model, const Allocation& allocation)
{
    return quantizeModel(model, resolve(withAllocation(defaultRecipe(), allocation), *model), nullptr, {});
}

bool canBeMade(const Model& model, const Exporter& exporter)
{
    try {
        formatObstacles(model, model.quantizableLayers(), parseFormat("f16"), exporter, {});
        return true;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
        return false;
    }
}

/// Allocations for all sizes there are, written.
void writeAllocations(const ModelPtr& model, const DamageTable& table, const Exporter& exporter)
{
    const test::TempDir folder;
    auto menu = buildMenu(table, *model, {}, exporter.id, {});
    const auto problem = std::make_shared<const AllocationProblem>(std::move(menu), CostKind::FileBytes);
    for (const std::uint64_t eighths : { 0U, 1U, 4U, 8U }) {
        AllocationRequest request;
        request.problem = problem;
        request.budget = problem->leastCost() + (problem->mostCost() - problem->leastCost()) * eighths / 8;
        const auto quantized = quantizedAs(model, allocate(defaultAllocator(), request, {}));
        ASSERT_TRUE(exporter.canExport(*quantized, {}).empty())
            << exporter.canExport(*quantized, {}).front().message.english();
        const auto receipt = exportModel(*quantized, folder / "out", exporter, {}, {});
        EXPECT_EQ(receipt.bytes, exporter.sizes->fileBytes(*quantized, {}, {}));
        const double menuBytes = static_cast<double>(request.budget);
        EXPECT_LT(static_cast<double>(receipt.bytes), 1.15 * menuBytes + 8192) << eighths; // layerBytes() is near
    }
}

class AllocationTargets : public testing::TestWithParam<const char*>
{
};
} // namespace

TEST_P(AllocationTargets, WhatIsChosenCanBeWritten)
{
    BW_NEED_SHARED_DATA();
    const auto model = openModel(test::sharedData() / GetParam());
    const auto table = tableOf(model, mixedFormats());
    int written = 0;
    for (const auto* exporter : exporters().entries()) {
        SCOPED_TRACE(exporter->id);
        if (exporter->sizes == nullptr) {
            EXPECT_THROW(buildMenu(table, *model, {}, exporter->id, {}), Error);
        } else if (!canBeMade(*model, *exporter)) {
            try {
                buildMenu(table, *model, {}, exporter->id, {});
                ADD_FAILURE();
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
            }
        } else {
            writeAllocations(model, table, *exporter);
            ++written;
        }
    }
    EXPECT_GE(written, 4) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(All, AllocationTargets,
    testing::Values(
        "stories260k/stories260K.gguf", "cifar10-resnet/resnet20.onnx", "cifar10-resnet/resnet20.safetensors"));

TEST(AllocationTarget, SaysWhatWasLeftOut)
{
    const test::TempDir folder;
    const auto model = test::smallModel(folder / "in.safetensors");
    const auto table = tableOf(model, mixedFormats());
    const auto all = model->quantizableLayers().size();
    const auto menu = buildMenu(table, *model, {}, "npz", {});
    ASSERT_EQ(menu.notes.size(), 1U);
    const auto note = menu.notes.front().english();
    EXPECT_NE(note.find("vq2x8/c (" + toText(all) + "/" + toText(all) + ")"), std::string::npos) << note;
    EXPECT_EQ(note.find("int4/c ("), std::string::npos) << note;
    EXPECT_TRUE(buildMenu(table, *model, {}, "safetensors", {}).notes.empty());

    // A layer that file cannot pack in any way stays as it is: compressed-tensors holds no convolutions.
    const auto packed = buildMenu(
        tableOf(model, { parseFormat("int4/c"), parseFormat("int8/c") }), *model, {}, "compressed-tensors", {});
    std::size_t kept = 0;
    for (const auto& layer : packed.layers) {
        kept += layer.isExcluded ? 1 : 0;
        EXPECT_EQ(layer.isExcluded, !layer.note.empty()) << layer.name;
    }
    EXPECT_GT(kept, 0U);
    EXPECT_LT(kept, all);
}

TEST(AllocationTarget, RefusesLocksAndListsThatTheFileCannotHold)
{
    const test::TempDir folder;
    const auto model = test::smallModel(folder / "in.safetensors");
    const auto sentenceOf = [&](const std::vector<QuantFormat>& formats, const AllocationLimits& limits) {
        try {
            buildMenu(tableOf(model, formats), *model, limits, "npz", {});
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            return error.fullEnglish();
        }
        return std::string();
    };
    EXPECT_NE(sentenceOf({ parseFormat("vq2x8/c"), parseFormat("int4/c/rans") }, {}).find("none of the formats"),
        std::string::npos);
    AllocationLimits limits;
    const auto name = model->layer(model->quantizableLayers().front()).name;
    limits.locks.push_back({ name, parseFormat("int4/c/rans") });
    EXPECT_NE(sentenceOf({ parseFormat("int4/c"), parseFormat("int8/c") }, limits).find(name + " is locked"),
        std::string::npos);
}

TEST(AllocationTarget, UsualFormatsAreThoseThatTheFileHolds)
{
    BW_NEED_SHARED_DATA();
    const auto model = openModel(test::sharedData() / "stories260k/stories260K.gguf");
    const auto layers = model->quantizableLayers();
    EXPECT_EQ(usualAllocationFormats(*model, "safetensors", {}), usualAllocationFormats());
    for (const char* id : { "gguf", "compressed-tensors", "npz" }) {
        const auto formats = usualAllocationFormats(*model, id, {});
        EXPECT_GE(formats.size(), 3U) << id;
        for (const auto& format : formats) {
            EXPECT_LT(formatObstacles(*model, layers, format, exporterFor({}, id), {}).size(), layers.size())
                << id << " " << formatText(format);
        }
    }
}

TEST(AllocationTarget, ShapesOfMatricesAreThoseOfTheMatrices)
{
    const test::TempDir folder;
    const auto model = test::smallModel(folder / "in.safetensors");
    for (const auto& layer : model->layers()) {
        EXPECT_EQ(matrixShape(layer), layer.matrix().shape) << layer.name;
    }
    for (const int axis : { 0, 1, 2 }) {
        const auto layer = test::weightLayer("w", test::normalTensor({ 3, 4, 5, 6 }, 1), LayerKind::Conv2d, axis);
        EXPECT_EQ(matrixShape(layer), layer.matrix().shape) << axis;
    }
}

} // namespace bw
