// "bitwright-cli diff": the document of contract §2, and what people read.

#include "core/base/json.h"
#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw::test {
namespace {

TEST(Diff, AQuantizedModelAgainstItsSource)
{
    const TempDir folder;
    const std::string model = writeSmallModel(folder.path()).string();
    const std::string quantized = (folder / "q.safetensors").string();
    const std::string plain = (folder / "plain.safetensors").string();
    ASSERT_EQ(runCli({ "quantize", model, "--format", "int4/c", "-o", quantized }).exitCode, 0);
    ASSERT_EQ(runCli({ "dequantize", quantized, "-o", plain }).exitCode, 0);
    const CliResult result = runCli({ "diff", model, plain, "--json", "--top", "1" });
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const Json document = parseJson(result.out);
    ASSERT_FALSE(document.at("tensors").empty());
    const Json& first = document.at("tensors")[0];
    EXPECT_EQ(first.at("a"), "conv1.weight");
    EXPECT_EQ(first.at("b"), "conv1.weight");
    EXPECT_EQ(first.at("verdict"), "requantized");
    EXPECT_GT(first.at("rmse_over_rms").get<double>(), 0.01);
    EXPECT_EQ(document.at("hot_spots").size(), 1U);

    // The same figure as the command that measures formats.
    const Json errors = parseJson(runCli({ "error", model, "--format", "int4/c", "--json" }).out);
    EXPECT_DOUBLE_EQ(first.at("rmse_over_rms").get<double>(), errors.at("layers")[0].at("rmse_over_rms").get<double>());

    const CliResult text = runCli({ "diff", model, plain });
    EXPECT_NE(text.out.find("requantized"), std::string::npos) << text.out;
}

TEST(Diff, AModelAgainstItself)
{
    const TempDir folder;
    const std::string model = writeSmallModel(folder.path()).string();
    const CliResult result = runCli({ "diff", model, model });
    EXPECT_EQ(result.exitCode, 0);
    EXPECT_NE(result.out.find("4 identical."), std::string::npos) << result.out;
}

TEST(Diff, AQuantizedFileNeedsNoDequantizedCopy)
{
    const TempDir folder;
    const std::string model = writeSmallModel(folder.path()).string();
    const std::string quantized = (folder / "q.safetensors").string();
    ASSERT_EQ(runCli({ "quantize", model, "--format", "int4/c", "-o", quantized }).exitCode, 0);
    const CliResult result = runCli({ "diff", model, quantized, "--json" });
    const Json document = parseJson(result.out);
    EXPECT_EQ(result.err.find("quantized already"), std::string::npos) << result.err; // nothing is quantized again
    EXPECT_NE(
        runCli({ "quantize", quantized, "-o", (folder / "again.safetensors").string() }).err.find("quantized already"),
        std::string::npos);
    EXPECT_EQ(document.at("tensors")[0].at("verdict"), "requantized");
    EXPECT_EQ(document.at("tensors")[0].at("dtype_b"), "int4/c");
    EXPECT_EQ(document.at("counts").at("only_a"), 0);
}

TEST(RecipeCommand, WritesTheWordsOfAnotherToolAndWhatTheyCannotSay)
{
    const TempDir folder;
    const std::string model = writeSmallModel(folder.path()).string();
    const std::string out = (folder / "types.txt").string();
    const CliResult result = runCli({ "recipe", model, "--format", "int4/c", "--to", "aimet", "-o", out, "--json" });
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(parseJson(result.out).at("target"), "aimet");
    EXPECT_TRUE(std::filesystem::exists(out));
    EXPECT_EQ(runCli({ "recipe", model, "--format", "int4/c", "--to", "nothing", "-o", out }).exitCode, 2);
    EXPECT_EQ(runCli({ "recipe", model, "--format", "int4/c", "--to", "aimet", "-o", model }).exitCode, 2);
}

TEST(Diff, WhatIsMissingIsSaid)
{
    const TempDir folder;
    const std::string model = writeSmallModel(folder.path()).string();
    EXPECT_EQ(runCli({ "diff", model }).exitCode, 2);
    EXPECT_EQ(runCli({ "diff", model, (folder / "absent.safetensors").string() }).exitCode, 3);
}

} // namespace
} // namespace bw::test
