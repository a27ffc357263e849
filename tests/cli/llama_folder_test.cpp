// A user's way from a folder of Hugging Face's to a GGUF file: exit codes, warnings, documents.

#include "tests/cli/cli_process.h"
#include "tests/core/gguf_files/llama_models.h"

#include <gtest/gtest.h>

namespace bw::test {
namespace {

class LlamaFolders : public testing::Test
{
protected:
    CliResult quantize(const std::vector<std::string>& more = {})
    {
        std::vector<std::string> arguments { "quantize", m_folder.string(), "-o", m_out.string(), "--format", "q8_0" };
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runCli(arguments);
    }

    TempDir m_dir;
    std::filesystem::path m_folder = m_dir / "hf";
    std::filesystem::path m_out = m_dir / "a.gguf";
};

TEST_F(LlamaFolders, AreOpenedWrittenAndVerified)
{
    LlamaFolder().write(m_folder);
    EXPECT_EQ(runCli({ "inspect", m_folder.string() }).exitCode, 0);
    const auto bare = quantize({ "--json" });
    EXPECT_EQ(bare.exitCode, 0) << bare.err;
    EXPECT_NE(bare.err.find("warning: The file holds no tokenizer"), std::string::npos) << bare.err;
    const auto warnings = nlohmann::json::parse(bare.out)["warnings"];
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].get<std::string>().find("tokenizer.model or tokenizer.json"), std::string::npos);
    writeFile(m_folder / "tokenizer.json", smallTokenizer().dump());
    const auto whole = quantize();
    EXPECT_EQ(whole.exitCode, 0) << whole.err;
    EXPECT_EQ(whole.err.find("warning"), std::string::npos) << whole.err;
    const auto verified = runCli({ "verify", m_out.string(), "--source", m_folder.string() });
    EXPECT_EQ(verified.exitCode, 0) << verified.out;
    const auto again = runCli({ "inspect", m_out.string(), "--json" });
    EXPECT_EQ(nlohmann::json::parse(again.out)["layers"].size(), LlamaFolder().tensors.size());
}

TEST_F(LlamaFolders, SayWhatIsWrongByTheirExitCode)
{
    LlamaFolder model;
    model.config["model_type"] = "gpt_neox";
    model.write(m_folder);
    auto result = quantize();
    EXPECT_EQ(result.exitCode, 4);
    EXPECT_NE(result.err.find("gpt_neox"), std::string::npos) << result.err;
    model.config["model_type"] = "llama";
    model.config["num_attention_heads"] = 5;
    model.write(m_folder);
    result = quantize();
    EXPECT_EQ(result.exitCode, 3);
    EXPECT_NE(result.err.find("config.json"), std::string::npos) << result.err;
    std::filesystem::remove(m_folder / "config.json");
    EXPECT_EQ(quantize().exitCode, 3);
    // Other files need no config.
    EXPECT_EQ(runCli({ "quantize", m_folder.string(), "-o", (m_dir / "a.safetensors").string() }).exitCode, 0);
    std::filesystem::remove(m_folder / "model.safetensors");
    result = quantize();
    EXPECT_EQ(result.exitCode, 3);
    EXPECT_NE(result.err.find("pytorch_model.bin"), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(m_out));
}

} // namespace
} // namespace bw::test
