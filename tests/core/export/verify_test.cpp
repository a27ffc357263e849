#include "core/base/json.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"
#include "core/model/safetensors_file.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/model_builders.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw {

namespace {
QuantizedModelPtr quantized(const ModelPtr& model, const std::string& format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    return quantizeModel(model, resolve(recipe, *model), nullptr, {});
}

void exportSmall(const test::TempDir& dir, const std::string& format, bool dequantized = false)
{
    exportModel(*quantized(test::smallModel(dir / "m.safetensors"), format), dir / "q.safetensors",
        exporterFor("x.safetensors", {}), { dequantized, {} }, {});
}

/// "name ok, name FAILED: detail, …"
std::string checksText(const std::vector<VerifyCheck>& checks)
{
    std::string text;
    for (const auto& check : checks) {
        text += (text.empty() ? "" : ", ") + check.name + (check.isOk ? " ok" : " FAILED: " + check.detail.english());
    }
    return text;
}

bool anyFailed(const std::vector<VerifyCheck>& checks)
{
    return checksText(checks).find("FAILED") != std::string::npos;
}

/// The parts of a safetensors file, so that tests can change one of them.
struct FileParts
{
    Json header;
    std::string data;

    explicit FileParts(const std::filesystem::path& path)
    {
        const auto bytes = test::readFile(path);
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), sizeof(length));
        header = parseJson(bytes.substr(8, length));
        data = bytes.substr(8 + length);
    }
    void write(const std::filesystem::path& path) const
    {
        test::writeFile(path, test::safetensorsBytes(header.dump(), data));
    }
    std::string& meta(const char* key) { return header["__metadata__"][key].get_ref<std::string&>(); }
    /// Changes the description of the layers.
    void editLayers(const std::function<void(Json&)>& edit)
    {
        Json layers = parseJson(meta("bitwright.layers"));
        edit(layers);
        meta("bitwright.layers") = layers.dump();
    }
};

std::string kindOfReading(const std::filesystem::path& path)
{
    try {
        readQuantizedFile(path, {});
        return "none";
    } catch (const Error& error) {
        EXPECT_NE(error.fullEnglish().find(path.filename().string()), std::string::npos) << error.fullEnglish();
        return errorKindName(error.kind());
    }
}
} // namespace

TEST(Verify, ExportsOfEveryFormatPassAlsoAgainstTheirSource)
{
    const test::TempDir dir;
    for (const auto* family : formatFamilies().entries()) {
        for (const auto& example : family->examples) {
            exportSmall(dir, example);
            EXPECT_EQ(checksText(verifyFile(dir / "q.safetensors", dir / "m.safetensors", {})),
                "structure ok, header hash ok, tensor hashes ok, values ok, source ok, source codes ok")
                << example;
        }
    }
    exportSmall(dir, "int4/c", true);
    EXPECT_EQ(checksText(verifyFile(dir / "q.safetensors", dir / "m.safetensors", {})),
        "structure ok, header hash ok, tensor hashes ok, source ok, source values ok");
    EXPECT_EQ(checksText(verifyFile(dir / "q.safetensors", {}, {})), "structure ok, header hash ok, tensor hashes ok");
}

TEST(Verify, EveryFlippedBitIsFound)
{
    const test::TempDir dir;
    test::writeModelFile(dir / "m.safetensors",
        { { "a.weight", test::normalTensor({ 4, 8 }, 1) }, { "b.bias", test::normalTensor({ 4 }, 2) } });
    for (const bool dequantized : { false, true }) {
        exportModel(*quantized(openModel(dir / "m.safetensors"), "int4/c"), dir / "q.safetensors",
            exporterFor("x.safetensors", {}), { dequantized, {} }, {});
        const auto whole = test::readFile(dir / "q.safetensors");
        for (std::size_t at = 0; at < whole.size(); ++at) {
            auto bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
            test::writeFile(dir / "x.safetensors", bytes);
            try {
                EXPECT_TRUE(anyFailed(verifyFile(dir / "x.safetensors", {}, {}))) << "byte " << at;
            } catch (const Error& error) {
                // A changed version number or element type is of a newer file, for all one can know.
                EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << "byte " << at << ": " << error.fullEnglish();
            }
        }
    }
}

TEST(Verify, NamesTheDamagedTensor)
{
    const test::TempDir dir;
    exportSmall(dir, "int4/c");
    auto bytes = test::readFile(dir / "q.safetensors");
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    test::writeFile(dir / "x.safetensors", bytes);
    const auto last = openSafetensorsFile(dir / "q.safetensors").tensors.back().name;
    EXPECT_NE(checksText(verifyFile(dir / "x.safetensors", {}, {})).find("tensor hashes FAILED: tensor " + last),
        std::string::npos);
}

TEST(Verify, AnotherSourceOrOtherCodesAreNoticed)
{
    const test::TempDir dir;
    exportSmall(dir, "int4/c");
    test::writeModelFile(dir / "other.safetensors", { { "w.weight", test::normalTensor({ 4, 8 }, 1) } });
    EXPECT_NE(checksText(verifyFile(dir / "q.safetensors", dir / "other.safetensors", {})).find("source FAILED"),
        std::string::npos);
    // The same names and shapes with one weight changed.
    auto bytes = test::readFile(dir / "m.safetensors");
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x40);
    test::writeFile(dir / "changed.safetensors", bytes);
    const auto text = checksText(verifyFile(dir / "q.safetensors", dir / "changed.safetensors", {}));
    EXPECT_NE(text.find("source FAILED"), std::string::npos) << text;
}

TEST(Verify, MissingFilesAndForeignOnes)
{
    const test::TempDir dir;
    try {
        verifyFile(dir / "absent.safetensors", {}, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::NotFound);
    }
    test::smallModel(dir / "m.safetensors");
    EXPECT_EQ(
        checksText(verifyFile(dir / "m.safetensors", dir / "m.safetensors", {})), "structure ok, values ok, source ok")
        << "a model Bitwright did not write";
    test::writeFile(dir / "x.safetensors", "");
    EXPECT_TRUE(anyFailed(verifyFile(dir / "x.safetensors", {}, {})));
    test::writeFile(dir / "x.safetensors", std::string(1000, 'x'));
    EXPECT_TRUE(anyFailed(verifyFile(dir / "x.safetensors", {}, {})));
}

TEST(QuantizedFile, RefusesEveryDamagedDescription)
{
    const test::TempDir dir;
    exportSmall(dir, "int4s/c");
    const FileParts good(dir / "q.safetensors");
    using Edit = std::function<void(FileParts&)>;
    const auto layer = [](const std::function<void(Json&)>& edit) -> Edit {
        return [edit](FileParts& parts) { parts.editLayers([&](Json& layers) { edit(layers["conv1.weight"]); }); };
    };
    const std::vector<std::pair<const char*, Edit>> defects {
        { "kind missing (unsupported)", [](FileParts& p) { p.header["__metadata__"].erase("bitwright.kind"); } },
        { "kind unknown (unsupported)", [](FileParts& p) { p.meta("bitwright.kind") = "other"; } },
        { "newer version (unsupported)", [](FileParts& p) { p.meta("bitwright.version") = "2"; } },
        { "version no number", [](FileParts& p) { p.meta("bitwright.version") = "one"; } },
        { "version negative", [](FileParts& p) { p.meta("bitwright.version") = "-1"; } },
        { "version missing", [](FileParts& p) { p.header["__metadata__"].erase("bitwright.version"); } },
        { "layers missing", [](FileParts& p) { p.header["__metadata__"].erase("bitwright.layers"); } },
        { "layers no JSON", [](FileParts& p) { p.meta("bitwright.layers") = "{"; } },
        { "layers a list", [](FileParts& p) { p.meta("bitwright.layers") = "[]"; } },
        { "layers nested deeply", [](FileParts& p) { p.meta("bitwright.layers") = std::string(1000, '['); } },
        { "a layer twice", [](FileParts& p) { p.meta("bitwright.layers") = R"({"a":1,"a":2})"; } },
        { "recipe missing", [](FileParts& p) { p.header["__metadata__"].erase("bitwright.recipe"); } },
        { "recipe wrong", [](FileParts& p) { p.meta("bitwright.recipe") = R"({"bitwright_recipe": 1, "x": 1})"; } },
        { "source file missing", [](FileParts& p) { p.header["__metadata__"].erase("bitwright.source_file"); } },
        { "source hash missing", [](FileParts& p) { p.header["__metadata__"].erase("bitwright.source_sha256"); } },
        { "source metadata no texts", [](FileParts& p) { p.meta("bitwright.source_metadata") = R"({"a": 1})"; } },
        { "source metadata a list", [](FileParts& p) { p.meta("bitwright.source_metadata") = R"([1])"; } },
        { "layer no object", layer([](Json& l) { l = 5; }) },
        { "format missing", layer([](Json& l) { l.erase("format"); }) },
        { "format no text", layer([](Json& l) { l["format"] = 4; }) },
        { "format unknown", layer([](Json& l) { l["format"] = "int4x/c"; }) },
        { "format of other code size", layer([](Json& l) { l["format"] = "int8s/c"; }) },
        { "format of other granularity", layer([](Json& l) { l["format"] = "int4s/b8"; }) },
        { "format of other scale type", layer([](Json& l) { l["format"] = "int4s/c:f32"; }) },
        { "shape missing", layer([](Json& l) { l.erase("shape"); }) },
        { "shape no list", layer([](Json& l) { l["shape"] = 216; }) },
        { "shape of one size", layer([](Json& l) { l["shape"] = { 216 }; }) },
        { "shape negative", layer([](Json& l) {
             l["shape"] = { 8, -27 };
         }) },
        { "shape of reals", layer([](Json& l) {
             l["shape"] = { 8.0, 27.0 };
         }) },
        { "shape too large", layer([](Json& l) {
             l["shape"] = { std::int64_t { 1 } << 40, std::int64_t { 1 } << 40 };
         }) },
        { "shape beyond 64 bits", layer([](Json& l) {
             l["shape"] = { 8, std::uint64_t { 0xFFFFFFFFFFFFFFFF } };
         }) },
        { "shape with too many sizes", layer([](Json& l) { l["shape"] = std::vector<int>(100, 1); }) },
        { "shape of other count", layer([](Json& l) {
             l["shape"] = { 8, 28 };
         }) },
        { "shape empty", layer([](Json& l) {
             l["shape"] = { 0, 8 };
         }) },
        { "axis missing", layer([](Json& l) { l.erase("out_axis"); }) },
        { "axis too large", layer([](Json& l) { l["out_axis"] = 4; }) },
        { "axis negative", layer([](Json& l) { l["out_axis"] = -1; }) },
        { "axis of other length", layer([](Json& l) { l["out_axis"] = 1; }) },
        { "dtype unknown", layer([](Json& l) { l["dtype"] = "F31"; }) },
        { "dtype no float", layer([](Json& l) { l["dtype"] = "I8"; }) },
        { "method missing", layer([](Json& l) { l.erase("method"); }) },
        { "code bits wrong", layer([](Json& l) { l["code_bits"] = 5; }) },
        { "error missing", layer([](Json& l) { l.erase("rmse_over_rms"); }) },
        { "parts missing", layer([](Json& l) { l.erase("parts"); }) },
        { "parts a list", layer([](Json& l) { l["parts"] = { 1 }; }) },
        { "codes missing", layer([](Json& l) { l["parts"].erase("codes"); }) },
        { "scales missing", layer([](Json& l) { l["parts"].erase("scales"); }) },
        { "codes elsewhere", layer([](Json& l) { l["parts"]["codes"] = "nowhere"; }) },
        { "codes of another layer", layer([](Json& l) { l["parts"]["codes"] = "conv2.weight.codes"; }) },
        { "scales that are codes", layer([](Json& l) { l["parts"]["scales"] = "conv1.weight.codes"; }) },
        { "scales of the wrong type", layer([](Json& l) { l["parts"]["scales"] = "conv1.bias"; }) },
        { "layer like a kept one",
            [](FileParts& p) {
                p.editLayers([](Json& layers) {
                    layers["conv1.bias"] = layers["conv1.weight"];
                    layers.erase("conv1.weight");
                });
            } },
        { "ties to nothing", [](FileParts& p) { p.header["__metadata__"]["bitwright.ties"] = R"({"x": "y"})"; } },
        { "ties under a taken name",
            [](FileParts& p) { p.header["__metadata__"]["bitwright.ties"] = R"({"conv1.bias": "conv1.weight"})"; } },
        { "a code that is no level",
            [](FileParts& p) {
                const auto begin = p.header["conv1.weight.codes"]["data_offsets"][0].get<std::size_t>();
                p.data[begin] = static_cast<char>(0xFF); // int4s has 15 levels
            } },
        { "a scale that is no number",
            [](FileParts& p) {
                const auto begin = p.header["conv1.weight.scales"]["data_offsets"][0].get<std::size_t>();
                p.data[begin] = static_cast<char>(0xC0);
                p.data[begin + 1] = static_cast<char>(0x7F);
            } },
    };
    EXPECT_GT(defects.size(), 50U);
    for (const auto& [name, edit] : defects) {
        FileParts parts = good;
        edit(parts);
        parts.write(dir / "x.safetensors");
        const bool isUnsupported = std::string(name).find("(unsupported)") != std::string::npos;
        EXPECT_EQ(kindOfReading(dir / "x.safetensors"), isUnsupported ? "unsupported" : "bad_file") << name;
    }
    good.write(dir / "x.safetensors");
    EXPECT_EQ(kindOfReading(dir / "x.safetensors"), "none");
    EXPECT_TRUE(isQuantizedFile(dir / "x.safetensors"));
    EXPECT_FALSE(isQuantizedFile(dir / "m.safetensors"));
    EXPECT_FALSE(isQuantizedFile(dir / "absent"));
}

TEST(QuantizedFile, NumpyReadsCodesAndScalesFromTheDescriptionAlone)
{
    const test::TempDir dir;
    exportSmall(dir, "int3/b16:f16");
    dequantizeFile(dir / "q.safetensors", dir / "d.safetensors", {}, {});
    const auto text = test::runPython(R"(
import json, struct, sys, numpy as np
TYPES = {"F32": "<f4", "F16": "<f2", "U8": "u1", "I64": "<i8"}
def load(path):
    raw = open(path, "rb").read()
    n, = struct.unpack("<Q", raw[:8])
    assert n % 8 == 0
    header = json.loads(raw[8:8 + n])
    meta = header.pop("__metadata__")
    tensors, end = {}, 0
    for name, t in header.items():
        a, b = t["data_offsets"]
        assert a == end; end = b
        data = raw[8 + n + a:8 + n + b]
        if t["dtype"] == "BF16":
            tensors[name] = (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(t["shape"])
        else:
            tensors[name] = np.frombuffer(data, TYPES[t["dtype"]]).reshape(t["shape"])
    assert end == len(raw) - 8 - n
    return meta, tensors
meta, q = load(sys.argv[1])
_, plain = load(sys.argv[2])
assert meta["format"] == "bitwright" and json.loads(meta["bitwright.recipe"])["bitwright_recipe"] == 1
for name, d in json.loads(meta["bitwright.layers"]).items():
    count, bits = int(np.prod(d["shape"])), d["code_bits"]
    stream = np.unpackbits(q[d["parts"]["codes"]], bitorder="little")[:count * bits].reshape(count, bits)
    codes = (stream << np.arange(bits)).sum(1).reshape(d["shape"][0], -1)
    scales = q[d["parts"]["scales"]].astype(np.float32)
    w = (codes - 4).astype(np.float32) * np.repeat(scales, 16, axis=1)[:, :codes.shape[1]]
    assert (w.reshape(d["shape"]) == plain[name]).all(), name
    print(name, d["format"], q[d["parts"]["codes"]].nbytes)
)",
        { (dir / "q.safetensors").string(), (dir / "d.safetensors").string() });
    EXPECT_EQ(text, "conv1.weight int3/b16:f16 81\nconv2.weight int3/b16:f16 432\nfc.weight int3/b16:f16 540\n");
}

} // namespace bw
