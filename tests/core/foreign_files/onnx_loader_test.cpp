// ONNX models, against python3-onnx.

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wire_builder.h"

#include <filesystem>
#include <sstream>

#include <gtest/gtest.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using test::onnxAttribute;
using test::onnxModel;
using test::onnxNode;
using test::onnxTensor;

constexpr const char* listTensors = R"(
import sys, hashlib, numpy as np, onnx
from onnx import numpy_helper
model = onnx.load(sys.argv[1])
for t in model.graph.initializer:
    if t.data_type not in (8, 14, 15):
        a = numpy_helper.to_array(t)
        values = np.ascontiguousarray(a, np.float32)
        print(t.name, "x".join(map(str, a.shape)), hashlib.sha256(values.tobytes()).hexdigest(), sep="\t")
)";

void expectAsPythonReads(const fs::path& path, std::size_t least)
{
    std::istringstream lines(test::runPython(listTensors, { path.string() }));
    const auto model = openModel(path);
    EXPECT_EQ(model->format(), "onnx");
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        std::istringstream fields(line);
        std::string name;
        std::string shape;
        std::string hash;
        std::getline(fields, name, '\t');
        std::getline(fields, shape, '\t');
        std::getline(fields, hash, '\t');
        const auto id = model->find(name);
        ASSERT_TRUE(id.isValid()) << name;
        const auto& layer = model->layer(id);
        std::string found;
        for (const auto size : layer.view.shape) {
            found += (found.empty() ? "" : "x") + toText(size);
        }
        EXPECT_EQ(found, shape) << name;
        const auto values = toFloats(layer.view);
        EXPECT_EQ(sha256(std::as_bytes(std::span(values))), hash) << name;
    }
    EXPECT_GE(count, least);
    EXPECT_GE(model->layers().size(), count);
}

TEST(OnnxLoader, RealModelsAreReadAsPythonReadsThem)
{
    BW_NEED_SHARED_DATA();
    const std::vector<std::pair<const char*, std::size_t>> files { { "cifar10-resnet/resnet20.onnx", 40 },
        { "dtln/model_1.onnx", 24 }, { "dtln/model_2.onnx", 32 }, { "fastestdet/FastestDet.onnx", 195 },
        { "silero-vad/silero_vad_16k_op15.onnx", 15 }, { "ultraface/version-RFB-320.onnx", 244 },
        { "ultraface/version-RFB-320_simplified.onnx", 112 } };
    for (const auto& [name, count] : files) {
        SCOPED_TRACE(name);
        expectAsPythonReads(test::sharedData() / name, count);
    }
}

TEST(OnnxLoader, EveryTypeAndEveryFieldIsReadAsPythonReadsIt)
{
    const test::TempDir dir;
    test::runPython(R"(
import sys, numpy as np, onnx
from onnx import helper, numpy_helper, TensorProto as T
rng = np.random.default_rng(1)
tensors = []
for kind in (np.float32, np.float64, np.float16, np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64,
             np.uint64, np.bool_):
    a = (rng.normal(size=(3, 5)) * 50).astype(kind)
    tensors.append(numpy_helper.from_array(a, "raw " + np.dtype(kind).name))
    proto = onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[np.dtype(kind)]
    tensors.append(helper.make_tensor("typed " + np.dtype(kind).name, proto, (3, 5), a.flatten()))
tensors.append(numpy_helper.from_array(np.float32(2.5), "scalar"))
tensors.append(numpy_helper.from_array(np.zeros((0, 4), np.float32), "empty"))
tensors.append(helper.make_tensor("texts", T.STRING, (2,), [b"a", b"b"]))
onnx.save(helper.make_model(helper.make_graph([], "g", [], [], tensors)), sys.argv[1])
onnx.save(helper.make_model(helper.make_graph([], "g", [], [], tensors[:4])), sys.argv[2], save_as_external_data=True,
          location="sub.data", size_threshold=0)
)",
        { (dir / "all.onnx").string(), (dir / "external.onnx").string() });
    expectAsPythonReads(dir / "all.onnx", 26);
    expectAsPythonReads(dir / "external.onnx", 4);
    EXPECT_EQ(openModel(dir / "external.onnx")->files().size(), 2U);
    const auto model = openModel(dir / "all.onnx");
    ASSERT_EQ(model->warnings().size(), 1U);
    EXPECT_NE(model->warnings().front().english().find("STRING"), std::string::npos);
    EXPECT_EQ(model->metadata().count("ir_version"), 1U);
}

TEST(OnnxLoader, RecognisedByContent)
{
    const test::TempDir dir;
    test::writeFile(dir / "model.pb", onnxModel({ onnxTensor("w", { 1 }, 1, std::string(4, '\0')) }));
    EXPECT_EQ(openModel(dir / "model.pb")->format(), "onnx");
}

const std::string fourFloats(16, '\0');

TEST(OnnxLoader, TheGraphSaysWhatTensorsAre)
{
    const test::TempDir dir;
    const auto tensor = [](const char* name, const std::vector<std::int64_t>& dims) {
        std::int64_t count = 1;
        for (const auto size : dims) {
            count *= size;
        }
        return onnxTensor(name, dims, 1, std::string(static_cast<std::size_t>(4 * count), '\0'));
    };
    test::writeFile(dir / "m.onnx",
        onnxModel({ tensor("conv", { 2, 1, 3, 3 }), tensor("bias", { 2 }), tensor("up", { 2, 3, 2, 2 }),
                      tensor("gemm", { 4, 5 }), tensor("gemmT", { 4, 5 }), tensor("mul", { 4, 5 }),
                      tensor("turned", { 4, 5 }), tensor("emb", { 9, 4 }), tensor("lstm", { 1, 8, 3 }),
                      tensor("gamma", { 2 }), tensor("mean", { 2 }), tensor("free", { 2, 2 }) },
            { onnxNode("Conv", { "x", "conv", "bias" }, "a"), onnxNode("ConvTranspose", { "x", "up" }, "b"),
                onnxNode("Gemm", { "x", "gemm" }, "c"),
                onnxNode("Gemm", { "x", "gemmT" }, "d", { onnxAttribute("transB", 1) }),
                onnxNode("MatMul", { "x", "mul" }, "e"), onnxNode("Transpose", { "turned" }, "turned'"),
                onnxNode("MatMul", { "x", "turned'" }, "f"), onnxNode("Gather", { "emb", "i" }, "g"),
                onnxNode("LSTM", { "x", "lstm" }, "h"),
                onnxNode("BatchNormalization", { "x", "gamma", "beta", "mean", "var" }, "i") }));
    const auto model = openModel(dir / "m.onnx");
    const auto at = [&](const char* name) { return model->layer(model->find(name)); };
    EXPECT_EQ(at("conv").kind, LayerKind::Conv2d);
    EXPECT_EQ(at("conv").uses, std::vector<std::string> { "Conv" });
    EXPECT_EQ(at("bias").kind, LayerKind::Bias);
    EXPECT_EQ(at("up").kind, LayerKind::ConvTransposed);
    EXPECT_EQ(at("up").outAxis, 1);
    EXPECT_EQ(at("gemm").kind, LayerKind::Linear);
    EXPECT_EQ(at("gemm").outAxis, 1);
    EXPECT_EQ(at("gemmT").outAxis, 0);
    EXPECT_EQ(at("mul").outAxis, 1);
    EXPECT_EQ(at("turned").outAxis, 0);
    EXPECT_EQ(at("turned").kind, LayerKind::Linear);
    EXPECT_EQ(at("emb").kind, LayerKind::Embedding);
    EXPECT_EQ(at("lstm").outAxis, 1);
    EXPECT_EQ(at("gamma").kind, LayerKind::Norm);
    EXPECT_EQ(at("mean").kind, LayerKind::Statistic);
    EXPECT_EQ(at("free").kind, LayerKind::Other);
    EXPECT_EQ(at("conv").outAxis, 0);
}

/// y = (x - zero point) · scale of one layer "w" behind a DequantizeLinear node.
LayerInfo dequantized(const fs::path& path, const std::vector<std::string>& tensors, std::int64_t axis,
    std::int64_t blockSize, const std::vector<std::string>& inputs)
{
    test::writeFile(path,
        onnxModel(tensors,
            { onnxNode("DequantizeLinear", inputs, "w'",
                  { onnxAttribute("axis", axis), onnxAttribute("block_size", blockSize) }),
                onnxNode("MatMul", { "x", "w'" }, "y") }));
    const auto model = openModel(path);
    EXPECT_TRUE(requantizingWarning(*model));
    return model->layer(model->find("w"));
}

TEST(OnnxLoader, QuantizedLayersStandForTheirValues)
{
    const test::TempDir dir;
    const auto floats = [](std::vector<float> values) { return test::floatBytes(values); };
    const std::string six { "\x01\x02\x03\xFF\xFE\xFD", 6 };

    const auto perTensor = dequantized(dir / "a.onnx",
        { onnxTensor("w", { 2, 3 }, 3, six), onnxTensor("s", {}, 1, floats({ 0.5F })) }, 1, 0, { "w", "s" });
    EXPECT_EQ(toFloats(perTensor.view), (std::vector<float> { 0.5F, 1, 1.5F, -0.5F, -1, -1.5F }));
    ASSERT_NE(perTensor.stored, nullptr);
    EXPECT_EQ(perTensor.storedType(), "int8");
    EXPECT_EQ(perTensor.kind, LayerKind::Linear);
    EXPECT_EQ(perTensor.outAxis, 1);
    EXPECT_TRUE(perTensor.isQuantizable());

    const auto perRow = dequantized(dir / "b.onnx",
        { onnxTensor("w", { 2, 3 }, 2, six), onnxTensor("s", { 2 }, 1, floats({ 1, 2 })),
            onnxTensor("z", { 2 }, 2, "\x01\xFE") },
        0, 0, { "w", "s", "z" });
    EXPECT_EQ(toFloats(perRow.view), (std::vector<float> { 0, 1, 2, 2, 0, -2 }));
    EXPECT_EQ(perRow.storedType(), "uint8");

    const auto perColumn = dequantized(dir / "c.onnx",
        { onnxTensor("w", { 2, 3 }, 3, six), onnxTensor("s", { 3 }, 1, floats({ 1, 2, 3 })) }, -1, 0, { "w", "s" });
    EXPECT_EQ(toFloats(perColumn.view), (std::vector<float> { 1, 4, 9, -1, -4, -9 }));

    // Six numbers of 4 bits: 1 2 | 3 -1 | -2 -3, blocks of two along the rows.
    const auto blocked = dequantized(dir / "d.onnx",
        { onnxTensor("w", { 1, 6 }, 22, "\x21\xF3\xDE"), onnxTensor("s", { 1, 3 }, 1, floats({ 1, 10, 100 })) }, 1, 2,
        { "w", "s" });
    EXPECT_EQ(toFloats(blocked.view), (std::vector<float> { 1, 2, 30, -10, -200, -300 }));
    EXPECT_EQ(blocked.storedType(), "int4");
    EXPECT_EQ(blocked.storedBytes(), 3U);

    const auto columns = dequantized(dir / "e.onnx",
        { onnxTensor("w", { 3, 2 }, 3, six), onnxTensor("s", { 2, 2 }, 1, floats({ 1, 2, 3, 4 })) }, 0, 2,
        { "w", "s" });
    EXPECT_EQ(toFloats(columns.view), (std::vector<float> { 1, 4, 3, -2, -6, -12 }));
}

void expectRefused(const fs::path& path, ErrorKind kind, const std::string& words)
{
    try {
        openModel(path);
        ADD_FAILURE() << path << " opened; expected: " << words;
    } catch (const Error& error) {
        EXPECT_EQ(errorKindName(error.kind()), std::string(errorKindName(kind))) << error.fullEnglish();
        EXPECT_NE(error.fullEnglish().find(words), std::string::npos) << error.fullEnglish();
    }
}

TEST(OnnxLoader, DataOutsideOfTheFolderIsRefused)
{
    const test::TempDir dir;
    const auto folder = dir / "model";
    fs::create_directories(folder / "sub");
    test::writeFile(dir / "secret", fourFloats);
    test::writeFile(folder / "real", fourFloats);
    fs::create_symlink(dir / "secret", folder / "link");
    fs::create_symlink("real", folder / "near");
    fs::create_symlink(dir.path(), folder / "up");
    fs::create_symlink("..", folder / "sub" / "back");
    fs::create_hard_link(dir / "secret", folder / "hard");
    fs::create_directory(folder / "folder");
    fs::create_symlink("/etc/passwd", folder / "passwd");
    const std::string noName("real\0/../../secret", 18);
    const std::vector<std::string> escapes { "../secret", "..", ".", "", "/etc/passwd", "/proc/self/environ",
        (dir / "secret").string(), "sub/../../secret", "sub/../real", "./../secret", "./real/../../secret",
        "..\\secret", "sub\\..\\..\\secret", "C:\\secret", "C:secret", "\\\\server\\share", "file:///etc/passwd",
        "link", "near", "up/secret", "up", "sub/back/real", "hard", "passwd", noName, "//etc/passwd",
        "sub//../../secret", "real/" };
    for (const auto& location : escapes) {
        SCOPED_TRACE(printable(location));
        test::writeFile(folder / "m.onnx", onnxModel({ test::onnxExternalTensor("w", { 4 }, 1, location) }));
        try {
            openModel(folder / "m.onnx");
            ADD_FAILURE() << "opened";
        } catch (const Error& error) {
            const bool isFolder = location == "." || location == "real/";
            EXPECT_TRUE(error.kind() == ErrorKind::Refused || isFolder) << error.fullEnglish();
            EXPECT_NE(error.fullEnglish().find("tensor w"), std::string::npos) << error.fullEnglish();
        }
    }
    EXPECT_GE(escapes.size(), 24U);
    std::printf("%zu places outside of the folder refused\n", escapes.size());

    test::writeFile(folder / "sub" / "data", fourFloats);
    for (const char* location : { "real", "./real", "sub/data" }) {
        test::writeFile(folder / "m.onnx", onnxModel({ test::onnxExternalTensor("w", { 4 }, 1, location) }));
        EXPECT_EQ(openModel(folder / "m.onnx")->layers().size(), 1U) << location;
    }
    const auto external = [&](std::string_view offset, std::string_view length) {
        test::writeFile(
            folder / "m.onnx", onnxModel({ test::onnxExternalTensor("w", { 4 }, 1, "real", offset, length) }));
        return folder / "m.onnx";
    };
    expectRefused(external("1", ""), ErrorKind::BadFile, "beyond the end of \"real\"");
    expectRefused(external("18446744073709551615", ""), ErrorKind::BadFile, "no whole number");
    expectRefused(external("9223372036854775807", ""), ErrorKind::BadFile, "beyond the end");
    expectRefused(external("-1", ""), ErrorKind::BadFile, "no whole number");
    expectRefused(external("0", "15"), ErrorKind::BadFile, "15 bytes in \"real\", but its dimensions ask for 16");
    expectRefused(external("0", "x"), ErrorKind::BadFile, "no whole number");
    test::writeFile(folder / "m.onnx", onnxModel({ test::onnxExternalTensor("w", { 4 }, 1, "none") }));
    expectRefused(folder / "m.onnx", ErrorKind::NotFound, "does not exist");
}

} // namespace
} // namespace bw
