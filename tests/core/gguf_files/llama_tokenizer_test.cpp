// Tokenizers beside llama models, as GGUF files hold them.

#include "core/base/error.h"
#include "core/model/gguf_header.h"
#include "tests/core/gguf_files/llama_models.h"
#include "tests/support/wire_builder.h"

#include <bit>

#include <gtest/gtest.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A metadata array of a written file, read by Python.
Json entriesOf(const fs::path& gguf)
{
    const std::string code = R"(
import json, sys
sys.path.insert(0, sys.argv[2])
from gguf_reader import Reader
found = {}
for key, (value, _) in Reader(sys.argv[1]).metadata.items():
    if key.startswith("tokenizer."):
        found[key[10:]] = [v if isinstance(v, str) else float(v) for v in value] if isinstance(value, list) \
            else value if isinstance(value, str) else float(value)
print(json.dumps(found))
)";
    return Json::parse(
        test::runPython(code, { gguf.string(), (test::sourceDir() / "tests/core/gguf_files").string() }));
}

/// The model with these files beside it, written as GGUF.
class Tokenizers : public testing::Test
{
protected:
    void SetUp() override { test::LlamaFolder().write(m_dir / "hf"); }
    void beside(const std::string& name, const std::string& text) { test::writeFile(m_dir / "hf" / name, text); }
    Json written()
    {
        m_receipt = test::exportGguf(m_dir / "hf", m_dir / "a.gguf", test::ggufRecipe("q8_0"));
        EXPECT_EQ(test::verifyFailures(m_dir / "a.gguf", m_dir / "hf"), "");
        return entriesOf(m_dir / "a.gguf");
    }
    /// What is said of a model that cannot be written.
    std::string refusal(ErrorKind kind)
    {
        try {
            test::exportGguf(m_dir / "hf", m_dir / "a.gguf", test::ggufRecipe("q8_0"));
            ADD_FAILURE() << "written";
        } catch (const Error& error) {
            EXPECT_EQ(errorKindName(error.kind()), errorKindName(kind)) << error.fullEnglish();
            return error.fullEnglish();
        }
        return {};
    }

    test::TempDir m_dir;
    ExportReceipt m_receipt;
};

TEST_F(Tokenizers, BytesAndMerges)
{
    beside("tokenizer.json", test::smallTokenizer().dump());
    beside("tokenizer_config.json",
        R"({"bos_token": {"content": "<|end|>"}, "pad_token": "<pad me>", "eos_token": null, "chat_template": "{{ x }}"})");
    const auto found = written();
    EXPECT_TRUE(m_receipt.notes.empty());
    EXPECT_EQ(found["ggml.model"], "gpt2");
    EXPECT_EQ(found["ggml.pre"], "gpt-2");
    EXPECT_EQ(
        found["ggml.tokens"], Json({ "h", "e", "l", "o", "w", "r", "Ġ", "he", "ll", "hell", "<pad me>", "<|end|>" }));
    EXPECT_EQ(found["ggml.token_type"], Json({ 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4.0, 3.0 }));
    EXPECT_EQ(found["ggml.merges"], Json({ "h e", "l l", "he ll" }));
    EXPECT_EQ(found["ggml.bos_token_id"], 11.0);
    EXPECT_EQ(found["ggml.padding_token_id"], 10.0);
    EXPECT_FALSE(found.contains("ggml.eos_token_id"));
    EXPECT_FALSE(found.contains("ggml.scores"));
    EXPECT_EQ(found["ggml.add_bos_token"], 1.0);
    EXPECT_EQ(found["ggml.add_eos_token"], 0.0);
    EXPECT_EQ(found["chat_template"], "{{ x }}");
}

TEST_F(Tokenizers, MergesAsPairsAndRowsWithoutATokenAreTheSame)
{
    auto tokenizer = test::smallTokenizer();
    tokenizer["model"]["merges"] = Json::parse(R"([["h", "e"], ["l", "l"], ["he", "ll"]])");
    tokenizer["added_tokens"] = { tokenizer["added_tokens"][1] };
    beside("tokenizer.json", tokenizer.dump());
    beside("special_tokens_map.json", R"({"eos_token": "<|end|>"})");
    const auto found = written();
    EXPECT_EQ(found["ggml.merges"], Json({ "h e", "l l", "he ll" }));
    EXPECT_EQ(found["ggml.tokens"][10], "[PAD10]");
    EXPECT_EQ(found["ggml.token_type"][10], 5.0);
    EXPECT_EQ(found["ggml.eos_token_id"], 11.0);
}

TEST_F(Tokenizers, SplittingsHaveTheNamesOfLlamaCpp)
{
    constexpr const char* words
        = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    const Json bytes { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "use_regex", false } };
    const auto split = [](const std::string& regex) {
        return Json { { "type", "Split" }, { "pattern", { { "Regex", regex } } }, { "behavior", "Isolated" },
            { "invert", false } };
    };
    const auto named = [&](const Json& steps, bool ignoresMerges) {
        auto tokenizer = test::smallTokenizer();
        tokenizer["pre_tokenizer"] = { { "type", "Sequence" }, { "pretokenizers", steps } };
        tokenizer["model"]["ignore_merges"] = ignoresMerges;
        beside("tokenizer.json", tokenizer.dump());
        return written()["ggml.pre"].get<std::string>();
    };
    EXPECT_EQ(named(Json::array({ split(words), bytes }), true), "llama-bpe");
    EXPECT_EQ(named(Json::array({ split(words), bytes }), false), "smaug-bpe");
    std::string single = words;
    single.erase(single.find("{1,3}"), 5);
    EXPECT_EQ(named(Json::array({ split(single), bytes }), false), "qwen2");
    auto regexBytes = bytes;
    regexBytes["use_regex"] = true;
    const Json digits { { "type", "Digits" }, { "individual_digits", true } };
    EXPECT_EQ(named(Json::array({ digits, regexBytes }), false), "smollm");
    EXPECT_EQ(named(Json::array({ regexBytes }), false), "gpt-2");
}

TEST_F(Tokenizers, UnknownSplittingsAreRefused)
{
    auto tokenizer = test::smallTokenizer();
    tokenizer["pre_tokenizer"] = { { "type", "Whitespace" } };
    beside("tokenizer.json", tokenizer.dump());
    EXPECT_NE(refusal(ErrorKind::Unsupported).find("pre_tokenizer"), std::string::npos);
    tokenizer = test::smallTokenizer();
    tokenizer["normalizer"] = { { "type", "Lowercase" } };
    beside("tokenizer.json", tokenizer.dump());
    EXPECT_NE(refusal(ErrorKind::Unsupported).find("normalizer"), std::string::npos);
    tokenizer = test::smallTokenizer();
    tokenizer["model"]["type"] = "WordPiece";
    beside("tokenizer.json", tokenizer.dump());
    EXPECT_NE(refusal(ErrorKind::Unsupported).find("WordPiece"), std::string::npos);
}

TEST_F(Tokenizers, PiecesWithMergesGetScoresInTheirOrder)
{
    auto tokenizer = test::smallTokenizer();
    tokenizer["normalizer"] = Json::parse(
        R"({"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]})");
    tokenizer["pre_tokenizer"] = nullptr;
    tokenizer["model"]["byte_fallback"] = true;
    tokenizer["model"]["unk_token"] = "w";
    tokenizer["model"]["vocab"] = { { "h", 0 }, { "e", 1 }, { "l", 2 }, { "<0x0A>", 3 }, { "w", 4 }, { "r", 5 },
        { "▁", 6 }, { "he", 7 }, { "ll", 8 }, { "hell", 9 } };
    beside("tokenizer.json", tokenizer.dump());
    const auto found = written();
    EXPECT_EQ(found["ggml.model"], "llama");
    EXPECT_EQ(found["ggml.add_space_prefix"], 1.0);
    EXPECT_EQ(found["ggml.token_type"], Json({ 1.0, 1.0, 1.0, 6.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4.0, 3.0 }));
    const auto score = [&](std::size_t id) { return found["ggml.scores"][id].get<double>(); };
    EXPECT_GT(score(7), score(8));
    EXPECT_GT(score(8), score(9));
    EXPECT_FALSE(found.contains("ggml.merges"));
    // The other way to say the same, and ways to say something else.
    tokenizer["normalizer"] = nullptr;
    tokenizer["pre_tokenizer"] = { { "type", "Metaspace" }, { "replacement", "▁" }, { "prepend_scheme", "never" } };
    beside("tokenizer.json", tokenizer.dump());
    EXPECT_EQ(written()["ggml.add_space_prefix"], 0.0);
    tokenizer["pre_tokenizer"]["replacement"] = "_";
    beside("tokenizer.json", tokenizer.dump());
    EXPECT_NE(refusal(ErrorKind::Unsupported).find("pre_tokenizer"), std::string::npos);
    tokenizer["pre_tokenizer"] = nullptr;
    tokenizer["normalizer"] = { { "type", "Replace" }, { "pattern", { { "String", "." } } }, { "content", "▁" } };
    beside("tokenizer.json", tokenizer.dump());
    EXPECT_NE(refusal(ErrorKind::Unsupported).find("normalizer"), std::string::npos);
    tokenizer["normalizer"] = nullptr;
    beside("tokenizer.json", tokenizer.dump());
    EXPECT_NE(refusal(ErrorKind::Unsupported).find("normalizer"), std::string::npos);
}

std::string piece(const std::string& text, float score, std::uint64_t type = 1)
{
    const auto bits = std::bit_cast<std::uint32_t>(score);
    const std::string raw(reinterpret_cast<const char*>(&bits), sizeof bits);
    return test::wireBytes(1, test::wireBytes(1, text) + "\x15" + raw + test::wireNumber(3, type));
}

TEST_F(Tokenizers, SentencePieceComesFirst)
{
    beside("tokenizer.json", "not even read");
    beside("tokenizer.model",
        piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3) + piece("<0x0A>", 0, 6) + piece("▁a", -1.5F)
            + test::wireBytes(2, test::wireNumber(3, 2) + test::wireNumber(43, ~std::uint64_t { 0 }))
            + test::wireBytes(3, test::wireNumber(3, 0)));
    beside("added_tokens.json", R"({"▁▁x": 5, "beyond": 12})");
    beside("tokenizer_config.json", R"({"add_bos_token": true, "add_eos_token": false, "added_tokens_decoder":
        {"6": {"content": "<|im|>", "special": false}, "0": {"content": "<unk>", "special": true}}})");
    const auto found = written();
    EXPECT_EQ(found["ggml.model"], "llama");
    EXPECT_EQ(found["ggml.pre"], "default");
    EXPECT_EQ(found["ggml.tokens"],
        Json({ "<unk>", "<s>", "</s>", "<0x0A>", "▁a", "  x", "<|im|>", "[PAD7]", "[PAD8]", "[PAD9]", "[PAD10]",
            "[PAD11]" }));
    EXPECT_EQ(found["ggml.token_type"], Json({ 2.0, 3.0, 3.0, 6.0, 1.0, 4.0, 3.0, 5.0, 5.0, 5.0, 5.0, 5.0 }));
    EXPECT_EQ(found["ggml.scores"][4], -1.5);
    EXPECT_EQ(found["ggml.bos_token_id"], 1.0);
    EXPECT_EQ(found["ggml.eos_token_id"], 2.0);
    EXPECT_EQ(found["ggml.unknown_token_id"], 0.0);
    EXPECT_FALSE(found.contains("ggml.padding_token_id")); // -1: there is none
    EXPECT_EQ(found["ggml.add_space_prefix"], 0.0);
    EXPECT_EQ(found["ggml.add_bos_token"], 1.0);
    EXPECT_EQ(found["ggml.add_eos_token"], 0.0);
}

TEST_F(Tokenizers, AUnigramModelIsRefused)
{
    beside("tokenizer.model", piece("<unk>", 0, 2) + test::wireBytes(2, test::wireNumber(3, 1)));
    EXPECT_NE(refusal(ErrorKind::Unsupported).find("BPE"), std::string::npos);
}

} // namespace
} // namespace bw
