// The NumPy archive: NumPy decodes it to the engine's values, and so does Bitwright; it says where it comes from.

#include "core/base/zip_archive.h"
#include "core/export/zip_writer.h"
#include "core/model/loader.h"
#include "tests/core/export/array_export.h"
#include "tests/support/damaged_files.h"
#include "tests/support/paths.h"

#include <fstream>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// As in the README.
constexpr const char* decode = R"(
import sys, json, hashlib
import numpy as np
z = np.load(sys.argv[1]); d = json.loads(z["bitwright.json"])
def weights(name):
    e = d["bitwright.layers"].get(name)
    if e is None: return z[name]
    a = {r: z[n] for r, n in e["arrays"].items()}
    if "values" in a: return a["values"]
    b, n = e["code_bits"], int(np.prod(e["shape"]))
    c = np.unpackbits(a["codes"].reshape(-1).view(np.uint8), bitorder="little")[:n*b].reshape(n, b) @ (1 << np.arange(b))
    i = np.arange(n); row = i // e["row_length"]
    g = row * e["groups_per_row"] + i % e["row_length"] // e["group_length"]
    scales = a["scales"].reshape(-1)[g].astype(np.float32) if "scales" in a else np.float32(1)
    if "codebook" in a:
        t = a["codebook"]; v = t[0 if len(t) == 1 else row if e["table_per_row"] else g, c]
    else:
        v = (c + e["low"] - (a["zero_points"].reshape(-1)[g].astype(int) if "zero_points" in a else 0)).astype(np.float32)
    s = list(e["shape"]); s.insert(0, s.pop(e["out_axis"]))
    return np.moveaxis((v * scales).reshape(s), 0, e["out_axis"])
coded = sorted(n for e in d["bitwright.layers"].values() for n in e["arrays"].values())
kept = [n for n in z.files if n != "bitwright.json" and n not in coded]
for n in sorted(list(d["bitwright.layers"]) + kept):
    w = weights(n).astype(np.float32)
    print(n, "x".join(map(str, w.shape)), hashlib.sha256(w.tobytes()).hexdigest())
)";

class NumpyExport : public ArrayExport
{
protected:
    NumpyExport()
        : ArrayExport("out.npz", decode)
    {
    }
};

TEST_F(NumpyExport, NumPyDecodesItBitForBit)
{
    for (const char* format :
        { "int4/b32", "int4s/c:absmax:f16", "uint4/b32:search", "uint8/c", "nf4/b64", "kmeans3/c", "kmeans3/b32",
            "lloyd4/c", "pow5/c", "int8/t", "int16/c", "int3/b24", "e2m1/b32:e8m0", "uint3/t", "f16", "bf16", "f32" }) {
        const auto model = quantized(format);
        exported(*model);
        EXPECT_EQ(decoded(), valueLines(*model)) << format;
    }
}

TEST_F(NumpyExport, OpensAgainWithTheSameValues)
{
    for (const char* format : { "int4/b32", "uint4/b32:search", "kmeans3/c", "f16" }) {
        expectOpensAgain(format);
    }
}

TEST_F(NumpyExport, FloatValuesWhenAskedFor)
{
    const auto model = quantized("q4_0");
    exported(*model, true);
    EXPECT_EQ(decoded(), valueLines(*model));
}

TEST_F(NumpyExport, WhatHasNoArraysIsRefused)
{
    writeModelFile(m_folder / "in.safetensors", { { "w.weight", normalTensor({ 4, 64 }, 1) } });
    m_model = openModel(m_folder / "in.safetensors");
    for (const char* format : { "q4_0", "vq2x8/c", "int4/c/rans", "int4/b32/rot=1" }) {
        const auto model = quantized(format);
        const auto& exporter = exporterFor(target(), {});
        EXPECT_EQ(exporter.canPlan(*m_model, model->plan, {}).size(), 1U) << format;
        try {
            exported(*model);
            ADD_FAILURE() << format;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << error.fullEnglish();
            EXPECT_NE(error.fullEnglish().find("w.weight"), std::string::npos) << error.fullEnglish();
        }
        EXPECT_FALSE(std::filesystem::exists(target())) << format;
    }
}

TEST_F(NumpyExport, SizesAreKnownBefore)
{
    for (const char* format : { "int4/b32", "uint4/b32:search", "kmeans3/c", "int8/c:absmax:f16" }) {
        expectSizesAreKnown(format, 400);
    }
}

TEST_F(NumpyExport, IsVerifiedAndMadeAgain)
{
    exported(*quantized("int4/b32"));
    const auto checks = verifyFile(target(), m_model->path(), {});
    EXPECT_EQ(checks.size(), 4U);
    EXPECT_TRUE(allOk(checks));
    EXPECT_TRUE(allOk(verifyFile(target(), {}, {})));
    EXPECT_EQ(openModel(target())->metadata().at("bitwright.seed"), "7");

    writeModelFile(m_folder / "other.safetensors", { { "w.weight", normalTensor({ 4, 64 }, 1) } });
    EXPECT_FALSE(allOk(verifyFile(target(), m_folder / "other.safetensors", {})));
}

TEST_F(NumpyExport, EveryFlippedByteOfTheDataIsFound)
{
    exported(*quantized("int4/b32"));
    std::ifstream in(target(), std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    std::size_t found = 0;
    std::size_t tried = 0;
    for (std::size_t at = 0; at < whole.size(); at += 97) {
        std::string bad = whole;
        bad[at] = static_cast<char>(bad[at] ^ 4);
        std::ofstream(m_folder / "bad.npz", std::ios::binary) << bad;
        try {
            found += allOk(verifyFile(m_folder / "bad.npz", m_model->path(), {})) ? 0 : 1;
        } catch (const Error&) {
            ++found;
        }
        ++tried;
    }
    // What is between the records (zeros that align them) says nothing, and need not be noticed.
    EXPECT_GE(static_cast<double>(found), 0.75 * static_cast<double>(tried)) << found << " of " << tried;
}

TEST_F(NumpyExport, DescriptionsThatLieAreRefused)
{
    exported(*quantized("int4/b32"));
    const ZipArchive archive(target());
    const std::string description = archive.readText("bitwright.json", 1 << 20);
    const std::vector<std::pair<std::string, std::string>> lies { { "\"code_bits\": 4", "\"code_bits\": 5" },
        { "\"code_bits\": 4", "\"code_bits\": 0" }, { "\"groups_per_row\": ", "\"groups_per_row\": 9" },
        { "\"row_length\": ", "\"row_length\": 9" }, { "\"group_length\": ", "\"group_length\": 0, \"x\": " },
        { "\"out_axis\": 0", "\"out_axis\": 7" }, { ".codes\"", ".kodes\"" }, { ".scales\"", ".bias\"" },
        { "\"shape\": [", "\"shape\": [1000000000000, 1000000000000, " }, { "\"shape\": [", "\"shape\": [-1, " },
        { "\"table_per_row\": false", "\"table_per_row\": 1" }, { "\"low\": -8", "\"low\": -1e9" },
        { "bitwright.layers", "bitwright.lawyers" }, { "{", "[" } };
    for (const auto& [truth, lie] : lies) {
        std::string text = description;
        ASSERT_NE(text.find(truth), std::string::npos) << truth;
        text.replace(text.find(truth), truth.size(), lie);
        std::ofstream(m_folder / "bad.npz").close();
        ZipWriter zip(m_folder / "bad.npz");
        zip.begin("bitwright.json", text.size());
        zip.write(std::as_bytes(std::span(text)));
        for (const auto& name : archive.names()) {
            if (name != "bitwright.json") {
                const auto content = archive.content(name);
                zip.begin(name, content.bytes.size());
                zip.write(content.bytes);
            }
        }
        zip.close();
        try {
            openModel(m_folder / "bad.npz");
            ADD_FAILURE() << lie;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadFile) << lie << ": " << error.fullEnglish();
        }
    }
}

TEST(ZipWriter, PythonReadsManyRecords)
{
    const TempDir folder;
    const auto path = folder / "many.zip";
    std::ofstream(path).close();
    std::vector<std::pair<std::string, std::uint64_t>> records;
    ZipWriter zip(path);
    const std::string data = "0123456789";
    for (std::size_t i = 0; i < 66000; ++i) {
        records.emplace_back("földer/" + std::to_string(i), i % data.size());
        zip.begin(records.back().first, records.back().second);
        zip.write(std::as_bytes(std::span(data)).first(i % data.size()));
    }
    zip.close();
    EXPECT_EQ(std::filesystem::file_size(path), ZipWriter::fileBytes(records));
    EXPECT_EQ(ZipArchive(path).names().size(), records.size());
    EXPECT_EQ(runPython("import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(len(z.namelist()), z.testzip(), "
                        "z.read('f\\u00f6lder/65999'))",
                  { path.string() }),
        "66000 None b'012345678'\n");
}

TEST(ZipWriter, RefusesNamesThatLeadElsewhere)
{
    const TempDir folder;
    std::ofstream(folder / "a.zip").close();
    ZipWriter zip(folder / "a.zip");
    for (const char* name : { "", "/a", "../a", "a/../b", "a/", "a\\b", "a//b", "./a" }) {
        EXPECT_THROW(zip.begin(name, 0), Error) << name;
    }
}

} // namespace
} // namespace bw::test
