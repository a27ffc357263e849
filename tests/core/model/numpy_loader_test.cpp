// NumPy arrays: what is read must be what numpy itself reads; wrong ones, one defect each, are refused.

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"
#include "tests/support/zip_builder.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace bw {
namespace {

using namespace std::string_literals;
using test::BadFile;
using test::littleEndian;
using test::zipBytes;

constexpr const char* makeAndDescribe = R"(
import sys, hashlib, numpy as np
folder = sys.argv[1] + "/"
rng = np.random.default_rng(4)
types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
a = {f"{order}{t}": (rng.standard_normal((3, 5)) * 40).astype(np.float64).astype((">" if order == "big_" else "<") + t)
     for t in types for order in ("little_", "big_")}
a["bool"] = rng.standard_normal((4, 4)) > 0
a["fortran"] = np.asfortranarray(rng.standard_normal((4, 6, 5)).astype(np.float32))
a["fortran_big"] = np.asfortranarray(rng.standard_normal((7, 3)).astype(">f4"))
a["scalar"] = np.float32(2.5)
a["empty"] = np.zeros((0, 7), np.float32)
a["vector"] = np.arange(9, dtype=np.int64)
a["fc1.weight"] = rng.standard_normal((8, 12)).astype(np.float32)
a["fc1.bias"] = np.zeros(8, np.float32)
a["dense/kernel"] = rng.standard_normal((12, 8)).astype(np.float32)
a["conv2d/kernel"] = rng.standard_normal((3, 3, 4, 16)).astype(np.float32)
a["folder/with.dots/w"] = np.ones((2, 2), np.float16)
np.savez(folder + "a.npz", **a)
np.savez_compressed(folder + "b.npz", **a)
np.save(folder + "one.npy", a["fortran"])
with open(folder + "v2.npy", "wb") as f:
    np.lib.format.write_array(f, a["fc1.weight"], version=(2, 0))
with open(folder + "v3.npy", "wb") as f:
    np.lib.format.write_array(f, a["fc1.weight"], version=(3, 0))
names = {"|b1": "BOOL"} | {np.dtype(t).str: {"f": "F", "i": "I", "u": "U"}[t[0]] + str(8 * int(t[1])) for t in types}
for path in sys.argv[2:]:
    z = np.load(folder + path)
    arrays = dict(z) if path.endswith("z") else {path[:-4]: z}
    lines = []
    for name, x in arrays.items():
        x = np.ascontiguousarray(x).astype(x.dtype.newbyteorder("<")).reshape(x.shape)
        lines.append(f"{name} {names[x.dtype.str]} [{'x'.join(map(str, x.shape))}] {hashlib.sha256(x.tobytes()).hexdigest()}")
    print("\n".join(sorted(lines)))
    print("--")
)";

std::string describeModel(const Model& model)
{
    std::vector<std::string> lines;
    for (const auto& layer : model.layers()) {
        std::string shape;
        for (const auto size : layer.view.shape) {
            shape += (shape.empty() ? "" : "x") + std::to_string(size);
        }
        lines.push_back(
            layer.name + " " + info(layer.view.dtype).name + " [" + shape + "] " + sha256(layer.view.bytes) + "\n");
    }
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (const auto& line : lines) {
        out += line;
    }
    return out + "--\n";
}

TEST(NumpyLoader, WhatNumpyWritesIsReadBitForBit)
{
    const test::TempDir dir;
    const std::vector<std::string> files { "a.npz", "b.npz", "one.npy", "v2.npy", "v3.npy" };
    std::vector<std::string> arguments { dir.path().string() };
    arguments.insert(arguments.end(), files.begin(), files.end());
    const auto expected = test::runPython(makeAndDescribe, arguments);
    std::string found;
    for (const auto& file : files) {
        found += describeModel(*openModel(dir / file));
    }
    EXPECT_EQ(found, expected);
    const auto model = openModel(dir / "a.npz");
    EXPECT_EQ(model->format(), "numpy");
    const auto layer = [&](const char* name) { return model->layer(model->find(name)); };
    EXPECT_EQ(layer("fc1.weight").kind, LayerKind::Linear);
    EXPECT_EQ(layer("fc1.weight").outAxis, 0);
    EXPECT_EQ(layer("fc1.bias").kind, LayerKind::Bias);
    EXPECT_EQ(layer("dense/kernel").kind, LayerKind::Linear);
    EXPECT_EQ(layer("dense/kernel").outAxis, 1);
    EXPECT_EQ(layer("conv2d/kernel").kind, LayerKind::Conv2d);
    EXPECT_EQ(layer("conv2d/kernel").outAxis, 3);
    EXPECT_EQ(layer("conv2d/kernel").matrix().shape, (Shape { 16, 36 }));
    std::filesystem::rename(dir / "a.npz", dir / "a.safetensors");
    EXPECT_EQ(openModel(dir / "a.safetensors")->format(), "numpy") << "names do not matter";
}

std::string npy(const std::string& header, const std::string& data, int version = 1)
{
    return "\x93NUMPY"s + static_cast<char>(version) + '\0' + littleEndian(header.size(), version == 1 ? 2 : 4)
        + header + data;
}

std::string dictOf(const std::string& descr, const std::string& order, const std::string& shape)
{
    return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

std::string withShape(const std::string& shape, std::size_t bytes = 16)
{
    return npy(dictOf("'<f4'", "False", shape), std::string(bytes, '\0'));
}

std::string withType(const std::string& type)
{
    return npy(dictOf(type, "False", "(2, 2)"), std::string(16, '\0'));
}

std::string withHeader(const std::string& header)
{
    return npy(header, std::string(16, '\0'));
}

std::vector<BadFile> badArrays()
{
    const auto good = withShape("(2, 2)");
    const auto unsupported = ErrorKind::Unsupported;
    return {
        { "only the magic", good.substr(0, 6), { "truncated" } },
        { "no header length", good.substr(0, 9), { "truncated" } },
        { "header cut off", good.substr(0, 30), { "claims" } },
        { "data cut off", good.substr(0, good.size() - 1), { "needs 16 bytes", "15" } },
        { "data too long", good + "x", { "needs 16 bytes", "17" } },
        { "no data", withShape("(2, 2)", 0), { "needs 16 bytes" } },
        { "version 0", npy(dictOf("'<f4'", "False", "(2, 2)"), "", 0), { "version 0" }, unsupported },
        { "version 4", npy(dictOf("'<f4'", "False", "(2, 2)"), "", 4), { "version 4" }, unsupported },
        { "header of 4 GB", "\x93NUMPY\2\0\xff\xff\xff\xff"s, { "4294967295" } },
        { "header of 70000 bytes", npy(std::string(70000, ' '), "", 2), { "70000", "at most" } },
        { "header empty", withHeader(""), { "malformed" } },
        { "header blank", withHeader("      "), { "malformed" } },
        { "header a list", withHeader("['<f4', False, (2, 2)]"), { "malformed" } },
        { "header a call", withHeader("dict(descr='<f4')"), { "malformed" } },
        { "header an import", withHeader("__import__('os').system('true')"), { "malformed" } },
        { "header without an end", withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), "),
            { "malformed" } },
        { "text after the header", withHeader(dictOf("'<f4'", "False", "(2, 2)") + "x"), { "malformed" } },
        { "empty dictionary", withHeader("{}"), { "malformed" } },
        { "no type", withHeader("{'fortran_order': False, 'shape': (2, 2)}"), { "malformed" } },
        { "no order", withHeader("{'descr': '<f4', 'shape': (2, 2)}"), { "malformed" } },
        { "no shape", withHeader("{'descr': '<f4', 'fortran_order': False}"), { "malformed" } },
        { "type twice", withHeader("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}"),
            { "malformed", "descr" } },
        { "shape twice", withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'shape': (4,)}"),
            { "malformed", "shape" } },
        { "order twice", withHeader("{'fortran_order': False, 'fortran_order': True, 'descr': '<f4', 'shape': (2, 2)}"),
            { "malformed", "fortran_order" } },
        { "another key", withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'x': 1}"),
            { "malformed", "'x'" } },
        { "key without quotes", withHeader("{descr: '<f4', 'fortran_order': False, 'shape': (2, 2)}"), { "malformed" } },
        { "colon missing", withHeader("{'descr' '<f4', 'fortran_order': False, 'shape': (2, 2)}"), { "malformed" } },
        { "comma missing", withHeader("{'descr': '<f4' 'fortran_order': False, 'shape': (2, 2)}"), { "malformed" } },
        { "quote missing", withHeader("{'descr': '<f4, "), { "malformed" } },
        { "order a number", npy(dictOf("'<f4'", "0", "(2, 2)"), std::string(16, '\0')), { "malformed" } },
        { "order in small letters", npy(dictOf("'<f4'", "false", "(2, 2)"), std::string(16, '\0')), { "malformed" } },
        { "order a text", npy(dictOf("'<f4'", "'False'", "(2, 2)"), std::string(16, '\0')), { "malformed" } },
        { "shape a number", withShape("4"), { "malformed" } },
        { "shape a list", withShape("[2, 2]"), { "malformed" } },
        { "shape negative", withShape("(-2, -2)"), { "malformed" } },
        { "shape with a fraction", withShape("(2.0, 2)"), { "malformed" } },
        { "shape a power", withShape("(2**2,)"), { "malformed" } },
        { "shape a text", withShape("('2', 2)"), { "malformed" } },
        { "shape without an end", withShape("(2, 2"), { "malformed" } },
        { "shape with two commas", withShape("(2,,2)"), { "malformed" } },
        { "shape with a hexadecimal", withShape("(0x2, 2)"), { "malformed" } },
        { "shape nested", withShape("((2, 2), )"), { "malformed" } },
        { "65 dimensions", withShape("(2, 2" + [] {
             std::string ones;
             for (int i = 0; i < 63; ++i) {
                 ones += ", 1";
             }
             return ones;
         }() + ")"),
            { "malformed" } },
        { "shape smaller than the data", withShape("(3,)"), { "needs 12 bytes" } },
        { "shape larger than the data", withShape("(5,)"), { "needs 20 bytes" } },
        { "scalar with too much data", withShape("()"), { "needs 4 bytes" } },
        { "empty shape with data", withShape("(0, 4)"), { "needs 0 bytes" } },
        { "dimension of 2^63", withShape("(9223372036854775808,)"), { "malformed" } },
        { "dimension of 2^62", withShape("(4611686018427387904,)"), { "too large" } },
        { "product of 2^64", withShape("(4294967296, 4294967296)"), { "too large" } },
        { "product of 2^64 and a bit", withShape("(4294967296, 4294967297)"), { "too large" } },
        { "product that wraps to the right size", withShape("(4611686018427387905, 4)"), { "too large" } },
        { "objects", withType("'|O'"), { "Python objects" }, ErrorKind::Refused },
        { "objects of 8 bytes", withType("'|O8'"), { "Python objects" }, ErrorKind::Refused },
        { "object arrays as numpy writes them",
            npy(dictOf("'|O'", "False", "(1,)"), "\x80\x03cos\nsystem\nX\4\0\0\0true\x85R."s), { "Python objects" },
            ErrorKind::Refused },
        { "structures", withType("[('a', '<f4'), ('b', '<f4')]"), { "structures" }, unsupported },
        { "structures of objects", withType("[('a', '|O')]"), { "structures" }, unsupported },
        { "complex numbers", withType("'<c8'"), { "<c8" }, unsupported },
        { "long double", withType("'<f16'"), { "<f16" }, unsupported },
        { "text", withType("'<U4'"), { "<U4" }, unsupported },
        { "bytes", withType("'|S4'"), { "|S4" }, unsupported },
        { "void", withType("'|V4'"), { "|V4" }, unsupported },
        { "dates", withType("'<M8[ns]'"), { "<M8" }, unsupported },
        { "no byte order", withType("'f4'"), { "f4" }, unsupported },
        { "byte order of nothing", withType("'|f4'"), { "|f4" }, unsupported },
        { "type empty", withType("''"), { "type" }, unsupported },
        { "type of 3 bytes", withType("'<f3'"), { "<f3" }, unsupported },
        { "type a number", withType("4"), { "malformed" } },
        { "type a class", withType("float"), { "malformed" } },
        { "hostile text in the type", withType("'\x1b[31m'"), { "\\x1b" }, unsupported },
    };
}

std::vector<BadFile> badArchives()
{
    const auto good = withShape("(2, 2)");
    auto damaged = zipBytes({ { "w.npy", good } });
    damaged[damaged.size() / 2] ^= 1;
    return {
        { "damaged array", damaged, {} },
        { "array cut off", zipBytes({ { "w.npy", good.substr(0, good.size() - 1) } }), { "tensor w", "needs 16" } },
        { "no array", zipBytes({ { "w.npy", "hello" } }), { "tensor w", "truncated" } },
        { "objects", zipBytes({ { "w.npy", withType("'|O'") } }), { "tensor w", "Python objects" },
            ErrorKind::Refused },
        { "two arrays of one name", zipBytes({ { "w.npy", good }, { "w.npy", good } }), { "twice" } },
        { "a bomb", zipBytes({ { "w.npy", withShape("(5000000,)", 20000000), true } }), { "unpack" } },
        { "arrays and something else", zipBytes({ { "w.npy", good }, { "run.py", "x" } }), { "zip archive" },
            ErrorKind::Unsupported },
    };
}

TEST(NumpyBadFiles, EachIsRefusedWithItsCause)
{
    const auto arrays = badArrays();
    const auto archives = badArchives();
    EXPECT_GE(arrays.size() + archives.size(), 60U);
    test::expectAllRefused("NumPy arrays", "w.npy", arrays);
    test::expectAllRefused("NumPy archives", "w.npz", archives);
}

} // namespace
} // namespace bw
