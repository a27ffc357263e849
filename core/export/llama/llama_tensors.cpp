#include "core/export/llama/llama_tensors.h"

#include "core/base/checked_math.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace bw::llama {

namespace {
enum class Size
{
    None,
    Width,
    Queries,
    Keys,
    FeedForward,
    Vocabulary
};

/// Names as in llama.cpp's gguf-py (tensor_mapping.py, MODEL_TENSOR); sizes as transformers' modeling_llama.py.
struct TensorRule
{
    std::string_view name; ///< in Hugging Face's files
    std::string_view ggufName;
    Size rows = Size::None;
    Size columns = Size::None;
    bool isQuery = false;
    bool isKey = false;
};

constexpr std::string_view layersPrefix = "model.layers.";
constexpr std::string_view embedding = "token_embd.weight";
constexpr std::string_view output = "output.weight";

constexpr std::array inBlock {
    TensorRule { "self_attn.q_proj.weight", "attn_q.weight", Size::Queries, Size::Width, true, false },
    TensorRule { "self_attn.k_proj.weight", "attn_k.weight", Size::Keys, Size::Width, false, true },
    TensorRule { "self_attn.v_proj.weight", "attn_v.weight", Size::Keys, Size::Width },
    TensorRule { "self_attn.o_proj.weight", "attn_output.weight", Size::Width, Size::Queries },
    TensorRule { "mlp.gate_proj.weight", "ffn_gate.weight", Size::FeedForward, Size::Width },
    TensorRule { "mlp.up_proj.weight", "ffn_up.weight", Size::FeedForward, Size::Width },
    TensorRule { "mlp.down_proj.weight", "ffn_down.weight", Size::Width, Size::FeedForward },
    TensorRule { "input_layernorm.weight", "attn_norm.weight", Size::Width },
    TensorRule { "post_attention_layernorm.weight", "ffn_norm.weight", Size::Width },
};
constexpr std::array ofModel {
    TensorRule { "model.embed_tokens.weight", embedding, Size::Vocabulary, Size::Width },
    TensorRule { "model.norm.weight", "output_norm.weight", Size::Width },
    TensorRule { "lm_head.weight", output, Size::Vocabulary, Size::Width },
};

struct Place
{
    const TensorRule* rule = nullptr;
    std::string ggufName;
    std::uint64_t block = 0;
};

/// Angles that old files hold, though they follow from the sizes.
bool isTable(std::string_view name)
{
    return name.ends_with(".rotary_emb.inv_freq");
}

std::optional<Place> placeOf(std::string_view name)
{
    for (const auto& rule : ofModel) {
        if (rule.name == name) {
            return Place { &rule, std::string(rule.ggufName) };
        }
    }
    const auto point = name.starts_with(layersPrefix) ? name.find('.', layersPrefix.size()) : std::string_view::npos;
    if (point == std::string_view::npos) {
        return std::nullopt;
    }
    const auto digits = name.substr(layersPrefix.size(), point - layersPrefix.size());
    const auto block = parseInt(digits);
    if (!block || *block < 0 || toText(*block) != digits) {
        return std::nullopt;
    }
    for (const auto& rule : inBlock) {
        if (rule.name == name.substr(point + 1)) {
            return Place { &rule, "blk." + std::string(digits) + "." + std::string(rule.ggufName),
                static_cast<std::uint64_t>(*block) };
        }
    }
    return std::nullopt;
}

class Placer
{
public:
    Placer(const Model& model, const LlamaConfig& config, std::vector<Text>& notes)
        : m_model(model)
        , m_config(config)
        , m_notes(notes)
    {
    }

    std::vector<GgufPlacement> place()
    {
        std::vector<GgufPlacement> placements;
        for (const auto& layer : m_model.layers()) {
            placements.push_back(withContext(
                Text(BW_TR_NOOP("core", "tensor %1"), { printable(layer.name) }), [&] { return placement(layer); }));
        }
        requireKnown();
        requireAll();
        leaveOutUnusedHead(placements);
        return placements;
    }

private:
    std::uint64_t sizeOf(Size size) const
    {
        switch (size) {
        case Size::Width:
            return m_config.width;
        case Size::Queries:
            return checkedMul(m_config.heads, m_config.headSize);
        case Size::Keys:
            return checkedMul(m_config.keyHeads, m_config.headSize);
        case Size::FeedForward:
            return m_config.feedForward;
        case Size::Vocabulary:
            return m_config.vocabulary;
        case Size::None:
            break;
        }
        return 0;
    }

    void requireShape(const LayerInfo& layer, const TensorRule& rule) const
    {
        Shape wanted { static_cast<std::int64_t>(sizeOf(rule.rows)) };
        if (rule.columns != Size::None) {
            wanted.push_back(static_cast<std::int64_t>(sizeOf(rule.columns)));
        }
        const auto& shape = layer.stored ? layer.stored->shape : layer.view.shape;
        if (shape != wanted) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "it is of shape %1, but the sizes in config.json ask for %2"), shapeText(shape),
                shapeText(wanted));
        }
    }

    /// The one place of a tensor with all its names; the embedding may also be the output.
    std::optional<Place> onlyPlace(const LayerInfo& layer)
    {
        std::vector<std::string> names { layer.name };
        names.insert(names.end(), layer.tiedNames.begin(), layer.tiedNames.end());
        std::optional<Place> found;
        for (const auto& name : names) {
            auto place = placeOf(name);
            if (!place) {
                isTable(name) ? void() : m_unknown.push_back(name);
                continue;
            }
            const bool isHead = place->ggufName == output;
            const bool isPair = found
                && ((isHead && found->ggufName == embedding)
                    || (found->ggufName == output && place->ggufName == embedding));
            if (found && !isPair) {
                throw Error(ErrorKind::Unsupported,
                    Text(BW_TR_NOOP("core", "it is also called %1, and GGUF files cannot say that two tensors are one"),
                        { printable(name) }));
            }
            m_isTied = m_isTied || isPair;
            if (!found || !isHead) {
                found = std::move(place);
            }
        }
        return found;
    }

    GgufPlacement placement(const LayerInfo& layer)
    {
        const auto place = onlyPlace(layer);
        if (!place) {
            return {};
        }
        const auto& rule = *place->rule;
        if (place->block >= m_config.blocks) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core",
                    "config.json says that there are %1 blocks (\"num_hidden_layers\"), of which this is "
                    "none"),
                toText(m_config.blocks));
        }
        requireShape(layer, rule);
        m_placed.insert(place->ggufName);
        return { place->ggufName,
            rule.isQuery     ? m_config.heads
                : rule.isKey ? m_config.keyHeads
                             : 0,
            rule.columns == Size::None };
    }

    void requireKnown() const
    {
        constexpr std::size_t shown = 6;
        if (m_unknown.empty()) {
            return;
        }
        std::string list;
        for (std::size_t i = 0; i < std::min(shown, m_unknown.size()); ++i) {
            list += (i == 0 ? "" : ", ") + printable(m_unknown[i]);
        }
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "llama.cpp's llama architecture has no place for %1 tensors of this model: %2. Convert it with "
                "llama.cpp's convert_hf_to_gguf.py and open that file, or write .safetensors"),
            toText(m_unknown.size()), list + (m_unknown.size() > shown ? ", …" : ""));
    }

    void require(const std::string& ggufName, const std::string& name) const
    {
        if (!m_placed.contains(ggufName)) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core",
                    "there is no tensor %1, which a llama model of %2 blocks (\"num_hidden_layers\" in config.json) "
                    "has"),
                name, toText(m_config.blocks));
        }
    }

    void requireAll() const
    {
        for (const auto& rule : ofModel) {
            if (rule.ggufName != output) {
                require(std::string(rule.ggufName), std::string(rule.name));
            }
        }
        for (std::uint64_t block = 0; block < m_config.blocks; ++block) { // ends at the first that is missing
            for (const auto& rule : inBlock) {
                require("blk." + toText(block) + "." + std::string(rule.ggufName),
                    std::string(layersPrefix) + toText(block) + "." + std::string(rule.name));
            }
        }
        const bool hasHead = m_isTied || m_placed.contains(std::string(output));
        if (!hasHead && m_config.isTied == false) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core",
                    "there is no tensor %1, and config.json says that the embedding does not serve as it "
                    "(\"tie_word_embeddings\")"),
                "lm_head.weight");
        }
    }

    /// Transformers uses the embedding in place of a head that is there, if the config says so.
    void leaveOutUnusedHead(std::vector<GgufPlacement>& placements)
    {
        if (m_config.isTied != true) {
            return;
        }
        for (auto& placement : placements) {
            if (placement.name == output) {
                placement = {};
                m_notes.push_back(
                    Text(BW_TR_NOOP("core",
                             "Tensor %1 is left out, as config.json says that the embedding serves in its place "
                             "(\"tie_word_embeddings\")."),
                        { "lm_head.weight" }));
            }
        }
    }

    const Model& m_model;
    const LlamaConfig& m_config;
    std::vector<Text>& m_notes;
    std::vector<std::string> m_unknown;
    std::set<std::string> m_placed;
    bool m_isTied = false;
};
} // namespace

bool hasLlamaNames(const Model& model)
{
    bool hasEmbedding = false;
    bool hasQueries = false;
    for (const auto& layer : model.layers()) {
        hasQueries = hasQueries || layer.name == "model.layers.0.self_attn.q_proj.weight";
        hasEmbedding = hasEmbedding || layer.name == ofModel.front().name
            || std::find(layer.tiedNames.begin(), layer.tiedNames.end(), ofModel.front().name) != layer.tiedNames.end();
    }
    return hasEmbedding && hasQueries;
}

std::vector<GgufPlacement> placeLlamaTensors(const Model& model, const LlamaConfig& config, std::vector<Text>& notes)
{
    return Placer(model, config, notes).place();
}

} // namespace bw::llama
