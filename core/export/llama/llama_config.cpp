#include "core/export/llama/llama_config.h"

#include "core/export/llama/json_entries.h"

#include <algorithm>
#include <array>
#include <numbers>

namespace bw::llama {

namespace {
constexpr std::array<std::string_view, 2> modelTypes { "llama", "mistral" };
constexpr std::array<std::string_view, 3> architectures { "LlamaForCausalLM", "LLaMAForCausalLM",
    "MistralForCausalLM" };

constexpr std::uint64_t mostTokens = 1 << 22;

template <class Names>
bool isOneOf(const Names& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

void requireLlama(const JsonEntries& entries)
{
    const auto type = entries.text("model_type");
    std::string architecture;
    if (const auto* list = entries.find("architectures")) {
        if (!list->is_array() || list->empty() || !list->front().is_string()) {
            entries.wrong("architectures", BW_TR_NOOP("core", "the JSON entry \"%1\" is no list of texts"));
        }
        architecture = list->front().get<std::string>();
    }
    const bool isLlama = type ? isOneOf(modelTypes, *type) : isOneOf(architectures, architecture);
    if (!isLlama || (!architecture.empty() && !isOneOf(architectures, architecture))) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "this is a model of type \"%1\" (%2); this build writes GGUF files of llama and mistral models only. "
                "Convert it with llama.cpp's convert_hf_to_gguf.py and open that file"),
            printable(type.value_or("")), printable(architecture));
    }
}

[[noreturn]] void cannotSay(const std::string& key, const std::string& value)
{
    throw Error(ErrorKind::Unsupported,
        BW_TR_NOOP(
            "core", "\"%1\" is %2, which llama.cpp's llama architecture cannot do: the file would give other results"),
        key, printable(value));
}

/// Settings that change what the network computes, and have no entry in GGUF for llama.
void requireSayable(const JsonEntries& entries)
{
    const auto activation = entries.text("hidden_act").value_or("silu");
    if (activation != "silu" && activation != "swish") {
        cannotSay("hidden_act", activation);
    }
    const auto part = entries.real("partial_rotary_factor");
    if (part && *part != 1) {
        cannotSay("partial_rotary_factor", toText(*part));
    }
    for (const char* key : { "quantization_config", "num_local_experts" }) {
        if (entries.has(key)) {
            cannotSay(key, "…");
        }
    }
}

void readSizes(const JsonEntries& entries, LlamaConfig& config)
{
    const auto size = [&](const char* key) { return entries.needed(key, entries.size(key)); };
    config.blocks = size("num_hidden_layers");
    config.context = size("max_position_embeddings");
    config.width = size("hidden_size");
    config.feedForward = size("intermediate_size");
    config.heads = size("num_attention_heads");
    config.keyHeads = entries.size("num_key_value_heads").value_or(config.heads);
    config.vocabulary = size("vocab_size");
    if (config.vocabulary > mostTokens) {
        entries.wrong("vocab_size", BW_TR_NOOP("core", "the JSON entry \"%1\" is too large to be true"));
    }
    config.normEpsilon = entries.needed("rms_norm_eps", entries.positive("rms_norm_eps"));
    const auto stated = entries.size("head_dim");
    config.statesHeadSize = stated.has_value();
    if (!stated && config.width % config.heads != 0) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "\"hidden_size\" %1 cannot be shared by \"num_attention_heads\" %2"),
            toText(config.width), toText(config.heads));
    }
    config.headSize = stated.value_or(config.width / config.heads);
    if (config.heads % config.keyHeads != 0) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "\"num_attention_heads\" %1 cannot be shared by \"num_key_value_heads\" %2"),
            toText(config.heads), toText(config.keyHeads));
    }
    if (config.headSize % 2 != 0) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "a head of %1 values has none to pair the last one with; rotary embeddings need pairs"),
            toText(config.headSize));
    }
}

/// Llama 3.1: long waves are stretched by the factor, short ones stay, those between get a mean of both (transformers,
/// modeling_rope_utils.py, _compute_llama3_parameters).
std::vector<float> llama3Factors(const LlamaConfig& config, const JsonEntries& entries, const JsonEntries& scaling)
{
    constexpr std::uint64_t mostPairs = 1 << 16;
    if (config.headSize / 2 > mostPairs) {
        entries.wrong("head_dim", BW_TR_NOOP("core", "the JSON entry \"%1\" is too large to be true"));
    }
    const double factor = scaling.needed("factor", scaling.positive("factor"));
    const double low = scaling.needed("low_freq_factor", scaling.positive("low_freq_factor"));
    const double high = scaling.needed("high_freq_factor", scaling.positive("high_freq_factor"));
    if (!(high > low)) {
        scaling.wrong("high_freq_factor", BW_TR_NOOP("core", "the JSON entry \"%1\" is not above \"low_freq_factor\""));
    }
    const auto stated = scaling.size("original_max_position_embeddings");
    const auto context = static_cast<double>(entries.needed(
        "original_max_position_embeddings", stated ? stated : entries.size("original_max_position_embeddings")));
    std::vector<float> factors;
    for (std::uint64_t i = 0; i < config.headSize; i += 2) {
        const double exponent = static_cast<double>(i) / static_cast<double>(config.headSize);
        const double wave = 2 * std::numbers::pi * std::pow(config.rotaryBase, exponent);
        const double smooth = std::clamp((context / wave - low) / (high - low), 0.0, 1.0);
        factors.push_back(static_cast<float>(1 / ((1 - smooth) / factor + smooth)));
    }
    return factors;
}

void readRotation(const JsonEntries& entries, LlamaConfig& config)
{
    constexpr double usualBase = 10000;
    // transformers 5 puts all of it into "rope_parameters".
    const auto parameters = entries.object("rope_parameters");
    const auto scaling = parameters ? parameters : entries.object("rope_scaling");
    const auto inner = parameters ? parameters->positive("rope_theta") : std::nullopt;
    config.rotaryBase = inner ? *inner : entries.positive("rope_theta").value_or(usualBase);
    if (!scaling) {
        return;
    }
    const auto newName = scaling->text("rope_type");
    const auto type = newName ? *newName : scaling->text("type").value_or("default");
    if (type == "linear") {
        config.linearScaling = scaling->needed("factor", scaling->positive("factor"));
    } else if (type == "llama3") {
        config.rotaryFactors = llama3Factors(config, entries, *scaling);
    } else if (type != "default") {
        cannotSay("rope_scaling.rope_type", type);
    }
}

/// A number, or the first of a list of them; what is no id of a token (-1 means none) is left out.
void readTokenIds(const JsonEntries& entries, LlamaConfig& config)
{
    for (const char* name : { "bos", "eos", "pad", "unk" }) {
        const auto* value = entries.find(std::string(name) + "_token_id");
        if (value != nullptr && value->is_array() && !value->empty()) {
            value = &value->front();
        }
        if (value != nullptr && value->is_number_unsigned()) {
            config.tokenIds[name] = value->get<std::uint64_t>();
        }
    }
}

void addWindowNote(const JsonEntries& entries, LlamaConfig& config)
{
    const auto window = entries.size("sliding_window");
    if (window && *window < config.context) {
        config.notes.push_back(
            Text(BW_TR_NOOP("core",
                     "The model looks back at most %1 words (\"sliding_window\"), which llama.cpp's llama architecture "
                     "does not do: after so many words the file gives other results than the model."),
                { toText(*window) }));
    }
}

/// The last part of "meta-llama/Llama-3.2-1B": folders of whoever trained it are nobody's business.
std::string nameOf(const JsonEntries& entries)
{
    constexpr std::size_t longest = 200;
    auto name = entries.text("_name_or_path").value_or("");
    while (name.ends_with('/')) {
        name.pop_back();
    }
    return printable(name.substr(name.find_last_of("/\\") + 1), longest);
}
} // namespace

LlamaConfig parseLlamaConfig(const std::string& json)
{
    const auto document = parseJsonObject(json);
    const JsonEntries entries(document);
    requireLlama(entries);
    requireSayable(entries);
    LlamaConfig config;
    readSizes(entries, config);
    readRotation(entries, config);
    readTokenIds(entries, config);
    addWindowNote(entries, config);
    config.isTied = entries.flag("tie_word_embeddings");
    config.name = nameOf(entries);
    return config;
}

void addLlamaEntries(const LlamaConfig& config, GgufMetadata& metadata)
{
    metadata.setText("general.architecture", "llama");
    metadata.setText("general.type", "model");
    if (!config.name.empty()) {
        metadata.setText("general.name", config.name);
    }
    metadata.setU32("llama.block_count", config.blocks);
    metadata.setU32("llama.context_length", config.context);
    metadata.setU32("llama.embedding_length", config.width);
    metadata.setU32("llama.feed_forward_length", config.feedForward);
    metadata.setU32("llama.attention.head_count", config.heads);
    metadata.setU32("llama.attention.head_count_kv", config.keyHeads);
    metadata.setF32("llama.attention.layer_norm_rms_epsilon", static_cast<float>(config.normEpsilon));
    if (config.statesHeadSize) {
        metadata.setU32("llama.attention.key_length", config.headSize);
        metadata.setU32("llama.attention.value_length", config.headSize);
    }
    metadata.setU32("llama.rope.dimension_count", config.headSize);
    metadata.setF32("llama.rope.freq_base", static_cast<float>(config.rotaryBase));
    if (config.linearScaling) {
        metadata.setText("llama.rope.scaling.type", "linear");
        metadata.setF32("llama.rope.scaling.factor", static_cast<float>(*config.linearScaling));
    }
    metadata.setU32("llama.vocab_size", config.vocabulary);
}

} // namespace bw::llama
