#include "core/diff/tensor_names.h"

#include <array>
#include <cctype>

namespace bw::diff {

namespace {
struct Rename
{
    std::string_view from;
    std::string_view to;
};

// Names of tensors: llama.cpp, gguf-py, tensor_mapping (MODEL_TENSOR names), for decoders built like llama.
constexpr std::array inLayer {
    Rename { "self_attn.q_proj", "attn_q" },
    Rename { "self_attn.k_proj", "attn_k" },
    Rename { "self_attn.v_proj", "attn_v" },
    Rename { "self_attn.o_proj", "attn_output" },
    Rename { "self_attn.q_norm", "attn_q_norm" },
    Rename { "self_attn.k_norm", "attn_k_norm" },
    Rename { "mlp.gate_proj", "ffn_gate" },
    Rename { "mlp.up_proj", "ffn_up" },
    Rename { "mlp.down_proj", "ffn_down" },
    Rename { "input_layernorm", "attn_norm" },
    Rename { "post_attention_layernorm", "ffn_norm" },
};
constexpr std::array ofModel {
    Rename { "embed_tokens", "token_embd" },
    Rename { "norm", "output_norm" },
    Rename { "lm_head", "output" },
};

/// "q_proj.weight" with "q_proj" gives ".weight"; nothing if it does not begin with the whole of it.
bool startsWithPart(std::string_view text, std::string_view part)
{
    return text.starts_with(part) && text.size() > part.size() && text[part.size()] == '.';
}

template <class Table>
std::string renamed(const Table& table, std::string_view prefix, std::string_view rest)
{
    for (const Rename& rename : table) {
        if (startsWithPart(rest, rename.from)) {
            return std::string(prefix) + std::string(rename.to) + std::string(rest.substr(rename.from.size()));
        }
    }
    return {};
}
} // namespace

std::string conventionalName(std::string_view name)
{
    constexpr std::string_view modelPrefix = "model.";
    constexpr std::string_view layersPrefix = "layers.";
    std::string_view rest = name;
    if (rest.starts_with(modelPrefix)) {
        rest.remove_prefix(modelPrefix.size());
    }
    std::string found;
    if (rest.starts_with(layersPrefix)) {
        rest.remove_prefix(layersPrefix.size());
        const auto point = rest.find('.');
        if (point != std::string_view::npos) {
            const std::string block = "blk." + std::string(rest.substr(0, point + 1));
            found = renamed(inLayer, block, rest.substr(point + 1));
        }
    } else {
        found = renamed(ofModel, {}, rest);
    }
    return found.empty() ? std::string(name) : found;
}

std::vector<std::string_view> endings(std::string_view name)
{
    std::vector<std::string_view> out;
    for (auto at = name.find('.'); at != std::string_view::npos; at = name.find('.')) {
        name.remove_prefix(at + 1);
        out.push_back(name);
    }
    return out;
}

} // namespace bw::diff
