// tokenizer_config.json, special_tokens_map.json, added_tokens.json, chat_template.jinja.

#include "core/export/llama/json_entries.h"
#include "core/export/llama/vocabulary.h"
#include "core/model/file_reader.h"

namespace bw::llama {

namespace {
constexpr std::uint64_t settingsLimit = 16'000'000;
constexpr std::uint64_t templateLimit = 1'000'000;
constexpr const char* wordMark = "\xe2\x96\x81"; // U+2581, SentencePiece's space

std::string withSpaces(std::string text)
{
    const std::string mark = wordMark;
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        text.replace(at, mark.size(), " ");
    }
    return text;
}

/// "<s>" or {"content": "<s>", …}.
std::optional<std::string> tokenText(const JsonEntries& entries, const std::string& key)
{
    const auto* value = entries.find(key);
    if (value != nullptr && value->is_object()) {
        return entries.object(key)->text("content");
    }
    return entries.text(key);
}

void readSpecialTokens(const JsonEntries& entries, Vocabulary& vocabulary)
{
    for (const std::string name : { "bos", "eos", "pad", "unk" }) {
        const auto text = tokenText(entries, name + "_token");
        const auto id = text ? vocabulary.idOf(*text) : std::nullopt;
        if (id) {
            vocabulary.ids[name] = *id;
        }
    }
}

void readAddedTokens(const JsonEntries& entries, const LlamaConfig& config, Vocabulary& vocabulary)
{
    const auto added = entries.object("added_tokens_decoder");
    if (!added) {
        return;
    }
    for (const auto& [key, value] : added->json().items()) {
        const auto id = parseInt(key);
        const JsonEntries token(value, "added_tokens_decoder." + printable(key) + ".");
        if (!id || *id < 0) {
            added->wrong(key, BW_TR_NOOP("core", "the JSON entry \"%1\" is not called by a token's number"));
        }
        const auto number = static_cast<std::uint64_t>(*id);
        if (number < config.vocabulary) { // trainers often add one for padding that the model never sees
            setAddedToken(vocabulary, number, token.needed("content", token.text("content")),
                token.flag("special").value_or(false));
        }
    }
}

/// {"<pad>": 32000}
void readTokenNumbers(const JsonEntries& entries, const LlamaConfig& config, Vocabulary& vocabulary)
{
    for (const auto& [text, value] : entries.json().items()) {
        if (!value.is_number_unsigned()) {
            entries.wrong(text, BW_TR_NOOP("core", "the JSON entry \"%1\" is not the number of a token"));
        }
        const auto id = value.get<std::uint64_t>();
        if (id < config.vocabulary && !vocabulary.has(id)) {
            setAddedToken(vocabulary, id, text, false);
        }
    }
}

/// A text, or a list of named ones of which "default" counts.
void readChatTemplate(const JsonEntries& entries, Vocabulary& vocabulary)
{
    const auto* value = entries.find("chat_template");
    if (value == nullptr) {
        return;
    }
    if (!value->is_array()) {
        vocabulary.chatTemplate = *entries.text("chat_template");
        return;
    }
    for (const auto& item : *value) {
        const JsonEntries named(item, "chat_template.");
        if (named.text("name") == "default") {
            vocabulary.chatTemplate = named.text("template").value_or("");
        }
    }
}

/// tokenizer_config.json.
void applyConfig(const JsonEntries& entries, const LlamaConfig& config, Vocabulary& vocabulary)
{
    readAddedTokens(entries, config, vocabulary);
    readSpecialTokens(entries, vocabulary);
    readChatTemplate(entries, vocabulary);
    const auto bos = entries.flag("add_bos_token");
    const auto eos = entries.flag("add_eos_token");
    const auto space = entries.flag("add_prefix_space");
    vocabulary.addsBos = bos ? bos : vocabulary.addsBos;
    vocabulary.addsEos = eos ? eos : vocabulary.addsEos;
    vocabulary.addsSpace = space && vocabulary.model == "llama" ? space : vocabulary.addsSpace;
}

template <class Use>
void readObject(FolderFiles& files, const char* name, const Use& use)
{
    if (const auto text = files.read(name, settingsLimit)) {
        withContext(filePlace(files.path(name)), [&] {
            const auto document = parseJsonObject(*text);
            use(JsonEntries(document));
        });
    }
}
} // namespace

void setAddedToken(Vocabulary& vocabulary, std::uint64_t id, const std::string& text, bool isSpecial)
{
    constexpr float addedScore = -1000; // as llama.cpp gives them
    const bool looksSpecial = text.starts_with("<|") && text.ends_with("|>");
    const bool isControl = isSpecial || looksSpecial;
    const bool isUnknown = vocabulary.has(id) && vocabulary.types[static_cast<std::size_t>(id)] == TokenType::Unknown;
    vocabulary.set(id, isControl ? text : withSpaces(text),
        isUnknown       ? TokenType::Unknown
            : isControl ? TokenType::Control
                        : TokenType::UserDefined,
        addedScore);
}

void applyTokenizerConfig(const std::string& json, const LlamaConfig& config, Vocabulary& vocabulary)
{
    const auto document = parseJsonObject(json);
    applyConfig(JsonEntries(document), config, vocabulary);
}

void readTokenizerSettings(FolderFiles& files, const LlamaConfig& config, Vocabulary& vocabulary)
{
    readObject(
        files, "added_tokens.json", [&](const JsonEntries& entries) { readTokenNumbers(entries, config, vocabulary); });
    readObject(
        files, "special_tokens_map.json", [&](const JsonEntries& entries) { readSpecialTokens(entries, vocabulary); });
    readObject(
        files, "tokenizer_config.json", [&](const JsonEntries& entries) { applyConfig(entries, config, vocabulary); });
    if (auto text = files.read("chat_template.jinja", templateLimit)) {
        vocabulary.chatTemplate = std::move(*text);
    }
}

} // namespace bw::llama
