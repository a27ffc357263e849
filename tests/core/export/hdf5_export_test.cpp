// The HDF5 container: h5py decodes it to the engine's values, and so does Bitwright; it says where it comes from.

#include "core/export/temporary_size.h"
#include "core/model/loader.h"
#include "tests/core/export/array_export.h"
#include "tests/support/paths.h"

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

class Hdf5Export : public ArrayExport
{
protected:
    Hdf5Export()
        : ArrayExport("out.h5", decode)
    {
    }
};

TEST_F(Hdf5Export, H5pyDecodesItBitForBit)
{
    for (const char* format : { "int4/b32", "uint4/b32:search", "nf4/b64:absmax:f16", "kmeans3/c", "lloyd4/c", "int8/t",
             "int16/c", "int3/b24", "f16", "bf16" }) {
        const auto model = quantized(format);
        exported(*model);
        EXPECT_EQ(decoded(), valueLines(*model)) << format;
    }
}

TEST_F(Hdf5Export, NamesWithSlashesAreGroupsAndLargeDatasetsAreChunked)
{
    useModel({ { "net/a/kernel", normalTensor({ 700, 900 }, 1) }, { "net/a/bias", normalTensor({ 70000 }, 2) },
        { "net/b", normalTensor({ 3, 600000 }, 3) }, { "empty", normalTensor({ 0, 4 }, 4) } });
    for (const char* format : { "int4/b32", "f32", "int8/c" }) {
        const auto model = quantized(format);
        exported(*model);
        EXPECT_EQ(decoded(), valueLines(*model)) << format;
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
        expectOpensAgain(format);
    }
}

TEST_F(Hdf5Export, SizesAreKnownBefore)
{
    for (const char* format : { "int4/b32", "uint4/b32:search", "kmeans3/c" }) {
        expectSizesAreKnown(format, 6000);
    }
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
