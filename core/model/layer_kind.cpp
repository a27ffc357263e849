#include "core/base/error.h"
#include "core/model/model.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace bw {

namespace {
struct KindText
{
    LayerKind kind;
    const char* name;
    const char* title;
};

constexpr std::array kindTexts {
    KindText { LayerKind::Linear, "linear", BW_TR_NOOP("core", "linear") },
    KindText { LayerKind::Conv1d, "conv1d", BW_TR_NOOP("core", "1-D convolution") },
    KindText { LayerKind::Conv2d, "conv2d", BW_TR_NOOP("core", "2-D convolution") },
    KindText { LayerKind::Conv3d, "conv3d", BW_TR_NOOP("core", "3-D convolution") },
    KindText { LayerKind::ConvTransposed, "conv_transposed", BW_TR_NOOP("core", "transposed convolution") },
    KindText { LayerKind::Embedding, "embedding", BW_TR_NOOP("core", "embedding") },
    KindText { LayerKind::Matrix, "matrix", BW_TR_NOOP("core", "matrix") },
    KindText { LayerKind::Bias, "bias", BW_TR_NOOP("core", "bias") },
    KindText { LayerKind::Norm, "norm", BW_TR_NOOP("core", "normalization") },
    KindText { LayerKind::Statistic, "statistic", BW_TR_NOOP("core", "running statistic") },
    KindText { LayerKind::Other, "other", BW_TR_NOOP("core", "other") },
};

const KindText& textsOf(LayerKind kind)
{
    return kindTexts.at(static_cast<std::size_t>(kind));
}

/// How a rule's text is compared with a tensor's lower-case name, which has the parts "layers", "0", "conv1", "weight".
enum class Match
{
    Inside, ///< anywhere in the name
    Part, ///< equal to a part; '#' at the end stands for digits
    Last, ///< equal to the last part
    LastStart, ///< the last part begins so
    Whole, ///< equal to the name
};

struct Pattern
{
    std::string_view text;
    Match match = Match::Inside;
};

constexpr std::size_t anyRank = 99;

struct KindRule
{
    Pattern pattern;
    std::size_t lowestRank;
    std::size_t highestRank;
    LayerKind kind;
};

/// First match wins. Rules of rank 0 to 1 also take vectors stored as [1, n, 1, 1].
constexpr KindRule kindRules[] {
    { { "running_mean", Match::Last }, 0, anyRank, LayerKind::Statistic },
    { { "running_var", Match::Last }, 0, anyRank, LayerKind::Statistic },
    { { "num_batches_tracked", Match::Last }, 0, anyRank, LayerKind::Statistic },
    { { "moving_mean", Match::LastStart }, 0, anyRank, LayerKind::Statistic },
    { { "moving_variance", Match::LastStart }, 0, anyRank, LayerKind::Statistic },
    { { "position_ids", Match::Last }, 0, anyRank, LayerKind::Other },
    { { "inv_freq", Match::Last }, 0, anyRank, LayerKind::Other },
    { { "masked_bias", Match::Last }, 0, anyRank, LayerKind::Other },
    { { "attn_mask", Match::Last }, 0, anyRank, LayerKind::Other },
    { { "relative_position_index", Match::Last }, 0, anyRank, LayerKind::Other },
    { { "relative_position_bias_table", Match::Last }, 0, anyRank, LayerKind::Bias },
    { { "cls_token", Match::Last }, 0, anyRank, LayerKind::Other },
    { { "mask_token", Match::Last }, 0, anyRank, LayerKind::Other },
    { { "pos_embed", Match::Last }, 3, anyRank, LayerKind::Other },
    { { "position_embedding", Match::Last }, 3, anyRank, LayerKind::Other },
    { { "bias", Match::Last }, 3, anyRank, LayerKind::Other }, // GPT-2 stores its causal mask under this name
    { { "bias", Match::LastStart }, 0, 2, LayerKind::Bias }, // also bias_ih_l0 of recurrent layers
    { { "in_proj_bias", Match::Last }, 0, 2, LayerKind::Bias },
    { { "beta", Match::LastStart }, 0, 1, LayerKind::Bias },
    { { "gamma", Match::LastStart }, 0, 1, LayerKind::Norm },
    { { "norm" }, 0, 1, LayerKind::Norm },
    { { "ln_#", Match::Part }, 0, 1, LayerKind::Norm },
    { { "ln_f", Match::Part }, 0, 1, LayerKind::Norm },
    { { "ln#", Match::Part }, 0, 1, LayerKind::Norm },
    { { "bn#", Match::Part }, 0, 1, LayerKind::Norm },
    { { "gn#", Match::Part }, 0, 1, LayerKind::Norm },
    { { "weight", Match::Last }, 1, 1, LayerKind::Norm }, // the second module of a ResNet's downsample is called "1"
    { { "" }, 0, 0, LayerKind::Other },
    { { "" }, 1, 1, LayerKind::Other },

    { { "ffn_gate_inp" }, 2, 2, LayerKind::Other }, // the router of experts, which llama.cpp keeps as it is
    { { "embed_out" }, 2, 2, LayerKind::Linear },
    { { "time_embed" }, 2, 2, LayerKind::Linear },
    { { "timestep_embed" }, 2, 2, LayerKind::Linear },
    { { "embedder.mlp" }, 2, 2, LayerKind::Linear },
    { { "patch_embed" }, 2, 2, LayerKind::Linear },
    { { "embed" }, 2, 2, LayerKind::Embedding },
    { { "token_embd" }, 2, 2, LayerKind::Embedding },
    { { "wte", Match::Part }, 2, 2, LayerKind::Embedding },
    { { "wpe", Match::Part }, 2, 2, LayerKind::Embedding },
    { { "emb", Match::Part }, 2, 2, LayerKind::Embedding },
    { { "relative_attention_bias", Match::Part }, 2, 2, LayerKind::Embedding },
    { { "shared.weight", Match::Whole }, 2, 2, LayerKind::Embedding },

    { { "deconv" }, 3, 5, LayerKind::ConvTransposed },
    { { "convtr" }, 3, 5, LayerKind::ConvTransposed },
    { { "conv_tr" }, 3, 5, LayerKind::ConvTransposed },
    { { "conv" }, 3, 3, LayerKind::Conv1d },
    { { "" }, 4, 4, LayerKind::Conv2d },
    { { "" }, 5, 5, LayerKind::Conv3d },

    { { "weight", Match::Last }, 2, 2, LayerKind::Linear },
    { { "kernel", Match::LastStart }, 2, 2, LayerKind::Linear },
    { { "in_proj_weight", Match::Last }, 2, 2, LayerKind::Linear },
    { { "" }, 2, anyRank, LayerKind::Matrix },
};

struct RoleRule
{
    Pattern pattern;
    Pattern also; ///< must match too; empty matches all
    const char* role;
};

/// First match wins; only for weights of two or more dimensions.
constexpr RoleRule roleRules[] {
    { { "lm_head" }, {}, "head" },
    { { "embed_out" }, {}, "head" },
    { { "output.weight", Match::Whole }, {}, "head" },
    { { "head.weight", Match::Whole }, {}, "head" },
    { { "heads.head.weight", Match::Whole }, {}, "head" },
    { { "fc.weight", Match::Whole }, {}, "head" },
    { { "linear.weight", Match::Whole }, {}, "head" },
    { { "module.linear.weight", Match::Whole }, {}, "head" },
    { { "module.fc.weight", Match::Whole }, {}, "head" },
    { { "score.weight", Match::Whole }, {}, "head" },
    { { "classifier.weight", Match::Whole }, {}, "head" },
    { { "qkv" }, {}, "qkv" },
    { { "c_attn" }, {}, "qkv" },
    { { "query_key_value" }, {}, "qkv" },
    { { "in_proj_weight", Match::Last }, {}, "qkv" },
    { { "q_proj", Match::Part }, {}, "q" },
    { { "attn_q", Match::Part }, {}, "q" },
    { { "query", Match::Part }, {}, "q" },
    { { "q_lin", Match::Part }, {}, "q" },
    { { "to_q", Match::Part }, {}, "q" },
    { { "wq", Match::Part }, {}, "q" },
    { { "q", Match::Part }, { "attention" }, "q" },
    { { "k_proj", Match::Part }, {}, "k" },
    { { "attn_k", Match::Part }, {}, "k" },
    { { "key", Match::Part }, {}, "k" },
    { { "k_lin", Match::Part }, {}, "k" },
    { { "to_k", Match::Part }, {}, "k" },
    { { "wk", Match::Part }, {}, "k" },
    { { "k", Match::Part }, { "attention" }, "k" },
    { { "v_proj", Match::Part }, {}, "v" },
    { { "attn_v", Match::Part }, {}, "v" },
    { { "value", Match::Part }, {}, "v" },
    { { "v_lin", Match::Part }, {}, "v" },
    { { "to_v", Match::Part }, {}, "v" },
    { { "wv", Match::Part }, {}, "v" },
    { { "v", Match::Part }, { "attention" }, "v" },
    { { "o_proj", Match::Part }, {}, "o" },
    { { "out_proj" }, {}, "o" },
    { { "attn_output", Match::Part }, {}, "o" },
    { { "attention.output.dense" }, {}, "o" },
    { { "attention.dense" }, {}, "o" },
    { { "out_lin", Match::Part }, {}, "o" },
    { { "to_out", Match::Part }, {}, "o" },
    { { "c_proj", Match::Part }, { "attn" }, "o" },
    { { "wo", Match::Part }, { "attention" }, "o" },
    { { "o", Match::Part }, { "attention" }, "o" },
    { { "gate_proj" }, {}, "gate" },
    { { "ffn_gate_exps", Match::Part }, {}, "gate" },
    { { "ffn_gate", Match::Part }, {}, "gate" },
    { { "w1", Match::Part }, { "feed_forward" }, "gate" },
    { { "w1", Match::Part }, { "expert" }, "gate" },
    { { "wi_0", Match::Part }, {}, "gate" },
    { { "down_proj" }, {}, "down" },
    { { "ffn_down_exps", Match::Part }, {}, "down" },
    { { "ffn_down", Match::Part }, {}, "down" },
    { { "fc2", Match::Part }, { "layers." }, "down" },
    { { "fc2", Match::Part }, { "mlp" }, "down" },
    { { "c_proj", Match::Part }, { "mlp" }, "down" },
    { { "output.dense" }, {}, "down" },
    { { "dense_4h_to_h", Match::Part }, {}, "down" },
    { { "w2", Match::Part }, { "feed_forward" }, "down" },
    { { "w2", Match::Part }, { "expert" }, "down" },
    { { "wo", Match::Part }, { "densereludense" }, "down" },
    { { "up_proj" }, {}, "up" },
    { { "ffn_up_exps", Match::Part }, {}, "up" },
    { { "ffn_up", Match::Part }, {}, "up" },
    { { "fc1", Match::Part }, { "layers." }, "up" },
    { { "fc1", Match::Part }, { "mlp" }, "up" },
    { { "c_fc", Match::Part }, {}, "up" },
    { { "intermediate.dense" }, {}, "up" },
    { { "dense_h_to_4h", Match::Part }, {}, "up" },
    { { "w3", Match::Part }, { "feed_forward" }, "up" },
    { { "w3", Match::Part }, { "expert" }, "up" },
    { { "wi_1", Match::Part }, {}, "up" },
    { { "wi", Match::Part }, { "densereludense" }, "up" },
};

bool isDigits(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isPart(std::string_view part, std::string_view pattern)
{
    if (pattern.ends_with('#')) {
        pattern.remove_suffix(1);
        return part.starts_with(pattern) && isDigits(part.substr(pattern.size()));
    }
    return part == pattern;
}

/// A lower-case name, taken apart once for all rules.
struct SplitName
{
    explicit SplitName(std::string_view whole)
        : name(whole)
    {
        for (std::size_t start = 0; start <= name.size();) {
            const auto end = std::min(name.find_first_of("./", start), name.size());
            parts.push_back(name.substr(start, end - start));
            start = end + 1;
        }
    }

    std::string_view name;
    std::vector<std::string_view> parts; ///< at least one
};

bool matches(const SplitName& name, const Pattern& pattern)
{
    const auto last = name.parts.back();
    switch (pattern.match) {
    case Match::Inside:
        return name.name.find(pattern.text) != std::string_view::npos;
    case Match::Part:
        return std::any_of(
            name.parts.begin(), name.parts.end(), [&](std::string_view part) { return isPart(part, pattern.text); });
    case Match::Last:
        return last == pattern.text;
    case Match::LastStart:
        return last.starts_with(pattern.text);
    case Match::Whole:
        return name.name == pattern.text;
    }
    return false;
}

std::string lowerCase(std::string_view name)
{
    std::string lower(name);
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

LayerKind kindByName(const SplitName& name, const Shape& shape)
{
    const auto longSizes = std::count_if(shape.begin(), shape.end(), [](std::int64_t size) { return size > 1; });
    const bool isVector = shape.size() > 2 && longSizes <= 1 && shape.front() == 1;
    for (const KindRule& rule : kindRules) {
        const bool isVectorRule = rule.lowestRank == 0 && rule.highestRank == 1;
        const auto rank = isVector && isVectorRule ? 1 : shape.size();
        if (rank >= rule.lowestRank && rank <= rule.highestRank && matches(name, rule.pattern)) {
            return rule.kind;
        }
    }
    return LayerKind::Other;
}
} // namespace

const char* layerKindName(LayerKind kind)
{
    return textsOf(kind).name;
}
Text layerKindTitle(LayerKind kind)
{
    return textsOf(kind).title;
}

KindAndRole classifyByName(std::string_view name, const Shape& shape)
{
    const std::string lower = lowerCase(name);
    const SplitName split(lower);
    KindAndRole result { kindByName(split, shape), {} };
    if (result.kind == LayerKind::Embedding) {
        result.role = "embedding";
    } else if (shape.size() >= 2 && result.kind <= LayerKind::Matrix) {
        for (const RoleRule& rule : roleRules) {
            if (matches(split, rule.pattern) && matches(split, rule.also)) {
                result.role = rule.role;
                break;
            }
        }
    }
    return result;
}

} // namespace bw
