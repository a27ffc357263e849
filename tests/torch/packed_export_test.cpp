// Programs with packed weights: PyTorch runs them with exactly the outputs of the dequantized program.

#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/export/quantized_layout.h"
#include "core/model/loader.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"
#include "tests/torch/fixtures.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace bw {

namespace {
constexpr const char* exporterId = "torchscript-packed";

QuantizedModelPtr quantized(const ModelPtr& model, const std::string& format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    recipe.seed = 3;
    return quantizeModel(model, resolve(recipe, *model), nullptr, {});
}

constexpr const char* compare = R"(
import sys, torch
packed, plain = torch.jit.load(sys.argv[1]).eval(), torch.jit.load(sys.argv[2]).eval()
x = torch.randn(5, *map(int, sys.argv[3].split(",")))
same = all(torch.equal(packed(x), plain(x)) for _ in range(3))
print(same, any(b.dtype == torch.uint8 and b.numel() > 0 for b in packed.state_dict().values()))
)";

class PackedExport : public testing::Test
{
protected:
    test::TempDir m_folder;

    std::string compared(const std::filesystem::path& source, const std::string& format, const char* input)
    {
        const auto model = quantized(openModel(source), format);
        exportModel(*model, m_folder / "packed.pt", exporterFor({}, exporterId), {}, {});
        exportModel(*model, m_folder / "plain.pt", exporterFor({}, "torchscript"), {}, {});
        return test::runPython(compare, { (m_folder / "packed.pt").string(), (m_folder / "plain.pt").string(), input });
    }
    std::uint64_t packedBytes() const { return std::filesystem::file_size(m_folder / "packed.pt"); }
    std::uint64_t plainBytes() const { return std::filesystem::file_size(m_folder / "plain.pt"); }
};

TEST_F(PackedExport, SampleRunsInPyTorchWithTheSameOutputs)
{
    const auto sample = test::sourceDir() / "resources/samples/shapes.pt";
    for (const char* format : { "uint3/b32:search", "kmeans3/c", "nf4/b64:absmax:f16", "int4/c" }) {
        EXPECT_EQ(compared(sample, format, "1,32,32"), "True True\n") << format;
    }
    EXPECT_LT(packedBytes(), plainBytes() / 5); // 8 times less weights, and the same rest
}

TEST_F(PackedExport, ResNetRunsInPyTorchWithTheSameOutputs)
{
    BW_NEED_SHARED_DATA();
    const auto model = test::sharedData() / "cifar10-resnet/resnet20_traced.pt";
    for (const char* format : { "int2/b16", "int4/b32" }) {
        EXPECT_EQ(compared(model, format, "3,32,32"), "True True\n") << format;
    }
    EXPECT_LT(packedBytes(), plainBytes() / 3);
}

TEST_F(PackedExport, SharedClassesTiesHalvesAndTransposedConvolutions)
{
    test::runFixture("make_packed_models.py", m_folder.path());
    for (const char* name : { "scripted.pt", "traced.pt", "half.pt" }) {
        for (const char* format : { "uint5/c", "kmeans3/b16" }) {
            EXPECT_EQ(compared(m_folder / name, format, "1,4,4"), "True True\n") << name << " " << format;
        }
    }
    // Only one of two layers of a class.
    const auto model = openModel(m_folder / "scripted.pt");
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat("int4/c");
    recipe.rules.push_back({ "^a\\.", parseFormat("f32"), {}, {} });
    const auto mixed = quantizeModel(model, resolve(recipe, *model), nullptr, {});
    exportModel(*mixed, m_folder / "packed.pt", exporterFor({}, exporterId), {}, {});
    exportModel(*mixed, m_folder / "plain.pt", exporterFor({}, "torchscript"), {}, {});
    EXPECT_EQ(
        test::runPython(compare, { (m_folder / "packed.pt").string(), (m_folder / "plain.pt").string(), "1,4,4" }),
        "True True\n");
}

TEST_F(PackedExport, WhatCannotBePackedIsRefused)
{
    test::runFixture("make_packed_models.py", m_folder.path());
    const std::vector<std::pair<const char*, const char*>> cases { { "recurrent.pt", "int4/c" },
        { "scripted.pt", "int16/c" }, { "scripted.pt", "vq2x8/c" }, { "scripted.pt", "int4/c/rans" } };
    for (const auto& [name, format] : cases) {
        const auto model = quantized(openModel(m_folder / name), format);
        try {
            exportModel(*model, m_folder / "packed.pt", exporterFor({}, exporterId), {}, {});
            ADD_FAILURE() << name << " " << format;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << error.fullEnglish();
        }
        EXPECT_FALSE(std::filesystem::exists(m_folder / "packed.pt"));
    }
}

bool allOk(const std::vector<VerifyCheck>& checks)
{
    return !checks.empty()
        && std::all_of(checks.begin(), checks.end(), [](const VerifyCheck& check) { return check.isOk; });
}

TEST_F(PackedExport, SaysWhereItComesFromAndIsMadeAgain)
{
    const auto sample = test::sourceDir() / "resources/samples/shapes.pt";
    for (const char* id : { exporterId, "torchscript" }) {
        const auto path = m_folder / "out.pt";
        const auto first = exportModel(*quantized(openModel(sample), "int4/c"), path, exporterFor({}, id), {}, {});
        EXPECT_EQ(test::runPython(R"(
import sys, json, torch
extra = {"bitwright.json": ""}
torch.jit.load(sys.argv[1], _extra_files=extra)
note = json.loads(extra["bitwright.json"])
print(note["bitwright.kind"], note["bitwright.seed"], len(note["bitwright.source_sha256"]), json.loads(note["bitwright.recipe"])["seed"])
)",
                      { path.string() }),
            std::string(id) + " 3 64 3\n");
        EXPECT_TRUE(allOk(verifyFile(path, {}, {}))) << id;
        EXPECT_EQ(verifyFile(path, sample, {}).size(), 4U);
        EXPECT_TRUE(allOk(verifyFile(path, sample, {}))) << id;
        EXPECT_EQ(exportModel(*quantized(openModel(sample), "int4/c"), path, exporterFor({}, id), {}, {}).sha256,
            first.sha256);
        EXPECT_TRUE(openModel(path)->hasGraph());
    }
}

TEST_F(PackedExport, SizesAreKnownBefore)
{
    const auto model = openModel(test::sourceDir() / "resources/samples/shapes.pt");
    const auto result = quantized(model, "int4/c");
    const auto& exporter = exporterFor({}, exporterId);
    const auto receipt = exportModel(*result, m_folder / "packed.pt", exporter, {}, {});
    EXPECT_EQ(exporter.sizes->fileBytes(*result, {}, {}), receipt.bytes);
    std::uint64_t estimate = exporter.sizes->fixedBytes(*model);
    for (const auto& layer : model->layers()) {
        if (const auto* done = std::get_if<QuantizedLayerPtr>(&result->layers[layer.id.index()])) {
            estimate += exporter.sizes->layerBytes(layer, outlineOf((*done)->tensor, (*done)->method));
        }
    }
    EXPECT_NEAR(
        static_cast<double>(estimate), static_cast<double>(receipt.bytes), 0.02 * static_cast<double>(receipt.bytes));
}
} // namespace

} // namespace bw
