// HDF5: what is read must be what h5py reads; wrong files, one defect each, are refused.

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/bad_files.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

namespace bw {
namespace {

/// Prints "dtype [shape] hash" of every dataset of numbers, sorted, as h5py reads it; optimizers' ones left out.
constexpr const char* describe = R"py(
import sys, hashlib, h5py, numpy as np
names = {"bool": "BOOL", "V2": "BF16"} | {f"{k}{n}": f"{c}{8 * n}" for k, c in (("f", "F"), ("i", "I"), ("u", "U")) for n in (1, 2, 4, 8)}
for path in sys.argv[1:]:
    lines, seen = [], set()
    def visit(name, item):
        if not isinstance(item, h5py.Dataset) or name.startswith("optimizer") or item.dtype.kind not in "fiubV" or item.dtype.names:
            return
        if item.shape is None:
            return
        x = np.asarray(item[()])
        x = x.astype(x.dtype.newbyteorder("<"))
        kind = "bool" if x.dtype.kind == "b" else "V2" if x.dtype.kind == "V" else x.dtype.str[1:]
        lines.append(f"{names[kind]} [{'x'.join(map(str, x.shape))}] {hashlib.sha256(x.tobytes()).hexdigest()}")
    with h5py.File(path, "r") as f:
        f.visititems(visit)
    print("\n".join(sorted(lines)))
    print("--")
)py";

std::string describeModel(const Model& model)
{
    std::vector<std::string> lines;
    for (const auto& layer : model.layers()) {
        std::string shape;
        for (const auto size : layer.view.shape) {
            shape += (shape.empty() ? "" : "x") + std::to_string(size);
        }
        lines.push_back(std::string(info(layer.view.dtype).name) + " [" + shape + "] " + sha256(layer.view.bytes) + "\n");
    }
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (const auto& line : lines) {
        out += line;
    }
    return out + "--\n";
}

void expectAsH5pyReads(const std::vector<std::string>& files)
{
    std::string found;
    for (const auto& file : files) {
        found += describeModel(*openModel(file));
    }
    EXPECT_EQ(found, test::runPython(describe, files));
}

struct Expected
{
    const char* name;
    LayerKind kind;
    int outAxis;
    Shape matrix;
};

void expectLayers(const Model& model, const std::vector<Expected>& layers)
{
    for (const auto& expected : layers) {
        const auto id = model.find(expected.name);
        ASSERT_TRUE(id.isValid()) << expected.name;
        const auto& layer = model.layer(id);
        EXPECT_STREQ(layerKindName(layer.kind), layerKindName(expected.kind)) << expected.name;
        EXPECT_EQ(layer.outAxis, expected.outAxis) << expected.name;
        if (!expected.matrix.empty()) {
            EXPECT_EQ(layer.matrix().shape, expected.matrix) << expected.name;
        }
    }
}

TEST(Hdf5Loader, RealKerasFilesAreReadBitForBit)
{
    BW_NEED_SHARED_DATA();
    const auto data = test::sharedData().string();
    expectAsH5pyReads({ data + "/keras/fer2013_mini_XCEPTION.102-0.66.hdf5",
        data + "/keras/gender_mini_XCEPTION.21-0.95.hdf5", data + "/keras/teachable_machine_waste.h5",
        data + "/dtln/DTLN_norm_500h.h5" });
}

TEST(Hdf5Loader, RealKerasLayersHaveTheirNamesKindsAndAxes)
{
    BW_NEED_SHARED_DATA();
    const auto data = test::sharedData();
    const auto face = openModel(data / "keras/fer2013_mini_XCEPTION.102-0.66.hdf5");
    EXPECT_EQ(face->format(), "hdf5");
    EXPECT_EQ(face->parameterCount(), 58423U);
    EXPECT_EQ(face->layers().front().name, "conv2d_1/kernel") << "the model's own order";
    EXPECT_EQ(face->layers().back().name, "conv2d_7/bias");
    EXPECT_EQ(face->metadata().at("keras_version"), "2.0.5");
    ASSERT_EQ(face->warnings().size(), 1U);
    EXPECT_NE(face->warnings()[0].english().find("optimizer_weights"), std::string::npos);
    expectLayers(*face,
        { { "conv2d_2/kernel", LayerKind::Conv2d, 3, { 8, 72 } },
            { "separable_conv2d_1/depthwise_kernel", LayerKind::Conv2d, 2, { 8, 9 } },
            { "separable_conv2d_1/pointwise_kernel", LayerKind::Conv2d, 3, { 16, 8 } },
            { "batch_normalization_1/gamma", LayerKind::Norm, 0, {} },
            { "batch_normalization_1/beta", LayerKind::Bias, 0, {} },
            { "batch_normalization_1/moving_variance", LayerKind::Statistic, 0, {} } });
    const auto waste = openModel(data / "keras/teachable_machine_waste.h5");
    EXPECT_EQ(waste->layers().size(), 263U);
    EXPECT_EQ(waste->parameterCount(), 538708U);
    expectLayers(*waste,
        { { "sequential_1/Conv1/kernel", LayerKind::Conv2d, 3, { 16, 27 } },
            { "sequential_1/block_1_depthwise/depthwise_kernel", LayerKind::Conv2d, 2, { 48, 9 } },
            { "sequential_3/dense_Dense2/kernel", LayerKind::Linear, 1, { 4, 100 } } });
    EXPECT_EQ(waste->layer(waste->find("sequential_1/expanded_conv_project/kernel")).role, "");
    const auto speech = openModel(data / "dtln/DTLN_norm_500h.h5");
    EXPECT_EQ(speech->parameterCount(), 987267U);
    expectLayers(*speech,
        { { "lstm/lstm_cell/kernel", LayerKind::Linear, 1, { 512, 257 } },
            { "lstm/lstm_cell/recurrent_kernel", LayerKind::Linear, 1, { 512, 128 } },
            { "dense/kernel", LayerKind::Linear, 1, { 257, 128 } },
            { "conv1d/kernel", LayerKind::Conv1d, 2, { 256, 512 } } });
}

TEST(Hdf5Loader, WhatH5pyWritesIsReadBitForBit)
{
    const test::TempDir dir;
    test::runPython(R"py(
import sys, zipfile, h5py, numpy as np
folder = sys.argv[1] + "/"
rng = np.random.default_rng(9)
def fill(f):
    for t in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
        for order in "<>":
            f[f"types/{order}{t}"] = (rng.standard_normal((5, 3)) * 40).astype("f8").astype(order + t)
    f["types/bool"] = rng.standard_normal((4, 4)) > 0
    x = rng.standard_normal((70, 33)).astype("f4")
    f["fc.weight"] = x
    f["scalar"] = np.float32(3)
    f["empty"] = np.zeros((0, 5), "f4")
    f["null"] = h5py.Empty("f4")
    f.create_dataset("chunked", data=x, chunks=(16, 8))
    f.create_dataset("deflated", data=x, chunks=(16, 8), compression=4)
    f.create_dataset("shuffled", data=x, chunks=(16, 8), compression=4, shuffle=True, fletcher32=True)
    f.create_dataset("partly", (100, 100), "f4", chunks=(10, 10), fillvalue=2.5)[3:14, 7:50] = 1
    f.create_dataset("late", (9,), "f4", fillvalue=1.5)
    f.create_dataset("compact", data=np.arange(10.))
    f.create_dataset("grows", data=x, maxshape=(None, 33))
    d = f.create_dataset("bf16", data=rng.integers(0, 30000, (6, 4), dtype="u2").view("V2"))
    d.attrs["dtype"] = "bfloat16"
    f["texts"] = ["a", "b"]
    f["hard"] = f["fc.weight"]
    f["soft"] = h5py.SoftLink("/fc.weight")
    f["group/itself"] = f
for libver in ("earliest", "latest"):
    with h5py.File(folder + libver + ".h5", "w", libver=libver) as f:
        fill(f)
with h5py.File(folder + "block.h5", "w", userblock_size=1024) as f:
    fill(f)
)py",
        { dir.path().string() });
    // h5py counts a dataset once however many hard links lead to it, except "null", which has no values to show.
    for (const char* name : { "earliest.h5", "latest.h5", "block.h5" }) {
        const auto model = openModel(dir / name);
        std::set<std::string> found;
        std::istringstream lines(describeModel(*model));
        for (std::string line; std::getline(lines, line);) {
            found.insert(line);
        }
        std::istringstream expected(test::runPython(describe, { (dir / name).string() }));
        for (std::string line; std::getline(expected, line);) {
            EXPECT_TRUE(found.count(line) == 1) << name << ": " << line;
        }
        const auto& fc = model->layer(model->find("fc.weight"));
        EXPECT_EQ(fc.tiedNames, std::vector<std::string> { "hard" });
        EXPECT_EQ(fc.outAxis, 0);
        EXPECT_EQ(fc.kind, LayerKind::Linear);
        ASSERT_EQ(model->warnings().size(), 2U);
        EXPECT_NE(model->warnings()[0].english().find("texts"), std::string::npos);
    }
    std::filesystem::rename(dir / "latest.h5", dir / "latest.safetensors");
    EXPECT_EQ(openModel(dir / "latest.safetensors")->format(), "hdf5") << "names do not matter";
}

TEST(Hdf5Loader, Keras3FilesAndArchives)
{
    const test::TempDir dir;
    // As keras.saving.saving_lib lays weights out: layers/<folder>/vars/<index>.
    test::runPython(R"py(
import sys, zipfile, h5py, numpy as np
folder = sys.argv[1] + "/"
rng = np.random.default_rng(2)
shapes = {"layers/conv2d/vars": [(3, 3, 1, 8), (8,)], "layers/conv2d_1/vars": [(3, 3, 8, 16), (16,)], "layers/conv2d_10/vars": [(3, 3, 8, 16)],
    "layers/conv2d_transpose/vars": [(3, 3, 4, 8), (4,)], "layers/depthwise_conv2d/vars": [(3, 3, 8, 1), (8,)],
    "layers/separable_conv2d/vars": [(3, 3, 8, 1), (1, 1, 8, 16), (16,)], "layers/batch_normalization/vars": [(8,)] * 4,
    "layers/layer_normalization/vars": [(8,), (8,)], "layers/embedding/vars": [(20, 6)], "layers/dense/vars": [(16, 10), (10,)],
    "layers/lstm/cell/vars": [(6, 20), (5, 20), (20,)], "layers/functional/layers/dense/vars": [(7, 3), (3,)], "optimizer/vars": [(), (3, 3)]}
with h5py.File(folder + "k.weights.h5", "w") as f:
    for path, all in shapes.items():
        g = f.create_group(path)
        for i, shape in enumerate(all):
            g[str(i)] = rng.standard_normal(shape).astype("f4")
    f["layers/dense/vars"].attrs["name"] = "classifier"
    f.create_group("layers/flatten/vars")
for name, method in (("stored.keras", zipfile.ZIP_STORED), ("deflated.keras", zipfile.ZIP_DEFLATED)):
    with zipfile.ZipFile(folder + name, "w", method) as z:
        z.writestr("metadata.json", "{}")
        z.writestr("config.json", "{}")
        z.write(folder + "k.weights.h5", "model.weights.h5")
)py",
        { dir.path().string() });
    expectAsH5pyReads({ (dir / "k.weights.h5").string() });
    const auto expected = describeModel(*openModel(dir / "k.weights.h5"));
    for (const char* name : { "k.weights.h5", "stored.keras", "deflated.keras" }) {
        const auto model = openModel(dir / name);
        EXPECT_EQ(describeModel(*model), expected) << name;
        ASSERT_EQ(model->warnings().size(), 1U);
        expectLayers(*model,
            { { "conv2d/kernel", LayerKind::Conv2d, 3, { 8, 9 } }, { "conv2d/bias", LayerKind::Bias, 0, {} },
                { "conv2d_transpose/kernel", LayerKind::ConvTransposed, 2, { 4, 72 } },
                { "depthwise_conv2d/depthwise_kernel", LayerKind::Conv2d, 2, { 8, 9 } },
                { "separable_conv2d/pointwise_kernel", LayerKind::Conv2d, 3, { 16, 8 } },
                { "batch_normalization/gamma", LayerKind::Norm, 0, {} },
                { "batch_normalization/moving_variance", LayerKind::Statistic, 0, {} },
                { "layer_normalization/beta", LayerKind::Bias, 0, {} },
                { "embedding/embeddings", LayerKind::Embedding, 0, { 20, 6 } },
                { "classifier/kernel", LayerKind::Linear, 1, { 10, 16 } },
                { "lstm/cell/recurrent_kernel", LayerKind::Linear, 1, { 20, 5 } },
                { "functional/dense/kernel", LayerKind::Linear, 1, { 3, 7 } } });
        EXPECT_LT(model->find("conv2d_1/kernel").index(), model->find("conv2d_10/kernel").index()) << "natural order";
    }
}

TEST(Hdf5Loader, ManyThreadsAtOnce)
{
    const test::TempDir dir;
    test::runPython(R"py(
import sys, h5py, numpy as np
with h5py.File(sys.argv[1] + "/m.h5", "w") as f:
    for i in range(20):
        f.create_dataset(f"layer{i}/weight", data=np.full((8, 8), i, "f4"), chunks=(4, 4), compression=1)
)py",
        { dir.path().string() });
    const auto expected = describeModel(*openModel(dir / "m.h5"));
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 6; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < 10; ++round) {
                    right += describeModel(*openModel(dir / "m.h5")) == expected ? 1 : 0;
                }
            });
        }
    }
    EXPECT_EQ(right, 60);
}

TEST(Hdf5BadFiles, EachIsRefusedWithItsCause)
{
    const test::TempDir dir;
    std::ifstream script(test::sourceDir() / "tests/core/model/make_bad_hdf5.py");
    const std::string code { std::istreambuf_iterator<char>(script), {} };
    std::istringstream lines(test::runPython(code, { dir.path().string() }));
    std::vector<test::BadFile> files;
    for (std::string line; std::getline(lines, line);) {
        std::array<std::string, 4> fields;
        std::istringstream parts(line);
        for (auto& field : fields) {
            std::getline(parts, field, '\t');
        }
        const auto kind = fields[2] == "refused" ? ErrorKind::Refused
            : fields[2] == "unsupported"         ? ErrorKind::Unsupported
                                                 : ErrorKind::BadFile;
        files.push_back({ fields[1], test::readFile(dir / fields[0]), { fields[3] }, kind });
    }
    EXPECT_GE(files.size(), 120U);
    test::expectAllRefused("HDF5 and Keras", "m.h5", files);
}

} // namespace
} // namespace bw
