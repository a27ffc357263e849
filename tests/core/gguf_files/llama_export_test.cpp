// Llama models in Hugging Face's form, written as GGUF, against real weights and a reader from the specification.

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/export/rotary_rows.h"
#include "core/model/gguf_header.h"
#include "tests/core/gguf_files/llama_models.h"

#include <set>

#include <gtest/gtest.h>

namespace bw {
namespace {

namespace fs = std::filesystem;

nlohmann::json compared(const fs::path& a, const fs::path& b)
{
    return nlohmann::json::parse(test::ggufScript("gguf_reader.py", { "compare", a.string(), b.string() }));
}

fs::path stories(const char* name)
{
    return test::sharedData() / "stories260k" / name;
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
    test::ggufScript("llama_folder.py", { "rewrite", stories("stories260K.gguf").string(), (dir / "hf").string() });
    const auto receipt = test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("f32"));
    EXPECT_TRUE(receipt.notes.empty());
    const auto difference = compared(stories("stories260K.gguf"), dir / "a.gguf");
    EXPECT_EQ(difference["tensors"].dump(), "[]");
    EXPECT_EQ(difference["new tensors"].dump(), "[]");
    // The reference says 2^32 - 1 for tokens that there are none of, and "llama" for a name.
    EXPECT_EQ(difference["entries"].dump(),
        R"(["general.name","tokenizer.ggml.seperator_token_id","tokenizer.ggml.padding_token_id"])");
    EXPECT_EQ(test::verifyFailures(dir / "a.gguf", dir / "hf"), "");
    // Float values of the kept and of the quantized go the same way.
    test::exportGguf(dir / "hf", dir / "b.gguf", test::ggufRecipe("f32"), true);
    EXPECT_EQ(compared(stories("stories260K.gguf"), dir / "b.gguf")["tensors"].dump(), "[]");
    EXPECT_EQ(test::verifyFailures(dir / "b.gguf", dir / "hf"), "");
}

TEST(LlamaExport, SameBlocksAsTheReferenceFilesFromShards)
{
    BW_NEED_SHARED_DATA();
    const test::TempDir dir;
    test::ggufScript(
        "llama_folder.py", { "rewrite", stories("stories260K.gguf").string(), (dir / "hf").string(), "3" });
    auto recipe = test::ggufRecipe("q4_0");
    recipe.rules.push_back({ "embed_tokens|lm_head", parseFormat("q8_0"), std::nullopt, {} });
    test::exportGguf(dir / "hf", dir / "q4.gguf", recipe);
    EXPECT_EQ(compared(stories("stories260K-q4_0.gguf"), dir / "q4.gguf")["tensors"].dump(), "[]");
    EXPECT_EQ(test::verifyFailures(dir / "q4.gguf", dir / "hf"), "");
    test::exportGguf(dir / "hf" / "model.safetensors.index.json", dir / "q8.gguf", test::ggufRecipe("q8_0"));
    EXPECT_EQ(compared(stories("stories260K-q8_0.gguf"), dir / "q8.gguf")["tensors"].dump(), "[]");
    EXPECT_EQ(test::verifyFailures(dir / "q8.gguf", dir / "hf"), "");
}

TEST(LlamaExport, CheckpointsOfLlama2cGiveTheReferenceFilesToo)
{
    BW_NEED_SHARED_DATA();
    const test::TempDir dir;
    // The checkpoint has one matrix for both ends, so the file has no output of its own.
    test::exportGguf(stories("stories260K.bin"), dir / "a.gguf", test::ggufRecipe("f32"));
    const auto difference = compared(stories("stories260K.gguf"), dir / "a.gguf");
    EXPECT_EQ(difference["tensors"].dump(), R"(["output.weight"])");
    EXPECT_EQ(difference["new tensors"].dump(), "[]");
    EXPECT_EQ(difference["entries"].dump(),
        R"(["tokenizer.ggml.tokens","tokenizer.ggml.scores","tokenizer.ggml.token_type","tokenizer.ggml.model",)"
        R"("general.name","tokenizer.ggml.unknown_token_id","tokenizer.ggml.bos_token_id",)"
        R"("tokenizer.ggml.eos_token_id","tokenizer.ggml.seperator_token_id","tokenizer.ggml.padding_token_id","llama.context_length"])");
    EXPECT_EQ(test::verifyFailures(dir / "a.gguf", stories("stories260K.bin")), "");
    // Beside the tokenizer it has one.
    test::ggufScript("llama_folder.py", { "rewrite", stories("stories260K.gguf").string(), (dir / "hf").string() });
    fs::copy_file(stories("stories260K.bin"), dir / "hf/stories.bin");
    EXPECT_TRUE(test::exportGguf(dir / "hf/stories.bin", dir / "a.gguf", test::ggufRecipe("q8_0")).notes.empty());
    const auto second = compared(stories("stories260K-q8_0.gguf"), dir / "a.gguf");
    EXPECT_EQ(second["tensors"].dump(), R"(["output.weight"])");
}

TEST(LlamaExport, WithoutATokenizerTheFileSaysSo)
{
    BW_NEED_SHARED_DATA();
    const test::TempDir dir;
    test::ggufScript("llama_folder.py", { "rewrite", stories("stories260K.gguf").string(), (dir / "hf").string() });
    fs::remove(dir / "hf/tokenizer.model");
    const auto receipt = test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("q8_0"));
    ASSERT_EQ(receipt.notes.size(), 1U);
    EXPECT_NE(receipt.notes[0].english().find("tokenizer.json"), std::string::npos);
    const auto header = readGgufHeader(dir / "a.gguf", {});
    EXPECT_EQ(header.text("tokenizer.ggml.model"), "no_vocab");
    EXPECT_EQ(header.number("llama.vocab_size"), 512U);
    EXPECT_EQ(header.find("tokenizer.ggml.tokens"), nullptr);
    EXPECT_EQ(test::verifyFailures(dir / "a.gguf", dir / "hf"), "");
}

/// Nothing but a leading space if the file holds what Python's reading of the folder asks for.
std::string missing(const fs::path& folder, const fs::path& gguf)
{
    return test::ggufScript("llama_folder.py", { "check", folder.string(), gguf.string() });
}

TEST(LlamaExport, WeightsOfEachTypeAndSize)
{
    const test::TempDir dir;
    for (const DType dtype : { DType::F32, DType::F16, DType::BF16 }) {
        for (const std::int64_t headSize : { 8, 6 }) { // 6: not hidden_size / heads
            SCOPED_TRACE(std::string(info(dtype).name) + " " + std::to_string(headSize));
            test::LlamaFolder model(dtype, headSize);
            if (headSize == 6) {
                model.config["head_dim"] = headSize;
            }
            model.tensors.push_back({ "model.layers.0.self_attn.rotary_emb.inv_freq", test::normalTensor({ 4 }, 99) });
            model.write(dir / "hf");
            test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("f32"), true);
            EXPECT_EQ(missing(dir / "hf", dir / "a.gguf"), "\n");
            test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe(dtype == DType::BF16 ? "bf16" : "f32"));
            EXPECT_EQ(missing(dir / "hf", dir / "a.gguf"), "\n");
            EXPECT_EQ(test::verifyFailures(dir / "a.gguf", dir / "hf"), "");
        }
    }
}

TEST(LlamaExport, ScaledRotations)
{
    const test::TempDir dir;
    test::LlamaFolder model(DType::F16, 32);
    model.config["head_dim"] = 32;
    model.config["rope_theta"] = 500000.0;
    model.config["rope_scaling"] = { { "rope_type", "llama3" }, { "factor", 8.0 }, { "low_freq_factor", 1.0 },
        { "high_freq_factor", 4.0 }, { "original_max_position_embeddings", 8192 } };
    model.write(dir / "hf");
    test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("f16"));
    EXPECT_EQ(missing(dir / "hf", dir / "a.gguf"), "\n");
    EXPECT_EQ(test::verifyFailures(dir / "a.gguf", dir / "hf"), "");

    model.config["rope_scaling"] = { { "type", "linear" }, { "factor", 2.5 } };
    model.write(dir / "hf");
    test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("f16"));
    const auto header = readGgufHeader(dir / "a.gguf", {});
    EXPECT_EQ(header.text("llama.rope.scaling.type"), "linear");
    EXPECT_EQ(ggufValueText(*header.find("llama.rope.scaling.factor")), "2.5");
    EXPECT_EQ(missing(dir / "hf", dir / "a.gguf"), "\n");

    // As transformers 5 says it.
    model.config.erase("rope_theta");
    model.config.erase("rope_scaling");
    model.config["rope_parameters"] = { { "rope_type", "default" }, { "rope_theta", 77.0 } };
    model.write(dir / "hf");
    test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("f16"));
    EXPECT_EQ(ggufValueText(*readGgufHeader(dir / "a.gguf", {}).find("llama.rope.freq_base")), "77");
}

TEST(LlamaExport, TheEmbeddingAsOutput)
{
    const test::TempDir dir;
    test::LlamaFolder model;
    model.remove("lm_head.weight");
    model.config["tie_word_embeddings"] = true;
    model.write(dir / "hf");
    EXPECT_EQ(test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("f16")).notes.size(), 1U); // no tokenizer
    EXPECT_FALSE(openModel(dir / "a.gguf")->find("output.weight").isValid());

    // A head that the model does not use.
    test::LlamaFolder other;
    other.config["tie_word_embeddings"] = true;
    other.write(dir / "hf");
    const auto receipt = test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("f16"));
    EXPECT_FALSE(openModel(dir / "a.gguf")->find("output.weight").isValid());
    ASSERT_EQ(receipt.notes.size(), 2U);
    EXPECT_NE(receipt.notes[0].english().find("lm_head.weight"), std::string::npos);
    EXPECT_EQ(test::verifyFailures(dir / "a.gguf", dir / "hf"), "");
}

TEST(LlamaExport, MistralIsWrittenAsLlamaAndItsWindowIsMentioned)
{
    const test::TempDir dir;
    test::LlamaFolder model;
    model.config["model_type"] = "mistral";
    model.config["architectures"] = { "MistralForCausalLM" };
    model.config["sliding_window"] = 16;
    model.write(dir / "hf");
    const auto receipt = test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("f32"), true);
    EXPECT_EQ(missing(dir / "hf", dir / "a.gguf"), "\n");
    ASSERT_EQ(receipt.notes.size(), 2U);
    EXPECT_NE(receipt.notes[0].english().find("16"), std::string::npos);
}

TEST(LlamaExport, SizesAreKnownBeforehandAndBytesAreTheSameForAnyNumberOfThreads)
{
    const test::TempDir dir;
    test::LlamaFolder().write(dir / "hf");
    test::writeFile(dir / "hf/tokenizer.json", test::smallTokenizer().dump());
    const auto model = openModel(dir / "hf");
    for (const char* format : { "q4_0", "q8_0", "f16", "f32" }) {
        std::set<std::string> hashes;
        for (const int threads : { 1, 3 }) {
            setThreadCount(threads);
            const auto quantized = quantizeModel(model, resolve(test::ggufRecipe(format), *model), nullptr, {});
            const auto& exporter = exporterFor("x.gguf", "");
            const auto receipt = exportModel(*quantized, dir / "a.gguf", exporter, {}, {});
            EXPECT_EQ(receipt.bytes, exporter.sizes->fileBytes(*quantized, {}, {})) << format;
            hashes.insert(receipt.sha256);
        }
        setThreadCount(0);
        EXPECT_EQ(hashes.size(), 1U) << format;
        EXPECT_EQ(test::verifyFailures(dir / "a.gguf", dir / "hf"), "") << format;
    }
}

TEST(LlamaExport, AChangedFileBesideTheModelIsFound)
{
    const test::TempDir dir;
    test::LlamaFolder model;
    model.write(dir / "hf");
    test::exportGguf(dir / "hf", dir / "a.gguf", test::ggufRecipe("q8_0"));
    model.config["rope_theta"] = 20000.0;
    model.write(dir / "hf");
    EXPECT_NE(test::verifyFailures(dir / "a.gguf", dir / "hf").find("llama.rope.freq_base"), std::string::npos);
    model.config.erase("rope_theta");
    model.config["unused"] = 1;
    model.write(dir / "hf");
    EXPECT_NE(test::verifyFailures(dir / "a.gguf", dir / "hf").find("bitwright.source_beside"), std::string::npos);
}

TEST(LlamaExport, TheModelsOwnFilesAreNotOverwritten)
{
    const test::TempDir dir;
    test::LlamaFolder().write(dir / "hf");
    const auto before = test::readFile(dir / "hf/config.json");
    fs::create_symlink(dir / "hf/config.json", dir / "link.gguf");
    for (const auto& target : { dir / "hf/config.json", dir / "link.gguf", dir / "hf/model.safetensors" }) {
        EXPECT_THROW(test::exportGguf(dir / "hf", target, test::ggufRecipe("q8_0")), Error) << target;
    }
    EXPECT_EQ(test::readFile(dir / "hf/config.json"), before);
}

} // namespace
} // namespace bw
