// Files of torch.save: what is read must be what torch itself reads.

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

namespace bw {
namespace {

/// Prints "name dtype shape hash-of-bytes" of every tensor, in order of name, as torch reads the file.
constexpr const char* describe = R"(
import sys, hashlib, warnings
warnings.simplefilter("ignore")
import torch
dtypes = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.float64: "F64", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}
def walk(value, name):
    if isinstance(value, torch.Tensor):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (name + "." if name else "") + str(key))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from walk(item, (name + "." if name else "") + str(i))
def describe(argument):
    path, key = argument.split("|")
    value = torch.load(path, map_location="cpu")
    if hasattr(value, "state_dict"):
        value = value.state_dict()
    for part in key.split("/") if key else []:
        value = value[part]
    lines = []
    for name, tensor in walk(value, ""):
        flat = tensor.detach().contiguous().flatten()
        data = flat.view(torch.uint8 if flat.dtype == torch.bool else torch.int8).numpy().tobytes() if flat.numel() else b""
        shape = "x".join(str(n) for n in tensor.shape)
        lines.append(f"{name or 'tensor'} {dtypes[tensor.dtype]} [{shape}] {hashlib.sha256(data).hexdigest()}")
    print("\n".join(sorted(lines)))
for argument in sys.argv[1:]:
    describe(argument)
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
        const std::string rest = std::string(" ") + info(layer.view.dtype).name + " [" + shape + "] "
            + sha256(layer.view.bytes);
        lines.push_back(layer.name + rest);
        for (const auto& tied : layer.tiedNames) {
            lines.push_back(tied + rest);
        }
    }
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (const auto& line : lines) {
        out += line + "\n";
    }
    return out;
}

/// Files and the keys under which checkpoints keep the model: "file|key/key".
void expectAsTorchReads(const std::vector<std::string>& files)
{
    const auto expected = test::runPython(describe, files); // one process, as LibTorch takes seconds to start
    std::size_t start = 0;
    for (const auto& file : files) {
        const auto end = expected.find("--\n", start);
        ASSERT_NE(end, std::string::npos) << file;
        EXPECT_GT(end - start, 60U) << file;
        EXPECT_EQ(describeModel(*openModel(file.substr(0, file.find('|')))), expected.substr(start, end - start))
            << file;
        start = end + 3;
    }
}

TEST(PytorchLoader, RealFilesAreReadBitForBit)
{
    BW_NEED_SHARED_DATA();
    const auto data = test::sharedData().string();
    expectAsTorchReads({ data + "/mnist/mnist_model.state_dict|",
        data + "/fastestdet/weight_AP05_0.253207_280-epoch.pth|", data + "/ultraface/version-RFB-320.pth|",
        data + "/cifar10-resnet/resnet20-12fca82f.th|state_dict",
        data + "/cifar10-resnet/resnet56-4bfd9763.th|state_dict" });
}

TEST(PytorchLoader, RealLayersHaveTheirKinds)
{
    BW_NEED_SHARED_DATA();
    const auto model = openModel(test::sharedData() / "cifar10-resnet/resnet20-12fca82f.th");
    EXPECT_EQ(model->format(), "pytorch");
    EXPECT_EQ(model->parameterCount(), 271098U); // 269,722 weights and 1,376 statistics
    const auto& conv = model->layer(model->find("module.layer1.0.conv1.weight"));
    EXPECT_EQ(conv.kind, LayerKind::Conv2d);
    EXPECT_EQ(conv.outAxis, 0);
    EXPECT_TRUE(conv.isQuantizable());
    EXPECT_EQ(model->layer(model->find("module.linear.weight")).kind, LayerKind::Linear);
    EXPECT_EQ(model->layer(model->find("module.linear.weight")).role, "head");
    EXPECT_EQ(model->layer(model->find("module.bn1.running_var")).kind, LayerKind::Statistic);
    EXPECT_EQ(model->quantizableLayers().size(), 20U);
}

class MadeByTorch : public testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        s_dir = std::make_unique<test::TempDir>();
        test::runPython(R"(
import sys, torch
from collections import OrderedDict
torch.manual_seed(3)
folder = sys.argv[1] + "/"
def save(name, value):
    torch.save(value, folder + name + ".pt")
    torch.save(value, folder + name + "_legacy.pt", _use_new_zipfile_serialization=False)
net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.Flatten(), torch.nn.Linear(32, 5),
    torch.nn.ConvTranspose2d(4, 6, 3), torch.nn.Embedding(10, 4))
save("state", net.state_dict())
save("parameters", dict(net.named_parameters()))
types = [torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool]
save("types", {str(t)[6:]: (torch.randn(3, 7) * 50).to(t) for t in types})
base = torch.arange(60.).reshape(5, 12)
save("views", {"base": base, "same": base, "transposed": base.t(), "part": base[1:3, 2:9], "row": base[2], "column": base[:, 3],
    "steps": base[::2, ::3], "expanded": base[:, :1].expand(5, 6), "flat": base.view(-1), "permuted": base.reshape(3, 4, 5).permute(2, 0, 1)})
save("shapes", {"scalar": torch.tensor(2.5), "empty": torch.empty(0, 7), "one": torch.ones(1), "long": torch.ones(1, 1, 1, 3, 1), "none": None, "number": 5})
optimizer = torch.optim.Adam(net.parameters())
sum(p.sum() for p in net.parameters()).backward(); optimizer.step()
save("checkpoint", {"epoch": 3, "best": 0.5, "name": "x", "state_dict": net.state_dict(), "optimizer": optimizer.state_dict(), "shape": torch.Size([1, 2]), "kind": torch.float16, "big": 2**40, "flags": [True, None, 1.5, "a", (1, 2, 3, 4)]})
save("nested", {"model": {"model_state_dict": net.state_dict()}, "ema": net.state_dict(), "optimizer_state_dict": optimizer.state_dict()})
save("pair", {"generator": net.state_dict(), "critic": [torch.ones(2, 2), torch.zeros(3)], 7: torch.ones(1)})
save("tensor", torch.randn(4, 4))
save("many", OrderedDict((f"layer{i}.weight", torch.randn(2, 3)) for i in range(3000)))
tied = torch.nn.Sequential(torch.nn.Embedding(11, 6), torch.nn.Linear(6, 11, bias=False))
tied[1].weight = tied[0].weight
save("tied", tied.state_dict())
for protocol in (3, 4, 5):
    torch.save(net.state_dict(), folder + f"protocol{protocol}.pt", pickle_protocol=protocol)
import numpy
save("numpy", {"state_dict": net.state_dict(), "accuracy": numpy.float64(0.75)})
torch.jit.script(torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8))).save(folder + "script.pt")
)",
            { s_dir->path().string() });
    }
    static void TearDownTestSuite() { s_dir.reset(); }
    static std::filesystem::path file(const std::string& name) { return *s_dir / (name + ".pt"); }

    static std::unique_ptr<test::TempDir> s_dir;
};
std::unique_ptr<test::TempDir> MadeByTorch::s_dir;

TEST_F(MadeByTorch, IsReadBitForBit)
{
    std::vector<std::string> files { file("protocol3").string() + "|", file("protocol4").string() + "|",
        file("protocol5").string() + "|" };
    for (const std::string name : { "state", "parameters", "types", "views", "shapes", "tensor", "many", "tied", "pair" }) {
        files.push_back(file(name).string() + "|");
        files.push_back(file(name + "_legacy").string() + "|");
    }
    expectAsTorchReads(files);
}

TEST_F(MadeByTorch, CheckpointsGiveTheModelsWeights)
{
    std::vector<std::string> files;
    for (const std::string suffix : { "", "_legacy" }) {
        files.push_back(file("checkpoint" + suffix).string() + "|state_dict");
        files.push_back(file("nested" + suffix).string() + "|model/model_state_dict");
        files.push_back(file("numpy" + suffix).string() + "|state_dict");
    }
    expectAsTorchReads(files);
    const auto model = openModel(file("nested"));
    ASSERT_EQ(model->warnings().size(), 2U);
    EXPECT_NE(model->warnings()[0].english().find("\"ema\""), std::string::npos);
    EXPECT_NE(model->warnings()[1].english().find("\"optimizer_state_dict\""), std::string::npos);
}

TEST_F(MadeByTorch, KindsAndTies)
{
    const auto model = openModel(file("state"));
    const auto kind = [&](const char* name) { return model->layer(model->find(name)).kind; };
    EXPECT_EQ(kind("0.weight"), LayerKind::Conv2d);
    EXPECT_EQ(kind("0.bias"), LayerKind::Bias);
    EXPECT_EQ(kind("1.running_mean"), LayerKind::Statistic);
    EXPECT_EQ(kind("3.weight"), LayerKind::Linear);
    const auto tied = openModel(file("tied"));
    ASSERT_EQ(tied->layers().size(), 1U);
    EXPECT_EQ(tied->layers()[0].tiedNames, std::vector<std::string> { "1.weight" });
    const auto views = openModel(file("views"));
    EXPECT_EQ(views->layer(views->find("base")).tiedNames, std::vector<std::string> { "same" });
}

TEST_F(MadeByTorch, DenseTensorsOfZipFilesAreNotCopied)
{
    const auto model = openModel(file("state"));
    const auto& weight = model->layer(model->find("3.weight")).view;
    const auto& bias = model->layer(model->find("3.bias")).view;
    EXPECT_EQ(weight.owner, bias.owner) << "both in the mapped file";
}

TEST_F(MadeByTorch, TorchScriptGivesWeightsWithoutLibTorch)
{
    const auto model = openModel(file("script"));
    if (model->hasGraph()) {
        GTEST_SKIP() << "skipped: the LibTorch plug-in is there and opens it";
    }
    expectAsTorchReads({ file("script").string() + "|" });
    ASSERT_EQ(model->warnings().size(), 1U);
    EXPECT_EQ(model->format(), "torchscript");
}

TEST_F(MadeByTorch, NamesDoNotMatter)
{
    for (const char* name : { "m.bin", "m.safetensors", "m" }) {
        std::filesystem::copy_file(file("state"), *s_dir / name);
        EXPECT_EQ(openModel(*s_dir / name)->format(), "pytorch") << name;
        std::filesystem::remove(*s_dir / name);
    }
}

} // namespace
} // namespace bw
