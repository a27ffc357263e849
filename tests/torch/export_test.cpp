#include "core/base/content_hash.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/model/loader.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <csignal>

#include <sys/resource.h>

namespace bw {

namespace {
std::filesystem::path sample()
{
    return test::sourceDir() / "resources/samples/shapes.pt";
}

QuantizedModelPtr quantized(const ModelPtr& model, const char* format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    return quantizeModel(model, resolve(recipe, *model), nullptr, {});
}

std::size_t filesIn(const std::filesystem::path& folder)
{
    const std::filesystem::directory_iterator all(folder);
    return static_cast<std::size_t>(std::distance(all, std::filesystem::directory_iterator()));
}
} // namespace

TEST(ExportTorchscript, OpensInPyTorchWithJustTheDequantizedWeights)
{
    const test::TempDir dir;
    const auto model = openModel(sample());
    const auto result = quantized(model, "int4/c");
    const auto receipt = exportModel(*result, dir / "q.pt", exporterFor("q.pt", {}), {}, {});
    EXPECT_TRUE(receipt.isVerified);
    exportModel(*result, dir / "q.safetensors", exporterFor("q.safetensors", {}), { true, {} }, {});
    const auto text = test::runPython(R"(
import json, struct, sys, torch
raw = open(sys.argv[1], "rb").read()
n, = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8:8 + n])
header.pop("__metadata__")
quantized, original = torch.jit.load(sys.argv[2]), torch.jit.load(sys.argv[3])
state, before = quantized.state_dict(), original.state_dict()
assert state.keys() == before.keys()
changed = 0
for name, t in header.items():
    a, b = t["data_offsets"]
    if t["dtype"] == "F32" and a < b:
        values = torch.frombuffer(bytearray(raw[8 + n + a:8 + n + b]), dtype=torch.float32).reshape(t["shape"])
        assert torch.equal(values, state[name]), name
        changed += not torch.equal(before[name], state[name])
x = torch.rand(2, 1, 32, 32)
y, z = quantized.eval()(x), original.eval()(x)
print(changed, y.shape == z.shape, bool(torch.isfinite(y).all()), torch.equal(y, z))
)",
        { (dir / "q.safetensors").string(), (dir / "q.pt").string(), sample().string() });
    EXPECT_EQ(text, std::to_string(model->quantizableLayers().size()) + " True True False\n");
}

TEST(ExportTorchscript, SameBytesEveryTimeAndVerifies)
{
    const test::TempDir dir;
    const auto model = openModel(sample());
    const auto a = exportModel(*quantized(model, "pow4/c"), dir / "a.pt", exporterFor("a.pt", {}), {}, {});
    const auto b = exportModel(*quantized(model, "pow4/c"), dir / "other name.pt", exporterFor("b.pt", {}), {}, {});
    EXPECT_EQ(a.sha256, b.sha256);
    for (const auto& check : verifyFile(dir / "a.pt", sample(), {})) {
        EXPECT_TRUE(check.isOk) << check.name << ": " << check.detail.english();
    }
    // Exporting an export is possible: it is a model like any other.
    const auto again = openModel(dir / "a.pt");
    EXPECT_EQ(again->layers().size(), model->layers().size());
    EXPECT_TRUE(again->hasGraph());
}

TEST(ExportTorchscript, FullDiskLeavesNothing)
{
    const test::TempDir dir;
    const auto result = quantized(openModel(sample()), "int8/c");
    const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old {};
    getrlimit(RLIMIT_FSIZE, &old);
    rlimit small = old;
    small.rlim_cur = 50'000;
    setrlimit(RLIMIT_FSIZE, &small);
    std::string failure = "none";
    try {
        exportModel(*result, dir / "q.pt", exporterFor("q.pt", {}), {}, {});
    } catch (const Error& error) {
        failure = std::string(errorKindName(error.kind())) + " " + error.fullEnglish();
    }
    setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, oldHandler);
    EXPECT_TRUE(failure.starts_with("io ")) << failure;
    EXPECT_NE(failure.find("q.pt"), std::string::npos) << failure;
    EXPECT_EQ(filesIn(dir.path()), 0U);
}

TEST(ExportTorchscript, SafetensorsOfAProgramRoundTrips)
{
    const test::TempDir dir;
    const auto model = openModel(sample());
    exportModel(*quantized(model, "kmeans3/c"), dir / "q.safetensors", exporterFor("q.safetensors", {}), {}, {});
    for (const auto& check : verifyFile(dir / "q.safetensors", sample(), {})) {
        EXPECT_TRUE(check.isOk) << check.name << ": " << check.detail.english();
    }
    try {
        dequantizeFile(dir / "q.safetensors", dir / "d.pt", {}, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
    }
}

} // namespace bw
