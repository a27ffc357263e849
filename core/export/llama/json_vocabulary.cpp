// tokenizer.json of Hugging Face's tokenizers: byte-level BPE ("gpt2" in GGUF files), and SentencePiece's BPE with
// bytes as a last resort ("llama").

#include "core/export/llama/json_entries.h"
#include "core/export/llama/text_splitting.h"
#include "core/export/llama/vocabulary.h"

#include <algorithm>
#include <unordered_map>

namespace bw::llama {

namespace {
/// The two halves of a merge: "a b" or ["a", "b"].
std::pair<std::string, std::string> mergeOf(const JsonEntries& model, const Json& value)
{
    std::pair<std::string, std::string> halves;
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        const auto space = text.find(' ', 1);
        if (space != std::string::npos) {
            halves = { text.substr(0, space), text.substr(space + 1) };
        }
    } else if (value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_string()) {
        halves = { value[0].get<std::string>(), value[1].get<std::string>() };
    }
    const auto isWhole = [](const std::string& half) { return !half.empty() && half.find(' ') == std::string::npos; };
    if (!isWhole(halves.first) || !isWhole(halves.second)) {
        model.wrong("merges", BW_TR_NOOP("core", "the JSON entry \"%1\" is no list of pairs of texts without spaces"));
    }
    return halves;
}

bool isByteToken(const std::string& text)
{
    const auto isHex
        = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); };
    return text.size() == 6 && text.starts_with("<0x") && text[5] == '>' && isHex(text[3]) && isHex(text[4]);
}

class Reader
{
public:
    Reader(const Json& document, const LlamaConfig& config, const JobContext& ctx)
        : m_document(document)
        , m_model(m_document.needed("model", m_document.object("model")))
        , m_ctx(ctx)
        , m_vocabulary(config.vocabulary)
    {
    }

    Vocabulary read() &&
    {
        if (m_model.text("type").value_or("BPE") != "BPE") {
            cannotSay(m_model.text("type").value_or(""));
        }
        m_hasPieces = m_model.flag("byte_fallback").value_or(false);
        const auto splitting = m_hasPieces ? pieceSplitting(m_document.json()) : byteSplitting(m_document.json());
        m_vocabulary.model = m_hasPieces ? "llama" : "gpt2";
        m_vocabulary.splitting = splitting.name;
        m_vocabulary.addsSpace = splitting.addsSpace;
        if (m_hasPieces) {
            m_vocabulary.scores.assign(m_vocabulary.tokens.size(), 0);
        }
        readTokens();
        readMerges();
        readAdded();
        readEnds();
        return std::move(m_vocabulary);
    }

private:
    [[noreturn]] static void cannotSay(const std::string& type)
    {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "this is a tokenizer of type \"%1\", and llama models have BPE; move it out of the folder to write a "
                "file without a tokenizer"),
            printable(type));
    }

    void readTokens()
    {
        const auto tokens = m_model.needed("vocab", m_model.object("vocab"));
        const auto unknown = m_model.text("unk_token");
        for (const auto& [text, value] : tokens.json().items()) {
            m_ctx.checkpoint();
            if (!value.is_number_unsigned()) {
                tokens.wrong(text, BW_TR_NOOP("core", "the JSON entry \"%1\" is not the number of a token"));
            }
            const auto id = value.get<std::uint64_t>();
            if (m_vocabulary.has(id)) {
                throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "two tokens have the number %1"), toText(id));
            }
            const auto type = unknown == text      ? TokenType::Unknown
                : m_hasPieces && isByteToken(text) ? TokenType::Byte
                                                   : TokenType::Normal;
            m_vocabulary.set(id, text, type, 0);
            m_idOf.emplace(text, id);
        }
        if (m_idOf.empty()) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "there are no tokens in this tokenizer")));
        }
    }

    std::uint64_t idOf(const std::string& text) const
    {
        const auto found = m_idOf.find(text);
        if (found == m_idOf.end()) {
            m_model.wrong("merges", BW_TR_NOOP("core", "the JSON entry \"%1\" joins texts that are no tokens"));
        }
        return found->second;
    }

    /// What merges first must have the highest score for a reader that has scores instead of merges.
    void readMerges()
    {
        const auto* list = m_model.find("merges");
        if (list == nullptr || !list->is_array()) {
            m_model.wrong("merges", BW_TR_NOOP("core", "the JSON entry \"%1\" is no list"));
        }
        std::vector<bool> isScored(m_hasPieces ? m_vocabulary.tokens.size() : 0);
        float score = 0;
        for (const auto& value : *list) {
            m_ctx.checkpoint();
            const auto [left, right] = mergeOf(m_model, value);
            idOf(left);
            idOf(right);
            const auto joined = static_cast<std::size_t>(idOf(left + right));
            if (!m_hasPieces) {
                m_vocabulary.merges.push_back(left + " " + right);
            } else if (!isScored[joined]) {
                isScored[joined] = true;
                m_vocabulary.scores[joined] = score--;
            }
        }
    }

    void readAdded()
    {
        const auto* list = m_document.find("added_tokens");
        if (list == nullptr) {
            return;
        }
        if (!list->is_array()) {
            m_document.wrong("added_tokens", BW_TR_NOOP("core", "the JSON entry \"%1\" is no list"));
        }
        for (const auto& value : *list) {
            m_ctx.checkpoint();
            const JsonEntries token(value, "added_tokens.");
            const auto* number = token.find("id");
            if (number == nullptr || !number->is_number_unsigned()) {
                token.wrong("id", BW_TR_NOOP("core", "the JSON entry \"%1\" is not the number of a token"));
            }
            const auto id = number->get<std::uint64_t>();
            if (id < m_vocabulary.tokens.size()) { // trainers often add one for padding that the model never sees
                setAddedToken(m_vocabulary, id, token.needed("content", token.text("content")),
                    token.flag("special").value_or(false));
            }
        }
    }

    /// Tokens that every text gets at its ends.
    void readEnds()
    {
        const auto ends = textEnds(m_document.json());
        m_vocabulary.addsBos = ends.hasFirst;
        m_vocabulary.addsEos = ends.hasLast;
    }

    JsonEntries m_document;
    JsonEntries m_model;
    const JobContext& m_ctx;
    Vocabulary m_vocabulary;
    std::unordered_map<std::string, std::uint64_t> m_idOf;
    bool m_hasPieces = false;
};
} // namespace

Vocabulary jsonVocabulary(const std::string& file, const LlamaConfig& config, const JobContext& ctx)
{
    const auto document = parseJsonObject(file);
    return Reader(document, config, ctx).read();
}

} // namespace bw::llama
