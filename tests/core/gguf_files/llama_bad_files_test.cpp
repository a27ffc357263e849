// Llama models whose config.json, tokenizer or tensors are wrong: each refused with its sentence, and quickly.

#include "core/base/error.h"
#include "core/export/llama/vocabulary.h"
#include "tests/core/gguf_files/llama_models.h"
#include "tests/support/cpu_clock.h"
#include "tests/support/damaged_files.h"
#include "tests/support/wire_builder.h"

#include <iostream>

#include <gtest/gtest.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Exports the folder, which must fail with this kind and these words, within 100 ms and 16 MB; `defect` is for the
/// log.
void expectRefused(
    const fs::path& folder, const std::string& defect, ErrorKind kind, const std::vector<std::string>& words)
{
    SCOPED_TRACE(defect);
    const auto out = folder.parent_path() / "out.gguf";
    const CpuClock clock;
    const long peak = test::peakKilobytes([&] {
        try {
            test::exportGguf(folder, out, test::ggufRecipe("q8_0"));
            ADD_FAILURE() << "written";
        } catch (const Error& error) {
            const auto text = error.fullEnglish();
            EXPECT_STREQ(errorKindName(error.kind()), errorKindName(kind)) << text;
            for (const auto& word : words) {
                EXPECT_NE(text.find(word), std::string::npos) << text << "\nlacks " << word;
            }
        }
    });
    EXPECT_LT(peak, 16'000);
    EXPECT_LT(clock.milliseconds(), 100);
    EXPECT_FALSE(fs::exists(out));
}

struct ConfigDefect
{
    std::string key;
    Json value;
    ErrorKind kind;
    std::vector<std::string> words;
};

TEST(LlamaBadFiles, Configs)
{
    const test::TempDir dir;
    const auto bad = ErrorKind::BadFile;
    const auto unsayable = ErrorKind::Unsupported;
    const Json none = nullptr;
    const std::vector<ConfigDefect> defects {
        { "model_type", "gpt2", unsayable, { "gpt2", "convert_hf_to_gguf.py", "config.json" } },
        { "model_type", 7, bad, { "model_type", "no text" } },
        { "architectures", { "MixtralForCausalLM" }, unsayable, { "MixtralForCausalLM" } },
        { "architectures", "LlamaForCausalLM", bad, { "architectures" } },
        { "architectures", Json::array(), bad, { "architectures" } },
        { "hidden_act", "gelu", unsayable, { "hidden_act", "gelu" } },
        { "partial_rotary_factor", 0.5, unsayable, { "partial_rotary_factor", "0.5" } },
        { "quantization_config", { { "bits", 4 } }, unsayable, { "quantization_config" } },
        { "num_local_experts", 8, unsayable, { "num_local_experts" } },
        { "hidden_size", none, bad, { "hidden_size", "missing" } },
        { "hidden_size", 0, bad, { "hidden_size", "2147483647" } },
        { "hidden_size", -32, bad, { "hidden_size" } },
        { "hidden_size", 32.0, bad, { "hidden_size" } },
        { "hidden_size", "32", bad, { "hidden_size" } },
        { "hidden_size", std::uint64_t { 1 } << 40, bad, { "hidden_size" } },
        { "hidden_size", 2147483647, bad, { "num_attention_heads" } },
        { "hidden_size", 2147483640, bad, { "tensor", "config.json" } },
        { "hidden_size", 36, bad, { "9 values", "pairs" } },
        { "hidden_size", 64, bad, { "lm_head.weight", "12×32", "12×64" } },
        { "intermediate_size", 65, bad, { "mlp.", "65" } },
        { "num_attention_heads", 5, bad, { "\"num_attention_heads\" 5", "32" } },
        { "num_attention_heads", 8, bad, { "k_proj", "16×32", "8×32" } },
        { "num_attention_heads", true, bad, { "num_attention_heads" } },
        { "num_key_value_heads", 3, bad, { "\"num_key_value_heads\" 3", "4" } },
        { "num_key_value_heads", 4, bad, { "k_proj", "16×32", "32×32" } },
        { "num_key_value_heads", 2147483647, bad, { "num_key_value_heads" } },
        { "head_dim", 7, bad, { "7 values" } },
        { "head_dim", 10, bad, { "k_proj", "20×32" } },
        { "head_dim", 2147483646, bad, { "tensor" } },
        { "num_hidden_layers", 1, bad, { "model.layers.1.", "num_hidden_layers" } },
        { "num_hidden_layers", 3, bad, { "model.layers.2.self_attn.q_proj.weight", "3 blocks" } },
        { "num_hidden_layers", 2147483647, bad, { "model.layers.2." } },
        { "max_position_embeddings", Json::array({ 1 }), bad, { "max_position_embeddings" } },
        { "rms_norm_eps", none, bad, { "rms_norm_eps" } },
        { "rms_norm_eps", 0, bad, { "rms_norm_eps", "above 0" } },
        { "rms_norm_eps", 1e300, bad, { "rms_norm_eps", "float32" } },
        { "rms_norm_eps", 1e-300, bad, { "rms_norm_eps" } },
        { "rope_theta", -1, bad, { "rope_theta" } },
        { "rope_theta", "big", bad, { "rope_theta" } },
        { "vocab_size", 13, bad, { "12×32", "13×32" } },
        { "vocab_size", 2147483647, bad, { "vocab_size", "too large" } },
        { "tie_word_embeddings", "yes", bad, { "tie_word_embeddings" } },
        { "rope_scaling", 5, bad, { "rope_scaling", "no object" } },
        { "rope_scaling", { { "rope_type", "yarn" }, { "factor", 2 } }, unsayable, { "yarn" } },
        { "rope_scaling", { { "type", "dynamic" }, { "factor", 2 } }, unsayable, { "dynamic" } },
        { "rope_scaling", { { "type", "linear" } }, bad, { "rope_scaling.factor" } },
        { "rope_scaling", { { "type", "linear" }, { "factor", 0 } }, bad, { "rope_scaling.factor" } },
        { "rope_scaling", { { "rope_type", "llama3" }, { "factor", 8 } }, bad, { "rope_scaling.low_freq_factor" } },
        { "rope_scaling",
            { { "rope_type", "llama3" }, { "factor", 8 }, { "low_freq_factor", 4 }, { "high_freq_factor", 4 } }, bad,
            { "rope_scaling.high_freq_factor" } },
        { "rope_scaling",
            { { "rope_type", "llama3" }, { "factor", 8 }, { "low_freq_factor", 1 }, { "high_freq_factor", 4 } }, bad,
            { "original_max_position_embeddings" } },
    };
    for (const auto& defect : defects) {
        test::LlamaFolder model;
        defect.value.is_null() ? void(model.config.erase(defect.key)) : void(model.config[defect.key] = defect.value);
        model.write(dir / "hf");
        expectRefused(dir / "hf", defect.key + " " + defect.value.dump(), defect.kind, defect.words);
    }
    std::cout << defects.size() << " bad configs refused\n";
}

TEST(LlamaBadFiles, ConfigTexts)
{
    const test::TempDir dir;
    test::LlamaFolder model;
    model.write(dir / "hf");
    const auto good = model.config.dump();
    const std::vector<std::pair<std::string, std::string>> texts {
        { "", "malformed" },
        { "[]", "no object" },
        { "null", "no object" },
        { good.substr(0, good.size() / 2), "malformed" },
        { good + "x", "malformed" },
        { std::string(100'000, '['), "deep" },
        { "{\"a\":" + std::string(500, '{'), "malformed" },
        { "{\"hidden_size\":1,\"hidden_size\":2}", "twice" },
        { "{\"a\":\"\xff\"}", "malformed" },
        { good + std::string(1, '\0') + "junk", "malformed" },
        { good + std::string(1'000'001, ' '), "at most 1.00 MB" },
    };
    for (const auto& [text, word] : texts) {
        test::writeFile(dir / "hf/config.json", text);
        expectRefused(dir / "hf", text.substr(0, 40), ErrorKind::BadFile, { "config.json", word });
    }
    fs::remove(dir / "hf/config.json");
    expectRefused(dir / "hf", "none", ErrorKind::NotFound, { "config.json", "beside the model" });
    fs::create_directory(dir / "hf/config.json");
    expectRefused(dir / "hf", "a folder", ErrorKind::BadFile, { "config.json", "folder" });
    std::cout << texts.size() + 2 << " bad texts in place of a config refused\n";
}

TEST(LlamaBadFiles, Links)
{
    const test::TempDir dir;
    test::LlamaFolder model;
    model.write(dir / "hf");
    test::writeFile(dir / "secret.json", model.config.dump());
    for (const auto& name : { "config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json" }) {
        for (const auto& target : { (dir / "secret.json").string(), std::string("../secret.json"),
                 std::string("/etc/passwd"), std::string("/dev/zero"), std::string("/proc/self/environ") }) {
            model.write(dir / "hf");
            test::writeFile(dir / "hf/tokenizer.json", test::smallTokenizer().dump());
            fs::remove(dir / "hf" / name);
            fs::create_symlink(target, dir / "hf" / name);
            expectRefused(dir / "hf", std::string(name) + " -> " + target, ErrorKind::Refused, { name, "link" });
            fs::remove(dir / "hf" / name);
        }
    }
    // A store of a model cache: all files are links to the same other folder.
    model.write(dir / "store");
    fs::remove_all(dir / "hf");
    fs::create_directory(dir / "hf");
    for (const auto& name : { "config.json", "model.safetensors" }) {
        fs::create_symlink(dir / "store" / name, dir / "hf" / name);
    }
    EXPECT_NO_THROW(test::exportGguf(dir / "hf", dir / "ok.gguf", test::ggufRecipe("q8_0")));
}

TEST(LlamaBadFiles, Tensors)
{
    const test::TempDir dir;
    const auto refuse = [&](const char* defect, ErrorKind kind, const std::vector<std::string>& words,
                            const std::function<void(test::LlamaFolder&)>& spoil) {
        test::LlamaFolder model;
        spoil(model);
        model.write(dir / "hf");
        expectRefused(dir / "hf", defect, kind, words);
    };
    const auto added = [](const std::string& name, Shape shape, DType dtype = DType::F32) {
        return [=](test::LlamaFolder& model) {
            model.tensors.push_back({ name, test::normalTensor(shape, 5, dtype) });
        };
    };
    refuse("a bias", ErrorKind::Unsupported, { "1 tensors", "model.layers.0.self_attn.q_proj.bias" },
        added("model.layers.0.self_attn.q_proj.bias", { 32 }));
    refuse("norms of queries", ErrorKind::Unsupported, { "q_norm" },
        added("model.layers.1.self_attn.q_norm.weight", { 8 }));
    refuse("an expert", ErrorKind::Unsupported, { "experts" },
        added("model.layers.0.block_sparse_moe.experts.0.w1.weight", { 4, 4 }));
    refuse("a number written otherwise", ErrorKind::Unsupported, { "model.layers.01." },
        added("model.layers.01.mlp.up_proj.weight", { 64, 32 }));
    refuse("an endless number", ErrorKind::Unsupported, { "model.layers.99999999999999999999." },
        added("model.layers.99999999999999999999.mlp.up_proj.weight", { 64, 32 }));
    refuse("a block too many", ErrorKind::BadFile, { "model.layers.2.mlp.up_proj.weight", "2 blocks" },
        added("model.layers.2.mlp.up_proj.weight", { 64, 32 }));
    for (const std::string name : { "model.norm.weight", "model.layers.1.mlp.up_proj.weight", "lm_head.weight" }) {
        refuse(name.c_str(), ErrorKind::BadFile, { "no tensor " + name },
            [&](test::LlamaFolder& model) { model.remove(name); });
    }
    refuse(
        "a norm of two dimensions", ErrorKind::BadFile, { "model.norm.weight", "32×1" }, [&](test::LlamaFolder& model) {
            model.remove("model.norm.weight");
            added("model.norm.weight", { 32, 1 })(model);
        });
    refuse(
        "doubles that are kept", ErrorKind::Unsupported, { "model.norm.weight", "F64" }, [&](test::LlamaFolder& model) {
            model.remove("model.norm.weight");
            added("model.norm.weight", { 32 }, DType::F64)(model);
        });
}

TEST(LlamaBadFiles, TokenizerTexts)
{
    const test::TempDir dir;
    test::LlamaFolder().write(dir / "hf");
    const auto good = test::smallTokenizer();
    std::size_t count = 0;
    const auto refuse = [&](const std::string& text, const std::vector<std::string>& words) {
        test::writeFile(dir / "hf/tokenizer.json", text);
        auto all = words;
        all.emplace_back("tokenizer.json");
        expectRefused(dir / "hf", text.substr(0, 60), ErrorKind::BadFile, all);
        ++count;
    };
    const auto spoil = [&](const std::function<void(Json&)>& change, const std::vector<std::string>& words) {
        auto tokenizer = good;
        change(tokenizer);
        refuse(tokenizer.dump(), words);
    };
    const auto whole = good.dump();
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        refuse(whole.substr(0, length), { "malformed" });
    }
    refuse("{}", { "model", "missing" });
    refuse("{\"model\":" + std::string(2000, '['), {});
    refuse("{\"model\":[]}", { "model", "no object" });
    spoil([](Json& t) { t["model"]["vocab"] = 5; }, { "model.vocab" });
    spoil([](Json& t) { t["model"].erase("vocab"); }, { "model.vocab", "missing" });
    spoil([](Json& t) { t["model"]["vocab"] = Json::object(); }, { "no tokens" });
    spoil([](Json& t) { t["model"]["vocab"]["h"] = -1; }, { "model.vocab.h" });
    spoil([](Json& t) { t["model"]["vocab"]["h"] = "x"; }, { "model.vocab.h" });
    spoil([](Json& t) { t["model"]["vocab"]["h"] = 1; }, { "number 1" });
    spoil([](Json& t) { t["model"]["vocab"]["h"] = 12; }, { "token 12", "\"h\"", "12" });
    spoil([](Json& t) { t["model"]["vocab"]["h"] = ~std::uint64_t { 0 }; }, { "18446744073709551615" });
    spoil([](Json& t) { t["model"]["vocab"][""] = 11; }, { "token 11", "no text" });
    spoil([](Json& t) { t["model"].erase("merges"); }, { "model.merges" });
    spoil([](Json& t) { t["model"]["merges"] = "h e"; }, { "model.merges" });
    spoil([](Json& t) { t["model"]["merges"][0] = "he"; }, { "model.merges", "pairs" });
    spoil([](Json& t) { t["model"]["merges"][0] = "h  e"; }, { "model.merges", "pairs" });
    spoil([](Json& t) { t["model"]["merges"][0] = { "h", "e", "l" }; }, { "model.merges", "pairs" });
    spoil([](Json& t) { t["model"]["merges"][0] = { "h", 1 }; }, { "model.merges", "pairs" });
    spoil([](Json& t) { t["model"]["merges"][0] = { "h ", "e" }; }, { "model.merges", "spaces" });
    spoil([](Json& t) { t["model"]["merges"][0] = "x y"; }, { "model.merges", "no tokens" });
    spoil([](Json& t) { t["model"]["merges"][0] = "l e"; }, { "model.merges", "no tokens" });
    spoil([](Json& t) { t["model"]["byte_fallback"] = 1; }, { "model.byte_fallback" });
    spoil([](Json& t) { t["added_tokens"] = Json::object(); }, { "added_tokens", "no list" });
    spoil([](Json& t) { t["added_tokens"][0] = 3; }, { "added_tokens", "no object" });
    spoil([](Json& t) { t["added_tokens"][0]["id"] = -3; }, { "added_tokens.id" });
    spoil([](Json& t) { t["added_tokens"][0].erase("content"); }, { "added_tokens.content" });
    spoil([](Json& t) { t["added_tokens"][0]["content"] = "h"; }, { "two tokens", "\"h\"" });
    spoil([](Json& t) { t["pre_tokenizer"] = 4; }, { "pre_tokenizer" });
    spoil(
        [](Json& t) {
            t["pre_tokenizer"] = { { "type", "Sequence" }, { "pretokenizers", 1 } };
        },
        { "pretokenizers" });
    spoil(
        [](Json& t) {
            t["pre_tokenizer"] = { { "type", "Sequence" }, { "pretokenizers", { 1 } } };
        },
        { "pretokenizers" });
    spoil([](Json& t) { t["post_processor"]["single"] = 4; }, { "single" });
    std::cout << count << " bad tokenizers refused\n";
}

TEST(LlamaBadFiles, Pieces)
{
    const test::TempDir dir;
    test::LlamaFolder().write(dir / "hf");
    const std::string bpe = test::wireBytes(2, test::wireNumber(3, 2));
    const auto piece = [](const std::string& text, const std::string& more = {}) {
        return test::wireBytes(1, test::wireBytes(1, text) + more);
    };
    std::string many;
    for (int i = 0; i < 13; ++i) {
        many += piece("t" + std::to_string(i));
    }
    const std::vector<std::pair<std::string, std::string>> files {
        { "", "no tokens" },
        { bpe, "no tokens" },
        { piece("a").substr(0, 3) + bpe, "" },
        { piece("a") + bpe.substr(0, 2), "" },
        { piece("\xff\xfe") + bpe, "UTF-8" },
        { piece("") + bpe, "no text" },
        { piece("a") + piece("a") + bpe, "two tokens" },
        { piece("a", test::wireNumber(3, 7)) + bpe, "type 7" },
        { piece("a", test::wireNumber(3, 0)) + bpe, "type 0" },
        { piece("a", std::string("\x15\x00\x00\xc0\x7f", 5)) + bpe, "score" },
        { piece("a", std::string("\x15\x00\x00\x80\xff", 5)) + bpe, "score" },
        { many + bpe, "token 12" },
        { "{\"not\": \"protobuf\"}", "" },
        { "dG9rZW4= 0\ndG9r 1\n", "" },
        { test::wireNumber(1, 5) + bpe, "" },
    };
    for (const auto& [bytes, word] : files) {
        test::writeFile(dir / "hf/tokenizer.model", bytes);
        expectRefused(dir / "hf", word, ErrorKind::BadFile, { "tokenizer.model", word });
    }
    std::cout << files.size() << " bad SentencePiece models refused\n";
}

TEST(LlamaBadFiles, Settings)
{
    const test::TempDir dir;
    test::LlamaFolder().write(dir / "hf");
    test::writeFile(dir / "hf/tokenizer.json", test::smallTokenizer().dump());
    struct Defect
    {
        std::string file;
        std::string text;
        std::string word;
    };
    const std::vector<Defect> defects {
        { "tokenizer_config.json", "[", "malformed" },
        { "tokenizer_config.json", R"({"bos_token": 5})", "bos_token" },
        { "tokenizer_config.json", R"({"add_bos_token": "yes"})", "add_bos_token" },
        { "tokenizer_config.json", R"({"chat_template": 1})", "chat_template" },
        { "tokenizer_config.json", R"({"chat_template": [1]})", "chat_template" },
        { "tokenizer_config.json", R"({"added_tokens_decoder": []})", "added_tokens_decoder" },
        { "tokenizer_config.json", R"({"added_tokens_decoder": {"x": {"content": "a"}}})", "added_tokens_decoder.x" },
        { "tokenizer_config.json", R"({"added_tokens_decoder": {"-1": {"content": "a"}}})", "added_tokens_decoder.-1" },
        { "tokenizer_config.json", R"({"added_tokens_decoder": {"1": {}}})", "added_tokens_decoder.1.content" },
        { "tokenizer_config.json", R"({"added_tokens_decoder": {"1": {"content": ""}}})", "token 1" },
        { "tokenizer_config.json", R"({"added_tokens_decoder": {"1": {"content": "h"}}})", "two tokens" },
        { "special_tokens_map.json", R"({"bos_token": []})", "bos_token" },
        { "special_tokens_map.json", R"({"bos_token": {"content": 1}})", "bos_token.content" },
        { "added_tokens.json", R"({"a": "b"})", "number of a token" },
        { "added_tokens.json", R"({"a": -1})", "number of a token" },
        { "chat_template.jinja", std::string(1'000'001, 'x'), "at most 1.00 MB" },
    };
    for (const auto& defect : defects) {
        test::writeFile(dir / "hf" / defect.file, defect.text);
        expectRefused(dir / "hf", defect.file + " " + defect.text.substr(0, 60), ErrorKind::BadFile,
            { defect.word == "two tokens" ? std::string("tokenizer.json") : defect.file, defect.word });
        fs::remove(dir / "hf" / defect.file);
    }
}

TEST(LlamaBadFiles, ChangedBytesAreReadOrRefused)
{
    llama::LlamaConfig config;
    config.vocabulary = 12;
    std::size_t read = 0;
    std::size_t refused = 0;
    const auto attempt = [&](const auto& parse) {
        try {
            parse();
            ++read;
        } catch (const Error& error) {
            EXPECT_FALSE(error.fullEnglish().empty());
            ++refused;
        }
    };
    const auto changeEach = [&](const std::string& good, const std::function<void(const std::string&)>& parse) {
        for (std::size_t at = 0; at < good.size(); ++at) {
            for (const int mask : { 0x01, 0x10, 0x80, 0x7f }) {
                auto bytes = good;
                bytes[at] = static_cast<char>(bytes[at] ^ mask);
                attempt([&] { parse(bytes); });
            }
            attempt([&] { parse(good.substr(0, at)); });
        }
    };
    const auto complete = [](llama::Vocabulary vocabulary) {
        vocabulary.complete();
        EXPECT_EQ(vocabulary.tokens.size(), 12U);
        EXPECT_EQ(vocabulary.types.size(), 12U);
    };
    changeEach(test::LlamaFolder().config.dump(), [](const std::string& text) { llama::parseLlamaConfig(text); });
    changeEach(test::smallTokenizer().dump(),
        [&](const std::string& text) { complete(llama::jsonVocabulary(text, config, {})); });
    std::string pieces;
    for (const char* text : { "<unk>", "<s>", "</s>", "a", "b" }) {
        pieces += test::wireBytes(1, test::wireBytes(1, text) + test::wireNumber(3, 1));
    }
    pieces += test::wireBytes(2, test::wireNumber(3, 2) + test::wireNumber(41, 1))
        + test::wireBytes(3, test::wireNumber(3, 1));
    changeEach(pieces, [&](const std::string& bytes) { complete(llama::sentencePieceVocabulary(bytes, config, {})); });
    changeEach(
        R"({"added_tokens_decoder":{"3":{"content":"<x>","special":true}},"bos_token":"<x>","chat_template":"t"})",
        [&](const std::string& text) {
            llama::Vocabulary vocabulary(12);
            vocabulary.model = "gpt2";
            llama::applyTokenizerConfig(text, config, vocabulary);
            complete(std::move(vocabulary));
        });
    EXPECT_GT(read, 0U);
    EXPECT_GT(refused, 3000U);
    std::cout << "of " << read + refused << " changed files beside llama models " << read << " read, " << refused
              << " refused\n";
}

TEST(LlamaBadFiles, LargeOnesCostLittle)
{
    const test::TempDir dir;
    test::LlamaFolder().write(dir / "hf");
    std::string dense = "{\"a\":[";
    while (dense.size() < 1'000'000) {
        dense += "1,";
    }
    std::string keys = "{\"model\":{\"type\":\"BPE\",\"vocab\":{";
    for (int i = 0; keys.size() < 1'000'000; ++i) {
        keys += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    }
    const std::vector<std::string> texts { dense + "1]}", keys + "}}}", std::string(1'000'000, '['),
        "{\"a\":\"" + std::string(999'000, 'x') + "\"}" };
    for (const auto& text : texts) {
        test::writeFile(dir / "hf/tokenizer.json", text);
        const auto model = openModel(dir / "hf");
        const auto plan = resolve(test::ggufRecipe("q8_0"), *model);
        const CpuClock clock;
        const long peak = test::peakKilobytes(
            [&] { EXPECT_THROW(exporterFor("x.gguf", "").canPlan(*model, plan, {}), Error) << text.substr(0, 60); });
        EXPECT_LT(clock.milliseconds(), 100) << text.substr(0, 60);
        EXPECT_LT(peak, 16'000) << text.substr(0, 60);
    }
}

} // namespace
} // namespace bw
