#include "core/report/report.h"

#include "core/base/content_hash.h"
#include "core/base/parallel.h"
#include "core/export/quantized_file.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <limits>
#include <set>

#include <sys/resource.h>

namespace bw {

namespace {
EvalResult someEvaluation()
{
    EvalResult result;
    result.runs = { { "float", { { "top1", 0.9, 0.85, 0.93, 200 }, { "cross_entropy", 0.31, 0.3, 0.32, 200 } },
                        { { "cat", 120, 110 }, { "dog", 80, 70 } }, 1.5, "pets", {} },
        { "quantized", { { "top1", 0.88, 0.83, 0.92, 200 } }, {}, 1.75, "pets", recipeJson(defaultRecipe()) } };
    result.comparisons = { { "float", "quantized", "top1", -0.02, -0.04, 0, 0.125 } };
    return result;
}

ReportInput inputOf(const ModelPtr& model, const std::string& format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    recipe.seed = 7;
    ReportInput input;
    input.model = quantizeModel(model, resolve(recipe, *model), nullptr, {});
    input.evaluations = { someEvaluation() };
    input.createdUtc = "2026-01-31T12:00:00Z";
    input.histogramBins = 32;
    return input;
}

std::size_t filesIn(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

bool allOk(const std::vector<VerifyCheck>& checks)
{
    for (const auto& check : checks) {
        if (!check.isOk) {
            return false;
        }
    }
    return !checks.empty();
}
} // namespace

TEST(Report, TenLinesOfH5pyReadIt)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    const auto input = inputOf(model, "int4/c");
    writeReport(input, dir / "r.h5", {});
    const auto text = test::runPython(R"(
import h5py, json, sys
with h5py.File(sys.argv[1]) as f:
    print(f.attrs["schema"], f.attrs["schema_version"], f.attrs["complete"], f.attrs["created"], f.attrs["source_file"], f.attrs["seed"])
    print(json.loads(f.attrs["recipe_json"])["default"]["format"], f["model"].attrs["format"], f["model"].attrs["parameter_count"])
    for row in f["layers/table"][:]:
        print(row["name"].decode(), row["kind"].decode(), row["shape"].decode(), row["format"].decode(), row["bits_per_weight"], row["bytes_after"], "%.4f" % row["rmse_over_rms"])
    layer = f["layers/conv1.weight"]
    print(layer["histogram/counts"][:].sum(), layer["histogram/counts_quantized"][:].sum(), len(layer["histogram/edges"]), layer["levels"].attrs["unit"])
    print(len(layer["levels"]), len(layer["cell_edges"]), layer["count_per_level"][:].sum(), len(layer["channels/error"]), f["layers/table"].attrs["unit"][4])
    for run in f["runs"]:
        if run != "comparisons": print(run, f["runs"][run].attrs["seconds"], [(m["name"].decode(), m["value"], m["n"]) for m in f["runs"][run]["metrics"][:]])
    print(f["runs/comparisons"][0]["p"], f["runs/0000-float/classes"][1]["correct"])
)",
        { (dir / "r.h5").string() });
    const auto r = toText(
        std::round(
            1e4 * std::get<QuantizedLayerPtr>(input.model->layers[model->find("fc.weight").index()])->rmseOverRms())
        / 1e4);
    EXPECT_NE(text.find("bitwright-report 1 1 2026-01-31T12:00:00Z m.safetensors 7\nint4/c safetensors 2835\n"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("conv1.weight conv2d [8,3,3,3] int4/c "), std::string::npos) << text;
    EXPECT_NE(text.find("bn1.num_batches_tracked "), std::string::npos) << text;
    EXPECT_NE(text.find("740 " + r), std::string::npos) << text;
    EXPECT_NE(text.find("\n216 216 33 weight\n16 15 216 8 weights\n"), std::string::npos) << text;
    EXPECT_NE(text.find("0000-float 1.5 [('top1', 0.9, 200), ('cross_entropy', 0.31, 200)]\n0001-quantized 1.75 "
                        "[('top1', 0.88, 200)]\n0.125 70\n"),
        std::string::npos)
        << text;
}

TEST(Report, EveryDatasetIsChunkedShuffledDeflatedAndSummed)
{
    const test::TempDir dir;
    writeReport(inputOf(test::smallModel(dir / "m.safetensors"), "int4/b32"), dir / "r.h5", {});
    const auto text = test::runPython(R"(
import h5py, sys
n = 0
def look(name, o):
    global n
    if isinstance(o, h5py.Dataset):
        n += 1
        assert o.chunks and o.shuffle and o.compression == "gzip" and 1 <= o.compression_opts <= 4 and o.fletcher32, name
        assert "unit" in o.attrs, name
        o[:]
with h5py.File(sys.argv[1]) as f:
    f.visititems(look)
print(n > 40)
)",
        { (dir / "r.h5").string() });
    EXPECT_EQ(text, "True\n");
    const auto dump = test::runProgram({ "h5dump", "-H", (dir / "r.h5").string() });
    EXPECT_NE(dump.find("DATASET \"counts_quantized\""), std::string::npos);
    EXPECT_NE(dump.find("ATTRIBUTE \"complete\""), std::string::npos);
}

TEST(Report, FiguresAgreeWithNumpy)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    const auto input = inputOf(model, "int3/c");
    writeReport(input, dir / "r.h5", {});
    const auto& layer = *std::get<QuantizedLayerPtr>(input.model->layers[0]);
    const auto decoded = dequantize(layer.tensor, {});
    test::writeFile(dir / "x",
        { reinterpret_cast<const char*>(model->layers()[0].view.bytes.data()), model->layers()[0].view.bytes.size() });
    test::writeFile(dir / "q", { reinterpret_cast<const char*>(decoded.bytes.data()), decoded.bytes.size() });
    test::runPython(R"(
import h5py, numpy as np, sys
x, q = (np.fromfile(p, "<f4").astype(np.float64).reshape(8, 27) for p in sys.argv[2:])
R = lambda e, s: np.sqrt((e**2).sum(-1) / (s**2).sum(-1))
with h5py.File(sys.argv[1]) as f:
    row, g = f["layers/table"][0], f["layers/conv1.weight"]
    assert np.isclose(row["rmse_over_rms"], R((q - x).ravel(), x.ravel()), rtol=1e-9)
    assert np.isclose(row["sqnr_db"], -20 * np.log10(R((q - x).ravel(), x.ravel())), rtol=1e-9)
    assert np.isclose(row["max_abs_error"], np.abs(q - x).max())
    assert np.isclose(row["cosine"], (x * q).sum() / np.sqrt((x * x).sum() * (q * q).sum()))
    z = (x - x.mean()) / x.std()
    assert np.isclose(row["kurtosis"], (z**4).mean()) and np.isclose(row["outlier_share"], (np.abs(z) > 3).mean())
    assert row["bits_per_weight"] == 3 + 8 * 16 / 216 and row["bytes_before"] == 864 and row["bytes_after"] == 81 + 16
    assert (g["histogram/counts"][:] == np.histogram(x, g["histogram/edges"][:])[0]).all()
    e = g["histogram/edges"][:]
    assert (g["histogram/counts_quantized"][:] == np.histogram(np.clip(q, e[0], e[-1]), e)[0]).all()
    c = g["channels"]
    assert np.allclose(c["error"][:], R(q - x, x)) and np.allclose(c["rms"][:], np.sqrt((x**2).mean(1))) and (c["min"][:] == x.min(1)).all()
    assert np.isclose(g["error_per_level"][:].sum(), ((q - x)**2).sum())
)",
        { (dir / "r.h5").string(), (dir / "x").string(), (dir / "q").string() });
}

TEST(Report, SameInputSameBytes)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    for (const auto* family : formatFamilies().entries()) {
        const auto example = family->examples.front();
        setThreadCount(1);
        writeReport(inputOf(model, example), dir / "a.h5", {});
        setThreadCount(2);
        writeReport(inputOf(model, example), dir / "b.h5", {});
        setThreadCount(0);
        EXPECT_EQ(sha256OfFile(dir / "a.h5", {}), sha256OfFile(dir / "b.h5", {})) << example;
        EXPECT_TRUE(allOk(verifyReport(dir / "a.h5", dir / "m.safetensors", {}))) << example;
    }
}

TEST(Report, ExponentCurvesAreThereForFormatsWithAnExponent)
{
    const test::TempDir dir;
    writeReport(inputOf(test::smallModel(dir / "m.safetensors"), "pow4/c"), dir / "r.h5", {});
    const auto text = test::runPython(R"(
import h5py, sys
with h5py.File(sys.argv[1]) as f:
    c = f["layers/conv2.weight/exponent_curve"]
    a, e = c["a"][:], c["error"][:]
    assert (a[1:] > a[:-1]).all() and len(a) == len(e) >= 23
    assert abs(e.min() - c.attrs["error_at_optimum"]) < 1e-4 and c.attrs["error_at_optimum"] <= c.attrs["error_uniform"], (a, e, dict(c.attrs))
    rows = {r["name"]: r for r in f["layers/table"][:]}
    print(rows[b"conv2.weight"]["format"].decode(), abs(rows[b"conv2.weight"]["rmse_over_rms"] - c.attrs["error_at_optimum"]) < 1e-6)
)",
        { (dir / "r.h5").string() });
    EXPECT_EQ(text.substr(0, 7), "pow4(a=") << text;
    EXPECT_NE(text.find(" True"), std::string::npos) << text;
}

TEST(Report, SummaryIsWhatWasWritten)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    const auto input = inputOf(model, "int4/c");
    writeReport(input, dir / "r.h5", {});
    const auto summary = readReportSummary(dir / "r.h5");
    EXPECT_EQ(summary.schemaVersion, 1);
    EXPECT_TRUE(summary.isComplete);
    EXPECT_EQ(summary.created, "2026-01-31T12:00:00Z");
    EXPECT_EQ(summary.sourceFile, "m.safetensors");
    EXPECT_EQ(summary.sourceSha256, sha256OfFile(dir / "m.safetensors", {}));
    EXPECT_EQ(parseRecipe(summary.recipeJson), input.model->plan.recipe);
    EXPECT_EQ(summary.seed, 7U);
    ASSERT_EQ(summary.layerNames.size(), 7U);
    EXPECT_EQ(summary.layerNames[0], model->layers()[0].name);
}

TEST(Report, OddTensorsAndNamesAreReportedToo)
{
    const test::TempDir dir;
    auto bad = test::normalValues(12, 1);
    bad[1] = std::numeric_limits<float>::quiet_NaN();
    bad[2] = std::numeric_limits<float>::infinity();
    test::writeModelFile(dir / "m.safetensors",
        { { "a/b%c.weight", test::normalTensor({ 3, 4 }, 1) }, { "table", test::normalTensor({ 3, 4 }, 2) },
            { ".", test::normalTensor({ 3, 4 }, 3) }, { "ünïcode\n\x1b[31m.weight", test::normalTensor({ 3, 4 }, 4) },
            { "bad.weight", makeTensor({ 3, 4 }, bad) }, { "empty.weight", makeTensor({ 0, 4 }, {}) },
            { "constant.weight", makeTensor({ 2, 2 }, { 5, 5, 5, 5 }) }, { "scalar", makeTensor({}, { 3 }) },
            { "zero.weight", makeTensor({ 2, 2 }, { 0, 0, 0, 0 }) } });
    const auto model = openModel(dir / "m.safetensors");
    const auto input = inputOf(model, "int4/c");
    EXPECT_TRUE(std::holds_alternative<Problem>(input.model->layers[model->find("bad.weight").index()]));
    writeReport(input, dir / "r.h5", {});
    for (const auto& check : verifyReport(dir / "r.h5", {}, {})) {
        EXPECT_TRUE(check.isOk) << check.name << ": " << check.detail.english();
    }
    const auto text = test::runPython(R"(
import h5py, sys, urllib.parse
with h5py.File(sys.argv[1]) as f:
    rows = f["layers/table"][:]
    for row in rows:
        group = row["group"].decode()
        assert group in f["layers"] and f["layers"][group].attrs["name"] == row["name"].decode()
        assert urllib.parse.unquote(group) == row["name"].decode(), group
    h = f["layers/bad.weight/histogram"]
    print(len(rows), h["counts"][:].sum(), h.attrs["nan"], h.attrs["inf"], [r["reason"].decode() for r in rows if r["name"] == b"bad.weight"][0])
)",
        { (dir / "r.h5").string() });
    EXPECT_EQ(text.substr(0, 9), "9 10 1 1 ") << text;
    EXPECT_NE(text.find("value 1 is not a finite number"), std::string::npos) << text;
}

TEST(Report, ManyLayers)
{
    const test::TempDir dir;
    std::vector<test::NamedView> tensors;
    for (int i = 0; i < 100; ++i) {
        tensors.push_back(
            { "layer" + std::to_string(i) + ".weight", test::normalTensor({ 4, 8 }, static_cast<std::uint64_t>(i)) });
    }
    test::writeModelFile(dir / "m.safetensors", tensors);
    writeReport(inputOf(openModel(dir / "m.safetensors"), "int4/c"), dir / "r.h5", {});
    EXPECT_EQ(readReportSummary(dir / "r.h5").layerNames.size(), 100U);
    EXPECT_TRUE(allOk(verifyReport(dir / "r.h5", {}, {})));
}

TEST(Report, AnyFlippedByteIsFound)
{
    const test::TempDir dir;
    test::writeModelFile(dir / "m.safetensors", { { "w.weight", test::normalTensor({ 4, 8 }, 1) } });
    writeReport(inputOf(openModel(dir / "m.safetensors"), "int4/c"), dir / "r.h5", {});
    const auto whole = test::readFile(dir / "r.h5");
    for (std::size_t at = 0; at < whole.size(); at += 397) {
        auto bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        test::writeFile(dir / "x.h5", bytes);
        const auto checks = verifyFile(dir / "x.h5", {}, {});
        EXPECT_FALSE(allOk(checks)) << at;
    }
    for (const std::size_t size :
        { std::size_t { 8 }, std::size_t { 100 }, whole.size() / 2, whole.size() - 100, whole.size() - 1 }) {
        test::writeFile(dir / "x.h5", whole.substr(0, size));
        EXPECT_FALSE(allOk(verifyFile(dir / "x.h5", {}, {}))) << size;
    }
}

TEST(Report, AnotherSourceIsNoticed)
{
    const test::TempDir dir;
    writeReport(inputOf(test::smallModel(dir / "m.safetensors"), "int4/c"), dir / "r.h5", {});
    test::writeModelFile(dir / "other.safetensors", { { "w.weight", test::normalTensor({ 4, 8 }, 1) } });
    const auto checks = verifyReport(dir / "r.h5", dir / "other.safetensors", {});
    EXPECT_EQ(checks.back().name, "source");
    EXPECT_FALSE(checks.back().isOk);
}

namespace {
/// Copies of r.h5, each with one change made by h5py, as c0.h5, c1.h5, …
void writeChanged(const test::TempDir& dir, const std::vector<std::string>& changes)
{
    writeReport(inputOf(test::smallModel(dir / "m.safetensors"), "int4/c"), dir / "r.h5", {});
    std::vector<std::string> arguments { dir.path().string() };
    arguments.insert(arguments.end(), changes.begin(), changes.end());
    test::runPython(R"(
import h5py, numpy as np, shutil, sys
for i, change in enumerate(sys.argv[2:]):
    path = f"{sys.argv[1]}/c{i}.h5"
    shutil.copy(sys.argv[1] + "/r.h5", path)
    with h5py.File(path, "a") as f:
        exec(change)
)",
        arguments);
}

std::string kindOfReading(const std::filesystem::path& path)
{
    try {
        readReportSummary(path);
        return "none";
    } catch (const Error& error) {
        return errorKindName(error.kind());
    }
}
} // namespace

TEST(Report, FilesThatReachOutOfThemselvesAreRefused)
{
    const test::TempDir dir;
    const std::vector<std::string> changes { "f['out'] = h5py.ExternalLink('/etc/passwd', '/x')",
        "f['soft'] = h5py.SoftLink('/layers')",
        "l = h5py.VirtualLayout(shape=(4,), dtype='f8'); l[:] = h5py.VirtualSource('other.h5', 'x', shape=(4,)); "
        "f.create_virtual_dataset('v', l)",
        "f.create_dataset('e', (10,), 'u1', external=[('/etc/passwd', 0, 10)])", "f['type'] = np.dtype('f8')",
        "f['two'] = np.zeros((2, 2))", "f.create_dataset('z', data=np.zeros(9), chunks=(9,), compression='lzf')",
        "f.create_group('/'.join('g' * 100))", "f['layers/again'] = f['layers']" };
    writeChanged(dir, changes);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        EXPECT_EQ(kindOfReading(dir / ("c" + toText(i) + ".h5")), "bad_file") << changes[i];
    }
}

TEST(Report, IncompleteForeignAndNewerFilesAreRefused)
{
    const test::TempDir dir;
    const std::vector<std::pair<std::string, std::string>> changes { { "f.attrs['complete'] = 0", "bad_file" },
        { "del f.attrs['complete']", "bad_file" }, { "f.attrs['schema'] = 'something else'", "bad_file" },
        { "f.attrs['schema'] = 3", "bad_file" }, { "f.attrs['schema_version'] = 2", "unsupported" },
        { "f.attrs['created'] = [1.0, 2.0]", "bad_file" },
        { "del f['layers/table']; f['layers/table'] = [1.0]", "bad_file" }, { "pass", "none" } };
    std::vector<std::string> lines;
    for (const auto& change : changes) {
        lines.push_back(change.first);
    }
    writeChanged(dir, lines);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        EXPECT_EQ(kindOfReading(dir / ("c" + toText(i) + ".h5")), changes[i].second) << changes[i].first;
    }
}

TEST(Report, FullDiskAndCancellationLeaveNothing)
{
    const test::TempDir dir;
    const auto input = inputOf(test::smallModel(dir / "m.safetensors"), "int4/c");
    writeReport(input, dir / "r.h5", {});
    const auto whole = std::filesystem::file_size(dir / "r.h5");
    std::filesystem::remove(dir / "r.h5");
    const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old {};
    getrlimit(RLIMIT_FSIZE, &old);
    for (const std::uint64_t limit : { std::uint64_t { 0 }, whole / 2, whole - 1 }) {
        rlimit small = old;
        small.rlim_cur = limit;
        setrlimit(RLIMIT_FSIZE, &small);
        std::string message;
        try {
            writeReport(input, dir / "r.h5", {});
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Io);
            message = error.fullEnglish();
        }
        setrlimit(RLIMIT_FSIZE, &old);
        EXPECT_NE(message.find("File too large"), std::string::npos) << message;
        EXPECT_EQ(filesIn(dir.path()), 1U);
    }
    std::signal(SIGXFSZ, oldHandler);
    for (int stopAt = 0; stopAt < 7; ++stopAt) {
        std::stop_source stop;
        std::atomic<int> reports { 0 };
        const JobContext ctx(stop.get_token(), [&](const Progress&) {
            if (reports++ == stopAt) {
                stop.request_stop();
            }
        });
        EXPECT_THROW(writeReport(input, dir / "r.h5", ctx), Canceled);
        EXPECT_EQ(filesIn(dir.path()), 1U);
    }
    EXPECT_THROW(writeReport(input, dir / "m.safetensors", {}), Error);
    EXPECT_NO_THROW(openModel(dir / "m.safetensors"));
}

TEST(LayerGroupName, IsReversibleAndUnique)
{
    std::set<std::string> seen;
    for (const std::string name : { "", ".", "..", "table", "%", "%2F", "/", "a/b", "a.b.weight", "%74able", "ünï",
             "\xff\xfe", "new\nline", "...", "a/" }) {
        const auto group = escapedLayerName(name);
        EXPECT_EQ(unescapedLayerName(group), name);
        EXPECT_TRUE(seen.insert(group).second) << group;
        EXPECT_EQ(group.find('/'), std::string::npos);
        EXPECT_FALSE(group.empty() || group == "." || group == ".." || group == "table");
    }
    EXPECT_EQ(escapedLayerName("layer1.0.conv1.weight"), "layer1.0.conv1.weight") << "usual names stay readable";
    EXPECT_EQ(unescapedLayerName("100%"), "100%");
}

} // namespace bw
