#include "core/export/llama/vocabulary.h"

#include "core/base/error.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace bw::llama {

namespace {
constexpr std::uint64_t tokenizerLimit = 64'000'000; // bytes; that of a vocabulary of 256,000 words has 34 MB
constexpr const char* pieceFile = "tokenizer.model";
constexpr const char* jsonFile = "tokenizer.json";

struct IdKey
{
    const char* name;
    const char* key;
};
constexpr std::array idKeys {
    IdKey { "bos", "tokenizer.ggml.bos_token_id" },
    IdKey { "eos", "tokenizer.ggml.eos_token_id" },
    IdKey { "unk", "tokenizer.ggml.unknown_token_id" },
    IdKey { "pad", "tokenizer.ggml.padding_token_id" },
};

void addEntries(const Vocabulary& vocabulary, GgufMetadata& metadata)
{
    metadata.setText("tokenizer.ggml.model", vocabulary.model);
    metadata.setText("tokenizer.ggml.pre", vocabulary.splitting);
    metadata.setTexts("tokenizer.ggml.tokens", vocabulary.tokens);
    if (!vocabulary.scores.empty()) {
        metadata.setNumbers("tokenizer.ggml.scores", vocabulary.scores);
    }
    std::vector<std::int32_t> types;
    std::transform(vocabulary.types.begin(), vocabulary.types.end(), std::back_inserter(types),
        [](TokenType type) { return static_cast<std::int32_t>(type); });
    metadata.setNumbers("tokenizer.ggml.token_type", types);
    if (!vocabulary.merges.empty()) {
        metadata.setTexts("tokenizer.ggml.merges", vocabulary.merges);
    }
    for (const auto& [name, key] : idKeys) {
        const auto found = vocabulary.ids.find(name);
        if (found != vocabulary.ids.end() && found->second < vocabulary.tokens.size()) {
            metadata.setU32(key, found->second);
        }
    }
    const auto setFlag = [&](const char* key, const std::optional<bool>& flag) {
        if (flag) {
            metadata.setBool(key, *flag);
        }
    };
    setFlag("tokenizer.ggml.add_bos_token", vocabulary.addsBos);
    setFlag("tokenizer.ggml.add_eos_token", vocabulary.addsEos);
    setFlag("tokenizer.ggml.add_space_prefix", vocabulary.addsSpace);
    if (!vocabulary.chatTemplate.empty()) {
        metadata.setText("tokenizer.chat_template", vocabulary.chatTemplate);
    }
}

/// Nothing if the folder holds no tokenizer.
std::optional<Vocabulary> readVocabulary(FolderFiles& files, const LlamaConfig& config, const JobContext& ctx)
{
    if (const auto file = files.read(pieceFile, tokenizerLimit)) {
        return withContext(
            filePlace(files.path(pieceFile)), [&] { return sentencePieceVocabulary(*file, config, ctx); });
    }
    if (const auto file = files.read(jsonFile, tokenizerLimit)) {
        return withContext(filePlace(files.path(jsonFile)), [&] { return jsonVocabulary(*file, config, ctx); });
    }
    return std::nullopt;
}
} // namespace

Vocabulary::Vocabulary(std::uint64_t size)
    : tokens(static_cast<std::size_t>(size))
    , types(static_cast<std::size_t>(size), TokenType::Unused)
{
}

void Vocabulary::set(std::uint64_t id, std::string text, TokenType type, float score)
{
    if (id >= tokens.size()) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "token %1 (\"%2\") has no row in the embedding, which has %3 (\"vocab_size\")"),
            toText(id), printable(text), toText(tokens.size()));
    }
    if (text.empty()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "token %1 has no text"), toText(id));
    }
    const auto at = static_cast<std::size_t>(id);
    tokens[at] = std::move(text);
    types[at] = type;
    if (!scores.empty()) {
        scores[at] = score;
    }
}

std::optional<std::uint64_t> Vocabulary::idOf(const std::string& text) const
{
    const auto found = std::find(tokens.begin(), tokens.end(), text);
    return text.empty() || found == tokens.end() ? std::nullopt
                                                 : std::optional(static_cast<std::uint64_t>(found - tokens.begin()));
}

void Vocabulary::complete()
{
    std::unordered_set<std::string_view> known;
    for (std::size_t id = 0; id < tokens.size(); ++id) {
        if (tokens[id].empty()) {
            tokens[id] = "[PAD" + toText(id) + "]";
            types[id] = TokenType::Unused;
        }
        if (!known.insert(tokens[id]).second) {
            throw Error(
                ErrorKind::BadFile, BW_TR_NOOP("core", "two tokens have the text \"%1\""), printable(tokens[id]));
        }
    }
}

void addVocabulary(FolderFiles& files, const LlamaConfig& config, GgufMetadata& metadata, std::vector<Text>& notes,
    const JobContext& ctx)
{
    auto vocabulary = readVocabulary(files, config, ctx);
    if (!vocabulary) {
        metadata.setText("tokenizer.ggml.model", "no_vocab");
        notes.push_back(Text(BW_TR_NOOP("core",
            "The file holds no tokenizer, as there is none beside the model, so llama.cpp runs it only on numbers of "
            "tokens. Put tokenizer.model or tokenizer.json into the model's folder and write the file again.")));
        return;
    }
    const auto place = filePlace(files.filesRead().back().path);
    readTokenizerSettings(files, config, *vocabulary);
    for (const auto& [name, id] : config.tokenIds) {
        vocabulary->ids.emplace(name, id);
    }
    withContext(place, [&] { vocabulary->complete(); });
    addEntries(*vocabulary, metadata);
}

} // namespace bw::llama
