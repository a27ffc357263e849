// Files of at most 1 MB that ask for much: each loader opens or refuses them within 100 ms of processor time and 16 MB.

#include "core/model/loader.h"
#include "tests/core/small_files/opening_cost.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/pickle_builder.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wire_builder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

constexpr std::size_t mostBytes = std::size_t { 1 } << 20;

struct SmallFile
{
    std::string loader; ///< whose kind it is
    std::string what;
    std::string name;
    std::string bytes;
};

std::string repeated(std::size_t count, const std::function<std::string(std::size_t)>& piece)
{
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += piece(i);
    }
    return out;
}

std::string entry(std::size_t i, const std::string& shape = "")
{
    return "\"t" + std::to_string(i) + "\":{\"dtype\":\"U8\",\"shape\":[" + shape + "],\"data_offsets\":["
        + (shape.empty() ? std::to_string(i) + "," + std::to_string(i + 1) : "0,0") + "]}";
}

std::vector<SmallFile> safetensorsFiles()
{
    const auto file = [](const char* what, const std::string& header, std::size_t data = 0) {
        return SmallFile { "safetensors", what, "m.safetensors", safetensorsBytes(header, std::string(data, 'x')) };
    };
    const auto commas = [](std::size_t i) { return std::string(i == 0 ? "" : ","); };
    return {
        file("many tensors", "{" + repeated(16'000, [&](std::size_t i) { return commas(i) + entry(i); }) + "}", 16'000),
        file("many empty tensors of huge shapes",
            "{" + repeated(10'000, [&](std::size_t i) { return commas(i) + entry(i, "0,4611686018427387904"); }) + "}"),
        file("a name of 900 kB", "{\"" + std::string(900'000, 'n') + entry(0).substr(3) + "}", 1),
        file("a name of 150,000 escapes",
            "{\"" + repeated(150'000, [](std::size_t) { return "\\u0001"; }) + entry(0).substr(3) + "}", 1),
        file("much metadata",
            "{\"__metadata__\":{" + repeated(60'000, [&](std::size_t i) {
                return commas(i) + "\"" + std::to_string(i) + "\":\"\"";
            }) + "}}"),
        file("64 dimensions of 1",
            "{" + repeated(2'500, [&](std::size_t i) {
                return commas(i) + "\"" + std::to_string(i) + "\":{\"dtype\":\"U8\",\"shape\":[0"
                    + repeated(63, [](std::size_t) { return ",9"; }) + "],\"data_offsets\":[0,0]}";
            }) + "}"),
        file("an unknown key with many values",
            "{\"t\":{\"x\":[" + repeated(400'000, [&](std::size_t i) { return commas(i) + "1"; })
                + "],\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}",
            1),
        { "safetensors", "an index of many tensors", "m.safetensors.index.json",
            "{\"weight_map\":{" + repeated(30'000, [&](std::size_t i) {
                return commas(i) + "\"" + std::to_string(i) + "\":\"model.safetensors\"";
            }) + "}}" },
        { "safetensors", "an index of many shards", "m.safetensors.index.json",
            "{\"weight_map\":{" + repeated(40'000, [&](std::size_t i) {
                return commas(i) + "\"" + std::to_string(i) + "\":\"" + std::to_string(i) + ".s\"";
            }) + "}}" },
    };
}

/// `layers` and `recipe` as they stand in a JSON text.
SmallFile quantizedFile(const char* what, const std::string& layers, const std::string& recipe)
{
    const std::string metadata = R"("bitwright.kind":"quantized","bitwright.layers":")" + layers
        + R"(","bitwright.recipe":")" + recipe
        + R"(","bitwright.source_file":"","bitwright.source_sha256":"","bitwright.tool_version":"1","bitwright.version":"1")";
    return { "bitwright", what, "m.safetensors", safetensorsBytes("{\"__metadata__\":{" + metadata + "}}", "") };
}

std::vector<SmallFile> quantizedFiles()
{
    const auto many = [](const std::string& piece, std::size_t count) {
        return repeated(count, [&](std::size_t i) { return (i == 0 ? "" : ",") + piece; });
    };
    const std::string recipe = R"({\"bitwright_recipe\":1,\"default\":{\"format\":\"int4/c\"},\"rules\":[]})";
    return {
        quantizedFile("layers: a list of lists", "[" + many("[]", 320'000) + "]", recipe),
        quantizedFile("layers: a list of objects", "[" + many("{}", 320'000) + "]", recipe),
        quantizedFile("layers: a list of zeros", "[" + many("0", 480'000) + "]", recipe),
        quantizedFile("layers: a list of texts", "[" + many(R"(\"\")", 190'000) + "]", recipe),
        quantizedFile("layers: many keys",
            "{" + repeated(80'000, [](std::size_t i) { return (i == 0 ? "" : ",") + R"(\")"s + std::to_string(i) + R"(\":0)"; })
                + "}",
            recipe),
        quantizedFile("layers: nested objects",
            repeated(50'000, [](std::size_t) { return R"({\"a\":)"; }) + repeated(50'000, [](std::size_t) { return "}"; }),
            recipe),
        quantizedFile("recipe: a list of lists", "{}", "[" + many("[]", 320'000) + "]"),
        quantizedFile("recipe: many rules", "{}",
            R"({\"bitwright_recipe\":1,\"default\":{\"format\":\"int4/c\"},\"rules\":[)"
                + many(R"({\"match\":\"a\",\"format\":\"int4/c\"})", 20'000) + "]}"),
        quantizedFile("recipe: a long format", "{}",
            R"({\"bitwright_recipe\":1,\"default\":{\"format\":\"levels()" + many("1", 400'000) + R"()/c\"},\"rules\":[]})"),
    };
}

std::vector<SmallFile> pytorchFiles()
{
    using namespace pickle;
    const auto zip = [](const char* what, const std::string& opcodes) {
        return SmallFile { "pytorch", what, "m.pt", torchZip(proto() + opcodes + stop) };
    };
    const auto pairs = [](std::size_t count, const Tensor& parts) {
        std::vector<std::string> items;
        for (std::size_t i = 0; i < count; ++i) {
            items.push_back(text(std::to_string(i)));
            items.push_back(tensor(parts));
        }
        return items;
    };
    Tensor huge;
    huge.size = tuple({ number(1 << 30), number(1 << 30) });
    huge.strides = tuple({ number(0), number(0) });
    Tensor empty;
    empty.size = tuple({ number(0), number(1 << 30) });
    const auto nested = [](std::size_t count, const char* open, const char* close) {
        return repeated(count, [&](std::size_t) { return open; }) + none + repeated(count, [&](std::size_t) { return close; });
    };
    return {
        zip("many tensors on one storage", dict(pairs(4'500, {}))),
        zip("many views of 2^60 values", dict(pairs(4'500, huge))),
        zip("many empty tensors", dict(pairs(4'500, empty))),
        zip("lists in lists", nested(400'000, "]", "a")),
        zip("tuples in tuples", nested(400'000, "", "\x85")),
        zip("many marks", std::string(900'000, '(')),
        zip("many empty dicts", "(" + std::string(900'000, '}') + "l"),
        zip("many empty lists", "(" + std::string(900'000, ']') + "t"),
        zip("one text in many places",
            text("abc") + "q\0"s + repeated(400'000, [](std::size_t) { return "h\0"s; })),
        zip("many memo slots", repeated(170'000, [](std::size_t i) { return "Nr" + littleEndian(i * 1000, 4); })),
        { "pytorch", "many records", "m.pt", [] {
             std::vector<ZipRecord> records;
             for (int i = 0; i < 7'000; ++i) {
                 records.push_back({ "archive/data/" + std::to_string(i + 1), "" });
             }
             return torchZip(proto() + dict({ text("w"), tensor({}) }) + stop, records);
         }() },
    };
}

std::vector<SmallFile> ggufFiles()
{
    const auto with = [](const char* what, const std::function<void(GgufBuilder&)>& change) {
        GgufBuilder file;
        change(file);
        return SmallFile { "gguf", what, "m.gguf", file.bytes() };
    };
    return {
        with("many tensors",
            [](GgufBuilder& file) {
                for (int i = 0; i < 14'000; ++i) {
                    file.add(std::to_string(i), { 1 }, 24, "x");
                }
            }),
        with("empty tensors of huge sizes",
            [](GgufBuilder& file) {
                for (int i = 0; i < 14'000; ++i) {
                    file.tensors.push_back(ggufTensor(std::to_string(i), { 0, 1ULL << 60 }, 0, 0));
                }
            }),
        with("many entries",
            [](GgufBuilder& file) {
                for (int i = 0; i < 52'000; ++i) {
                    file.entries.push_back(ggufEntry(std::to_string(i), 7, "\x01"));
                }
            }),
        with("arrays in arrays",
            [](GgufBuilder& file) {
                file.entries.push_back(ggufEntry("k", 9,
                    repeated(80'000, [](std::size_t) { return littleEndian(9, 4) + littleEndian(1, 8); })));
            }),
        with("an array of 2^60 texts",
            [](GgufBuilder& file) { file.entries.push_back(ggufEntry("k", 9, ggufArray(8, 1ULL << 60, ""))); }),
        with("an array of a million bytes",
            [](GgufBuilder& file) {
                file.entries.push_back(ggufEntry("k", 9, ggufArray(0, 1'000'000, std::string(1'000'000, 'x'))));
            }),
        with("many texts",
            [](GgufBuilder& file) {
                file.entries.push_back(ggufEntry("k", 9, ggufArray(8, 120'000, std::string(960'000, '\0'))));
            }),
        with("2^60 tensors", [](GgufBuilder& file) { file.tensorCount = 1ULL << 60; }),
        with("2^60 entries", [](GgufBuilder& file) { file.entryCount = 1ULL << 60; }),
    };
}

std::vector<SmallFile> onnxFiles()
{
    std::string deep;
    for (int i = 0; i < 20'000 && deep.size() < 400'000; ++i) {
        deep = wireBytes(1, wireBytes(5, wireBytes(1, "b") + wireBytes(6, deep))); // a graph as an attribute of a node
    }
    const auto file = [](const char* what, std::string bytes) {
        return SmallFile { "onnx", what, "m.onnx", std::move(bytes) };
    };
    const auto tensors = [](std::size_t count, const std::vector<std::int64_t>& dims, int type, const char* bytes) {
        std::vector<std::string> all;
        for (std::size_t i = 0; i < count; ++i) {
            all.push_back(onnxTensor(std::to_string(i), dims, type, bytes));
        }
        return all;
    };
    return {
        file("many tensors", onnxModel(tensors(50'000, {}, 3, "x"))),
        file("many empty tensors of huge shapes", onnxModel(tensors(25'000, { 0, std::int64_t { 1 } << 62 }, 3, ""))),
        file("graphs in graphs", wireNumber(1, 7) + wireBytes(7, deep)),
        file("many empty nodes", wireNumber(1, 7) + wireBytes(7, repeated(480'000, [](std::size_t) { return "\x0a\x00"s; }))),
        file("a node of many inputs",
            wireNumber(1, 7) + wireBytes(7, wireBytes(1, repeated(330'000, [](std::size_t) { return "\x0a\x01x"s; })))),
    };
}

std::vector<SmallFile> otherFiles()
{
    const auto ply = [](const char* what, const std::string& elements, const std::string& data = "") {
        return SmallFile { "ply", what, "m.ply",
            "ply\nformat binary_little_endian 1.0\n" + elements + "end_header\n" + data };
    };
    const auto property = [](std::size_t i) { return "property float p" + std::to_string(i) + "\n"; };
    std::vector<SmallFile> all {
        ply("many properties", "element vertex 1\n" + repeated(40'000, property), std::string(160'000, '\0')),
        ply("many elements", repeated(40'000, [](std::size_t i) { return "element e" + std::to_string(i) + " 0\n"; })),
        ply("2^62 vertices without properties", "element vertex 4611686018427387904\n"),
        ply("2^62 vertices", "element vertex 4611686018427387904\nproperty float x\n"),
        ply("2^60 empty lists", "element face 1152921504606846976\nproperty list uchar int i\n", "\0"s),
        ply("a million empty lists", "element face 1000000\nproperty list uchar int i\n", std::string(1'000'000, '\0')),
        ply("many comments", repeated(120'000, [](std::size_t) { return "comment\n"; })),
    };
    for (const std::uint64_t big : { 0x7FFFFFFFULL, 0x40000000ULL, 1ULL, 0ULL }) {
        std::string numbers;
        for (int i = 0; i < 7; ++i) {
            numbers += littleEndian(big, 4);
        }
        all.push_back({ "llama2c", "all sizes " + std::to_string(big), "m.bin", numbers + std::string(4096, '\0') });
        all.push_back({ "llama2c", "all sizes " + std::to_string(big) + ", marked", "m.bin",
            "24ka"s + littleEndian(1, 4) + numbers + std::string(4096, '\0') });
    }
    const auto npy = [](const std::string& what, const std::string& shape, std::size_t data) {
        std::string header = "{'descr': '|u1', 'fortran_order': True, 'shape': (" + shape + "), }";
        header += std::string(63 - (10 + header.size()) % 64, ' ') + "\n";
        return SmallFile { "numpy", what, "m.npy",
            "\x93NUMPY\1\0"s + littleEndian(header.size(), 2) + header + std::string(data, 'x') };
    };
    all.push_back(npy("no values of a huge shape", "0, 4611686018427387904", 0));
    all.push_back(npy("2^60 values", "1152921504606846976,", 16));
    all.push_back(npy("many dimensions", repeated(60, [](std::size_t) { return "1, "; }), 1));
    all.push_back(npy("many more dimensions", repeated(20'000, [](std::size_t) { return "1, "; }), 1));
    all.push_back(npy("a million values in Fortran order", "1000, 1000", 1'000'000));
    std::vector<ZipRecord> records;
    for (int i = 0; i < 4'000; ++i) {
        records.push_back({ std::to_string(i) + ".npy", npy("", "1,", 1).bytes });
    }
    all.push_back({ "numpy", "many arrays", "m.npz", zipBytes(records) });
    all.push_back({ "numpy", "packed a hundredfold", "m.npz",
        zipBytes({ { "a.npy", npy("", "8000000,", 8'000'000).bytes, true } }) });
    return all;
}

/// What only Python's libraries can make; name: "loader what.suffix".
std::vector<SmallFile> filesOfPython()
{
    const TempDir dir;
    runPython(R"py(
import sys, io, zipfile, h5py, numpy as np, torch
folder = sys.argv[1] + "/"
def h5(what, make, **options):
    with h5py.File(folder + "hdf5 " + what + ".h5", "w", **options) as f: make(f)
def many(f):
    for i in range(1200): f.create_dataset(str(i), data=np.float32(i))
def groups(f):
    at = f
    for i in range(400): at = at.create_group("g")
    at["w"] = np.ones(3, "f4")
def broad(f):
    for i in range(1500): f.create_group(str(i))
def links(f):
    f["w"] = np.ones((2, 2), "f4")
    for i in range(4000): f["l%d" % i] = f["w"]
def circle(f):
    f["a/w"] = np.ones((2, 2), "f4"); f["a/back"] = h5py.SoftLink("/"); f["a/hard"] = f["/"]
h5("many datasets", many, libver="latest")
h5("nested groups", groups, libver="latest")
h5("many groups", broad, libver="latest")
h5("many names of one dataset", links, libver="latest")
h5("a circle of groups", circle)
h5("no values of a huge shape", lambda f: f.create_dataset("w", shape=(0, 1 << 60), dtype="f4", maxshape=(None, None), chunks=(1, 1024)))
h5("a terabyte never written", lambda f: f.create_dataset("w", shape=(1 << 20, 1 << 18), dtype="f4", chunks=(1024, 1024)))
h5("values packed a hundredfold", lambda f: f.create_dataset("w", data=np.zeros((2000, 1000), "f4"), compression=9, chunks=(100, 1000)))
h5("much metadata", lambda f: [f.attrs.__setitem__("a%d" % i, "x" * 50) for i in range(3000)], libver="latest")
net = folder + "net.py" # TorchScript reads the program's text
with open(net, "w") as f: f.write("""
import torch
class Net(torch.nn.Module):
    def __init__(self, count: int, size: int):
        super().__init__()
        for i in range(count): self.register_parameter("w%d" % i, torch.nn.Parameter(torch.ones(size, size)))
    def forward(self, x): return x
""")
sys.path.insert(0, folder)
from net import Net
torch.jit.save(torch.jit.script(Net(1, 8)), folder + "torchscript a program.pt")
torch.jit.save(torch.jit.script(Net(600, 2)), folder + "torchscript many weights.pt")
np.save(folder + "numpy an empty array.npy", np.zeros((0, 3)))
)py",
        { dir.path().string() });
    std::vector<SmallFile> all;
    for (const auto& made : fs::directory_iterator(dir.path())) {
        const auto name = made.path().filename().string();
        const auto space = name.find(' ');
        if (space == std::string::npos) {
            continue; // the program's text
        }
        all.push_back({ name.substr(0, space), made.path().stem().string().substr(space + 1),
            "m" + made.path().extension().string(), readFile(made.path()) });
    }
    EXPECT_GE(all.size(), 12U);
    return all;
}

std::vector<SmallFile> allFiles()
{
    std::vector<SmallFile> all = filesOfPython();
    for (const auto& more :
        { safetensorsFiles(), quantizedFiles(), pytorchFiles(), ggufFiles(), onnxFiles(), otherFiles() }) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

TEST(SmallFiles, AreOpenedOrRefusedCheaplyByEveryLoader)
{
    const TempDir dir;
    // Without LibTorch, whose own start takes longer than that.
    ::setenv("BITWRIGHT_PLUGIN_DIR", dir.path().c_str(), 1);
    struct Tally
    {
        std::size_t files = 0;
        std::size_t opened = 0;
        double slowest = 0;
        long largest = 0;
    };
    std::map<std::string, Tally> tallies;
    for (const auto& file : allFiles()) {
        SCOPED_TRACE(file.loader + ": " + file.what);
        EXPECT_LE(file.bytes.size(), mostBytes);
        writeFile(dir / file.name, file.bytes);
        const auto cost = costOfOpening(dir / file.name);
        fs::remove(dir / file.name);
        EXPECT_LT(cost.milliseconds, 100) << cost.outcome.substr(0, 300);
        EXPECT_LT(cost.kilobytes, 16 << 10) << cost.outcome.substr(0, 300);
        EXPECT_LT(cost.outcome.size(), 1000U) << cost.outcome.substr(0, 300);
        EXPECT_FALSE(cost.outcome.starts_with("internal") || cost.outcome.starts_with("out_of_memory")) << cost.outcome;
        auto& tally = tallies[file.loader];
        ++tally.files;
        tally.opened += cost.outcome.find("opened") != std::string::npos && cost.outcome.size() < 10 ? 1 : 0;
        tally.slowest = std::max(tally.slowest, cost.milliseconds);
        tally.largest = std::max(tally.largest, cost.kilobytes);
    }
    for (const auto& [loader, tally] : tallies) {
        std::printf("%-12s %2zu small files, %2zu opened; at most %.0f ms, %.1f MB\n", loader.c_str(), tally.files,
            tally.opened, tally.slowest, static_cast<double>(tally.largest) / 1024);
    }
    for (const auto* loader : modelLoaders().entries()) {
        const bool isArrays = loader->id == "bitwright-arrays"; // npz and HDF5 with a description, read as these are
        EXPECT_TRUE(isArrays || tallies.contains(loader->id)) << loader->id << ": no small files to try";
    }
}

} // namespace
} // namespace bw::test
