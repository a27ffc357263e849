// Real models of other tools: what inspect says of them against what their own libraries and numpy find.

#include "tests/cli/cli_process.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw::test {
namespace {

TEST(ForeignModels, StatisticsAgreeWithTorchH5pyAndNumpy)
{
    BW_NEED_SHARED_DATA();
    const std::vector<std::pair<std::string, int>> models { { "mnist/mnist_model.state_dict", 4 },
        { "fastestdet/weight_AP05_0.253207_280-epoch.pth", 420 }, { "ultraface/version-RFB-320.pth", 244 },
        { "cifar10-resnet/resnet20-12fca82f.th", 97 }, { "cifar10-resnet/resnet56-4bfd9763.th", 277 },
        { "cifar10-resnet/resnet20_traced.pt", 116 }, { "silero-vad/silero_vad.jit", 30 },
        { "keras/fer2013_mini_XCEPTION.102-0.66.hdf5", 80 }, { "keras/gender_mini_XCEPTION.21-0.95.hdf5", 80 },
        { "keras/teachable_machine_waste.h5", 263 }, { "dtln/DTLN_norm_500h.h5", 22 } };
    const TempDir dir;
    std::vector<std::string> arguments;
    std::string expected;
    for (const auto& [name, tensors] : models) {
        const auto path = (sharedData() / name).string();
        const auto result = runCli({ "inspect", path, "--stats", "--json" });
        EXPECT_EQ(result.exitCode, 0) << name << ": " << result.err;
        const auto document = dir / (std::to_string(arguments.size()) + ".json");
        writeFile(document, result.out);
        arguments.push_back(path);
        arguments.push_back(document.string());
        expected += std::filesystem::path(name).filename().string() + " ok " + std::to_string(tensors) + "\n";
    }
    EXPECT_EQ(runPython(readFile(sourceDir() / "tests/cli/compare_stats.py"), arguments), expected);
}

TEST(ForeignModels, QuantizeAndVerify)
{
    BW_NEED_SHARED_DATA();
    const TempDir dir;
    for (const char* name : { "cifar10-resnet/resnet20-12fca82f.th", "keras/teachable_machine_waste.h5" }) {
        const auto path = (sharedData() / name).string();
        const auto out = (dir / "q.safetensors").string();
        EXPECT_EQ(runCli({ "quantize", path, "-o", out, "--format", "int4/c" }).exitCode, 0) << name;
        EXPECT_EQ(runCli({ "verify", out, "--source", path }).exitCode, 0) << name;
        std::filesystem::remove(out);
    }
}

} // namespace
} // namespace bw::test
