// The HDF5 container: h5py decodes it to the engine's values, and so does Bitwright; it says where it comes from.

#include "core/base/content_hash.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/export/quantized_layout.h"
#include "core/export/temporary_size.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <fstream>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// As in the README.
constexpr const char* decode = R"(
import sys, hashlib, h5py
import numpy as np
f = h5py.File(sys.argv[1])
def weights(g):
    if isinstance(g, h5py.Dataset): return g[()]
    e, shape = g.attrs, g.attrs["shape"].tolist()
    b, n = int(e["code_bits"]), int(np.prod(shape))
    c = np.unpackbits(g["codes"][()].reshape(-1).view(np.uint8), bitorder="little")[:n*b].reshape(n, b) @ (1 << np.arange(b))
    i = np.arange(n); row = i // e["row_length"]; k = row * e["groups_per_row"] + i % e["row_length"] // e["group_length"]
    if "codebook" in g: t = g["codebook"][()]; v = t[0 if len(t) == 1 else row if e["table_per_row"] else k, c]
    else: v = (c + e["low"] - (g["zero_points"][()].reshape(-1)[k].astype(int) if "zero_points" in g else 0)).astype(np.float32)
    if "scales" in g: v = v * g["scales"][()].reshape(-1)[k].astype(np.float32)
    shape.insert(0, shape.pop(e["out_axis"])); return np.moveaxis(v.reshape(shape), 0, e["out_axis"])
def walk(g, path):
    for name, item in g.items():
        at = path + name
        if isinstance(item, h5py.Group) and "format" not in item.attrs: yield from walk(item, at + "/")
        else: yield at, item
for n, g in sorted(walk(f, ""), key=lambda entry: entry[0].encode()):
    w = weights(g).astype(np.float32)
    print(n, "x".join(map(str, w.shape)), hashlib.sha256(w.tobytes()).hexdigest())
)";

std::string lineOf(const std::string& name, const TensorView& view)
{
    std::string shape;
    for (const auto size : view.shape) {
        shape += (shape.empty() ? "" : "x") + std::to_string(size);
    }
    const auto values = toFloats(view);
    return name + " " + shape + " " + sha256(std::as_bytes(std::span(values))) + "\n";
}

std::string expected(const QuantizedModel& model)
{
    std::map<std::string, std::string> lines;
    for (const auto& layer : model.model->layers()) {
        const auto* done = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
        lines[layer.name] = lineOf(layer.name, done == nullptr ? layer.view : dequantize((*done)->tensor, {}));
    }
    std::string out;
    for (const auto& [name, line] : lines) {
        out += line;
    }
    return out;
}

class Hdf5Export : public testing::Test
{
protected:
    TempDir m_folder;
    ModelPtr m_model = smallModel(m_folder / "in.safetensors");

    QuantizedModelPtr quantized(const std::string& format) const
    {
        Recipe recipe = defaultRecipe();
        recipe.fallback.format = parseFormat(format);
        recipe.seed = 7;
        return quantizeModel(m_model, resolve(recipe, *m_model), nullptr, {});
    }
    std::filesystem::path target() const { return m_folder / "out.h5"; }
    ExportReceipt exported(const QuantizedModel& model, bool dequantized = false) const
    {
        return exportModel(model, target(), exporterFor(target(), {}), { dequantized, {} }, {});
    }
    std::string decoded() const { return runPython(decode, { target().string() }); }
    void useModel(const std::vector<NamedView>& tensors)
    {
        writeModelFile(m_folder / "in.safetensors", tensors);
        m_model = openModel(m_folder / "in.safetensors");
    }
};

TEST_F(Hdf5Export, H5pyDecodesItBitForBit)
{
    for (const char* format : { "int4/b32", "uint4/b32:search", "nf4/b64:absmax:f16", "kmeans3/c", "lloyd4/c", "int8/t",
             "int16/c", "int3/b24", "f16", "bf16" }) {
        const auto model = quantized(format);
        exported(*model);
        EXPECT_EQ(decoded(), expected(*model)) << format;
    }
}

TEST_F(Hdf5Export, NamesWithSlashesAreGroupsAndLargeDatasetsAreChunked)
{
    useModel({ { "net/a/kernel", normalTensor({ 700, 900 }, 1) }, { "net/a/bias", normalTensor({ 70000 }, 2) },
        { "net/b", normalTensor({ 3, 600000 }, 3) }, { "empty", normalTensor({ 0, 4 }, 4) } });
    for (const char* format : { "int4/b32", "f32", "int8/c" }) {
        const auto model = quantized(format);
        exported(*model);
        EXPECT_EQ(decoded(), expected(*model)) << format;
    }
    EXPECT_EQ(runPython("import sys, h5py\nf = h5py.File(sys.argv[1])\nd = f['net/a/bias']\nprint(d.fletcher32, "
                        "d.chunks, d.attrs['unit'], f['net/b/codes'].chunks)",
                  { target().string() }),
        "True (70000,) weight (1, 600000)\n");
}

TEST_F(Hdf5Export, NamesThatGroupsTakeAreRefused)
{
    useModel({ { "a", normalTensor({ 4, 64 }, 1) }, { "a/b", normalTensor({ 4, 64 }, 2) } });
    EXPECT_THROW(exported(*quantized("int4/c")), Error);
    useModel({ { "a//b", normalTensor({ 4, 64 }, 1) } });
    EXPECT_THROW(exported(*quantized("int4/c")), Error);
    EXPECT_FALSE(std::filesystem::exists(target()));
}

TEST_F(Hdf5Export, OpensAgainWithTheSameValues)
{
    for (const char* format : { "int4/b32", "uint4/b32:search", "kmeans3/c", "f16" }) {
        const auto model = quantized(format);
        exported(*model);
        const auto found = openModel(target());
        ASSERT_EQ(found->layers().size(), m_model->layers().size()) << format;
        for (const auto& layer : m_model->layers()) {
            const auto* done = std::get_if<QuantizedLayerPtr>(&model->layers[layer.id.index()]);
            const auto id = found->find(layer.name);
            ASSERT_TRUE(id.isValid()) << layer.name;
            const auto values = done == nullptr ? layer.view : dequantize((*done)->tensor, {});
            EXPECT_EQ(toFloats(found->layer(id).view), toFloats(values)) << format << " " << layer.name;
        }
    }
}

TEST_F(Hdf5Export, SizesAreKnownBefore)
{
    for (const char* format : { "int4/b32", "uint4/b32:search", "kmeans3/c" }) {
        const auto model = quantized(format);
        const auto receipt = exported(*model);
        const auto& sizes = *exporterFor(target(), {}).sizes;
        EXPECT_EQ(sizes.fileBytes(*model, {}, {}), receipt.bytes) << format;
        std::uint64_t estimate = sizes.fixedBytes(*m_model);
        for (const auto& layer : m_model->layers()) {
            if (const auto* done = std::get_if<QuantizedLayerPtr>(&model->layers[layer.id.index()])) {
                estimate += sizes.layerBytes(layer, outlineOf((*done)->tensor, (*done)->method));
            }
        }
        EXPECT_NEAR(static_cast<double>(estimate), static_cast<double>(receipt.bytes), 6000) << format;
    }
}

bool allOk(const std::vector<VerifyCheck>& checks)
{
    return !checks.empty()
        && std::all_of(checks.begin(), checks.end(), [](const VerifyCheck& check) { return check.isOk; });
}

TEST_F(Hdf5Export, IsVerifiedAndMadeAgainAndDamageIsFound)
{
    const auto receipt = exported(*quantized("int4/b32"));
    EXPECT_EQ(verifyFile(target(), m_model->path(), {}).size(), 4U);
    EXPECT_TRUE(allOk(verifyFile(target(), m_model->path(), {})));
    EXPECT_EQ(exported(*quantized("int4/b32")).sha256, receipt.sha256);
    EXPECT_EQ(runPython("import sys, h5py\na = h5py.File(sys.argv[1]).attrs\nprint(a['schema'], a['seed'], "
                        "len(a['source_sha256']), a['source_file'])",
                  { target().string() }),
        "bitwright-model 7 64 in.safetensors\n");

    std::ifstream in(target(), std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    for (std::size_t at = 8; at < whole.size(); at += 331) {
        std::string bad = whole;
        bad[at] = static_cast<char>(bad[at] ^ 4);
        std::ofstream(m_folder / "bad.h5", std::ios::binary) << bad;
        try {
            EXPECT_FALSE(allOk(verifyFile(m_folder / "bad.h5", {}, {}))) << at;
        } catch (const Error&) {
        }
    }
}

/// A size that is found by writing leaves nothing behind, also where writing fails.
TEST(TemporarySize, CountsAndRemoves)
{
    std::filesystem::path seen;
    EXPECT_EQ(sizeByWriting([&](const std::filesystem::path& path) {
        seen = path;
        writeFile(path, "seven b");
    }),
        7U);
    EXPECT_FALSE(std::filesystem::exists(seen));
    EXPECT_THROW(sizeByWriting([&](const std::filesystem::path& path) {
        seen = path;
        writeFile(path, "half");
        throw Canceled();
    }),
        Canceled);
    EXPECT_FALSE(seen.empty());
    EXPECT_FALSE(std::filesystem::exists(seen));
}

} // namespace
} // namespace bw::test
