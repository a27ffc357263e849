// Formats that go by what is not in the model: token counts and the Fisher information, from the command line and back
// in "verify".

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw::test {
namespace {

class TokenCounts : public ::testing::Test
{
protected:
    TokenCounts()
    {
        writeSafetensors(m_dir / "m.safetensors",
            { { "embed.weight", { 60, 32 }, bellValues(60 * 32, 1) },
                { "head.weight", { 10, 32 }, bellValues(320, 2) } });
        std::string list = "# number count\n";
        for (int token = 0; token < 58; ++token) {
            list += std::to_string(token) + " " + std::to_string(token * 37 % 59) + "\n";
        }
        writeFile(m_dir / "counts.txt", list);
    }
    CliResult quantize(const std::string& rule, const std::vector<std::string>& more)
    {
        std::vector<std::string> arguments { "quantize", path("m.safetensors"), "-o", path("q.safetensors"), "--format",
            "int4/c", "--set", rule };
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runCli(arguments);
    }
    CliResult verify(const std::vector<std::string>& more)
    {
        std::vector<std::string> arguments { "verify", path("q.safetensors"), "--source", path("m.safetensors") };
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runCli(arguments);
    }
    std::string path(const char* name) { return (m_dir / name).string(); }
    TempDir m_dir;
};

TEST_F(TokenCounts, MakeAFileThatVerifiesWithThemOnly)
{
    const auto made = quantize("embed=int6/c/frequency=4", { "--token-counts", path("counts.txt") });
    ASSERT_EQ(made.exitCode, 0) << made.err;
    const auto sound = verify({ "--token-counts", path("counts.txt") });
    EXPECT_EQ(sound.exitCode, 0) << sound.out << sound.err;
    EXPECT_NE(sound.out.find("gives the same bits"), std::string::npos);
    EXPECT_EQ(runCli({ "verify", path("q.safetensors") }).exitCode, 0);

    const auto without = verify({});
    EXPECT_EQ(without.exitCode, 4);
    EXPECT_NE(without.err.find("--token-counts FILE"), std::string::npos) << without.err;
    writeFile(m_dir / "others.txt", "1\n2\n3\n");
    EXPECT_EQ(verify({ "--token-counts", path("others.txt") }).exitCode, 6);
}

TEST_F(TokenCounts, SayWhatIsMissingOrTooMuch)
{
    const auto expectRefusal = [&](const CliResult& result, int exitCode, const char* words) {
        EXPECT_EQ(result.exitCode, exitCode) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_FALSE(std::filesystem::exists(m_dir / "q.safetensors"));
    };
    const std::vector<std::string> counts { "--token-counts", path("counts.txt") };
    expectRefusal(quantize("embed=int6/c/frequency=4", {}), 4, "--token-counts FILE");
    expectRefusal(quantize("embed=int6/c", counts), 4, "leave --token-counts out");
    expectRefusal(quantize(".*=int6/c/frequency=4", counts), 2, "of 58 tokens, but the layer has 10 rows");
    expectRefusal(quantize("embed=int6/c/frequency=4", { "--token-counts", path("none.txt") }), 3, "none.txt");
    writeFile(m_dir / "bad.txt", "1\ntwo\n");
    expectRefusal(quantize("embed=int6/c/frequency=4", { "--token-counts", path("bad.txt") }), 3, "line 2 is \"two\"");
    const auto over = runCli({ "quantize", path("m.safetensors"), "-o", path("counts.txt"), "--format",
        "int6/c/frequency=4", "--token-counts", path("counts.txt"), "--to", "safetensors" });
    EXPECT_EQ(over.exitCode, 2) << over.err;
}

TEST_F(TokenCounts, MeasureTheErrorOfAnEmbedding)
{
    const auto result = runCli({ "error", path("m.safetensors"), "-f", "int6/c/frequency=4", "-l", "embed",
        "--token-counts", path("counts.txt") });
    EXPECT_EQ(result.exitCode, 0) << result.err;
    EXPECT_NE(result.out.find("embed.weight"), std::string::npos);
}

TEST(FisherFormats, VerifyWithTheirCalibration)
{
    BW_NEED_SHARED_DATA();
    const TempDir dir;
    const auto model = (sharedData() / "cifar10-resnet/resnet20_traced.pt").string();
    const auto data = (sharedData() / "cifar10/cifar10_calib2000.safetensors").string();
    const auto out = (dir / "q.safetensors").string();
    const auto made = runCli({ "quantize", model, "-o", out, "--format", "f32", "--set",
        "layer1.0.conv1=lloyd3(w=fisher)/c", "--calibration", data });
    ASSERT_EQ(made.exitCode, 0) << made.err;
    const auto sound = runCli({ "verify", out, "--source", model, "--calibration", data });
    EXPECT_EQ(sound.exitCode, 0) << sound.out << sound.err;
    EXPECT_EQ(runCli({ "verify", out, "--source", model }).exitCode, 4);
}

} // namespace
} // namespace bw::test
