#pragma once

#include "core/engine/quantize_model.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace bw::test {

/// A llama model of two blocks with random weights, in Hugging Face's form; each part may be changed before it is
/// written.
struct LlamaFolder
{
    nlohmann::ordered_json config { { "architectures", { "LlamaForCausalLM" } }, { "model_type", "llama" },
        { "hidden_act", "silu" }, { "hidden_size", 32 }, { "intermediate_size", 64 }, { "num_hidden_layers", 2 },
        { "num_attention_heads", 4 }, { "num_key_value_heads", 2 }, { "max_position_embeddings", 128 },
        { "rms_norm_eps", 1e-5 }, { "vocab_size", 12 }, { "tie_word_embeddings", false } };
    std::vector<NamedView> tensors;

    explicit LlamaFolder(DType dtype = DType::F32, std::int64_t headSize = 8)
    {
        const auto add = [&](const std::string& name, Shape shape) {
            tensors.push_back({ name, normalTensor(std::move(shape), tensors.size() + 1, dtype) });
        };
        add("lm_head.weight", { 12, 32 });
        add("model.embed_tokens.weight", { 12, 32 });
        for (const std::string block : { "model.layers.0.", "model.layers.1." }) {
            add(block + "input_layernorm.weight", { 32 });
            add(block + "mlp.down_proj.weight", { 32, 64 });
            add(block + "mlp.gate_proj.weight", { 64, 32 });
            add(block + "mlp.up_proj.weight", { 64, 32 });
            add(block + "post_attention_layernorm.weight", { 32 });
            add(block + "self_attn.k_proj.weight", { 2 * headSize, 32 });
            add(block + "self_attn.o_proj.weight", { 32, 4 * headSize });
            add(block + "self_attn.q_proj.weight", { 4 * headSize, 32 });
            add(block + "self_attn.v_proj.weight", { 2 * headSize, 32 });
        }
        add("model.norm.weight", { 32 });
    }
    void remove(const std::string& name)
    {
        std::erase_if(tensors, [&](const NamedView& tensor) { return tensor.name == name; });
    }
    void write(const std::filesystem::path& folder) const
    {
        std::filesystem::create_directories(folder);
        writeModelFile(folder / "model.safetensors", tensors);
        writeFile(folder / "config.json", config.dump(1));
    }
};

/// A byte-level tokenizer.json of twelve tokens: seven letters, "he", "ll", "hell", an added and a special one.
inline nlohmann::ordered_json smallTokenizer()
{
    return nlohmann::ordered_json::parse(R"({
        "version": "1.0",
        "added_tokens": [ { "id": 10, "content": "<pad me>", "special": false },
                          { "id": 11, "content": "<|end|>", "special": true } ],
        "normalizer": null,
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true },
        "post_processor": { "type": "TemplateProcessing",
            "single": [ { "SpecialToken": { "id": "<|end|>", "type_id": 0 } }, { "Sequence": { "id": "A" } } ] },
        "model": { "type": "BPE", "byte_fallback": false,
            "vocab": { "h": 0, "e": 1, "l": 2, "o": 3, "w": 4, "r": 5, "Ġ": 6, "he": 7, "ll": 8, "hell": 9 },
            "merges": [ "h e", "l l", "he ll" ] } })");
}

inline Recipe ggufRecipe(const std::string& format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    return recipe;
}

inline ExportReceipt exportGguf(const std::filesystem::path& from, const std::filesystem::path& to,
    const Recipe& recipe, bool isDequantized = false)
{
    const auto model = openModel(from);
    const auto plan = resolve(recipe, *model);
    requireUsable(plan);
    return exportModel(
        *quantizeModel(model, plan, nullptr, {}), to, exporterFor("x.gguf", ""), { isDequantized, {} }, {});
}

/// What a script beside these tests prints.
inline std::string ggufScript(const std::string& name, std::vector<std::string> arguments)
{
    arguments.insert(
        arguments.begin(), { "/usr/bin/python3", (sourceDir() / "tests/core/gguf_files" / name).string() });
    return runProgram(arguments);
}

/// Failed checks of a written file; empty if there are none.
inline std::string verifyFailures(const std::filesystem::path& file, const std::filesystem::path& source)
{
    std::string text;
    for (const auto& check : verifyFile(file, source, {})) {
        text += check.isOk ? "" : check.name + ": " + check.detail.english() + "\n";
    }
    return text;
}

} // namespace bw::test
