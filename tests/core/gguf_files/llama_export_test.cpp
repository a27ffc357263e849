// Llama models in Hugging Face's form, written as GGUF, against real weights and a reader from the specification.

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/export/rotary_rows.h"
#include "core/model/gguf_header.h"
#include "core/model/loader.h"
#include "tests/support/damaged_files.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bw {
namespace {

namespace fs = std::filesystem;

const Exporter& exporter()
{
    return exporterFor("x.gguf", "");
}

Recipe recipeOf(const std::string& format, const std::vector<std::pair<std::string, std::string>>& rules = {})
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    for (const auto& [match, choice] : rules) {
        recipe.rules.push_back({ match, parseFormat(choice), std::nullopt, {} });
    }
    return recipe;
}

ExportReceipt exported(const fs::path& from, const fs::path& to, const Recipe& recipe, bool isDequantized = false)
{
    const auto model = openModel(from);
    const auto plan = resolve(recipe, *model);
    requireUsable(plan);
    return exportModel(*quantizeModel(model, plan, nullptr, {}), to, exporter(), { isDequantized, {} }, {});
}

std::string script(const std::string& name, std::vector<std::string> arguments)
{
    arguments.insert(
        arguments.begin(), { "/usr/bin/python3", (test::sourceDir() / "tests/core/gguf_files" / name).string() });
    return test::runProgram(arguments);
}

nlohmann::json compared(const fs::path& a, const fs::path& b)
{
    return nlohmann::json::parse(script("gguf_reader.py", { "compare", a.string(), b.string() }));
}

fs::path stories(const char* name)
{
    return test::sharedData() / "stories260k" / name;
}

std::string failures(const fs::path& file, const fs::path& source)
{
    std::string text;
    for (const auto& check : verifyFile(file, source, {})) {
        text += check.isOk ? "" : check.name + ": " + check.detail.english() + "\n";
    }
    return text;
}

TEST(RotaryRows, AreThoseOfTheConverter)
{
    // reshape(heads, 2, rows / heads / 2) swapped to (heads, rows / heads / 2, 2)
    constexpr std::uint64_t heads = 3;
    constexpr std::uint64_t headRows = 10;
    std::set<std::uint64_t> seen;
    for (std::uint64_t head = 0; head < heads; ++head) {
        for (std::uint64_t pair = 0; pair < headRows / 2; ++pair) {
            for (std::uint64_t half = 0; half < 2; ++half) {
                const auto row = head * headRows + pair * 2 + half;
                const auto from = head * headRows + half * (headRows / 2) + pair;
                EXPECT_EQ(rowForGgml(row, headRows), from);
                EXPECT_EQ(rowFromGgml(from, headRows), row);
                seen.insert(from);
            }
        }
    }
    EXPECT_EQ(seen.size(), heads * headRows);
}

TEST(LlamaExport, SameTensorsAndTokenizerAsTheReferenceFile)
{
    BW_NEED_SHARED_DATA();
    const test::TempDir dir;
    script("llama_folder.py", { "rewrite", stories("stories260K.gguf").string(), (dir / "hf").string() });
    const auto receipt = exported(dir / "hf", dir / "a.gguf", recipeOf("f32"));
    EXPECT_TRUE(receipt.notes.empty());
    const auto difference = compared(stories("stories260K.gguf"), dir / "a.gguf");
    EXPECT_EQ(difference["tensors"].dump(), "[]");
    EXPECT_EQ(difference["new tensors"].dump(), "[]");
    // The reference says 2^32 - 1 for tokens that there are none of, and "llama" for a name.
    EXPECT_EQ(difference["entries"].dump(),
        R"(["general.name","tokenizer.ggml.seperator_token_id","tokenizer.ggml.padding_token_id"])");
    EXPECT_EQ(failures(dir / "a.gguf", dir / "hf"), "");
    // Float values of the kept and of the quantized go the same way.
    exported(dir / "hf", dir / "b.gguf", recipeOf("f32"), true);
    EXPECT_EQ(compared(stories("stories260K.gguf"), dir / "b.gguf")["tensors"].dump(), "[]");
    EXPECT_EQ(failures(dir / "b.gguf", dir / "hf"), "");
}

TEST(LlamaExport, SameBlocksAsTheReferenceFilesFromShards)
{
    BW_NEED_SHARED_DATA();
    const test::TempDir dir;
    script("llama_folder.py", { "rewrite", stories("stories260K.gguf").string(), (dir / "hf").string(), "3" });
    exported(dir / "hf", dir / "q4.gguf", recipeOf("q4_0", { { "embed_tokens|lm_head", "q8_0" } }));
    EXPECT_EQ(compared(stories("stories260K-q4_0.gguf"), dir / "q4.gguf")["tensors"].dump(), "[]");
    EXPECT_EQ(failures(dir / "q4.gguf", dir / "hf"), "");
    exported(dir / "hf" / "model.safetensors.index.json", dir / "q8.gguf", recipeOf("q8_0"));
    EXPECT_EQ(compared(stories("stories260K-q8_0.gguf"), dir / "q8.gguf")["tensors"].dump(), "[]");
    EXPECT_EQ(failures(dir / "q8.gguf", dir / "hf"), "");
}

TEST(LlamaExport, WithoutATokenizerTheFileSaysSo)
{
    BW_NEED_SHARED_DATA();
    const test::TempDir dir;
    script("llama_folder.py", { "rewrite", stories("stories260K.gguf").string(), (dir / "hf").string() });
    fs::remove(dir / "hf/tokenizer.model");
    const auto receipt = exported(dir / "hf", dir / "a.gguf", recipeOf("q8_0"));
    ASSERT_EQ(receipt.notes.size(), 1U);
    EXPECT_NE(receipt.notes[0].english().find("tokenizer.json"), std::string::npos);
    const auto header = readGgufHeader(dir / "a.gguf", {});
    EXPECT_EQ(header.text("tokenizer.ggml.model"), "no_vocab");
    EXPECT_EQ(header.number("llama.vocab_size"), 512U);
    EXPECT_EQ(header.find("tokenizer.ggml.tokens"), nullptr);
    EXPECT_EQ(failures(dir / "a.gguf", dir / "hf"), "");
}

} // namespace
} // namespace bw
