// SentencePiece models (sentencepiece_model.proto, ModelProto).

#include "core/base/error.h"
#include "core/export/llama/vocabulary.h"
#include "core/model/wire_reader.h"

#include <array>
#include <bit>

namespace bw::llama {

namespace {
// Fields of ModelProto, SentencePiece, TrainerSpec, NormalizerSpec.
constexpr std::uint32_t piecesField = 1;
constexpr std::uint32_t trainerField = 2;
constexpr std::uint32_t normalizerField = 3;
constexpr std::uint32_t pieceText = 1;
constexpr std::uint32_t pieceScore = 2;
constexpr std::uint32_t pieceType = 3;
constexpr std::uint32_t modelType = 3;
constexpr std::uint32_t addDummyPrefix = 3;
constexpr std::uint64_t unigramType = 1;
constexpr std::uint64_t bpeType = 2;

struct IdField
{
    const char* name;
    std::uint32_t field;
    std::int64_t usual;
};
constexpr std::array idFields { IdField { "unk", 40, 0 }, IdField { "bos", 41, 1 }, IdField { "eos", 42, 2 },
    IdField { "pad", 43, -1 } };

std::string validText(std::string_view text, std::uint64_t id)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto length = utf8SequenceLength(text, i);
        if (length == 0) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the text of token %1 is no UTF-8"), toText(id));
        }
        i += length;
    }
    return std::string(text);
}

TokenType typeOf(std::uint64_t number, std::uint64_t id)
{
    if (number < static_cast<std::uint64_t>(TokenType::Normal)
        || number > static_cast<std::uint64_t>(TokenType::Byte)) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "token %1 is of type %2, which SentencePiece does not have"),
            toText(id), toText(number));
    }
    return static_cast<TokenType>(number);
}

void addPiece(std::string_view message, std::uint64_t id, Vocabulary& vocabulary)
{
    WireReader piece(message);
    std::string text;
    float score = 0;
    TokenType type = TokenType::Normal;
    while (piece.next()) {
        if (piece.field() == pieceText) {
            text = validText(piece.bytes(), id);
        } else if (piece.field() == pieceScore && piece.type() == WireReader::Type::Fixed32) {
            score = std::bit_cast<float>(static_cast<std::uint32_t>(piece.number()));
        } else if (piece.field() == pieceType) {
            type = typeOf(piece.number(), id);
        }
    }
    if (!(score <= std::numeric_limits<float>::max() && score >= std::numeric_limits<float>::lowest())) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the score of token %1 is no number"), toText(id));
    }
    vocabulary.set(id, std::move(text), type, score);
}

void readTrainer(std::string_view message, std::uint64_t& kind, Vocabulary& vocabulary)
{
    WireReader trainer(message);
    std::array<std::int64_t, idFields.size()> ids {};
    for (std::size_t i = 0; i < idFields.size(); ++i) {
        ids[i] = idFields[i].usual;
    }
    while (trainer.next()) {
        kind = trainer.field() == modelType ? trainer.number() : kind;
        for (std::size_t i = 0; i < idFields.size(); ++i) {
            ids[i] = trainer.field() == idFields[i].field ? trainer.signedNumber() : ids[i];
        }
    }
    for (std::size_t i = 0; i < idFields.size(); ++i) {
        if (ids[i] >= 0) {
            vocabulary.ids[idFields[i].name] = static_cast<std::uint64_t>(ids[i]);
        }
    }
}

bool addsPrefix(std::string_view message)
{
    WireReader normalizer(message);
    bool adds = true;
    while (normalizer.next()) {
        adds = normalizer.field() == addDummyPrefix ? normalizer.number() != 0 : adds;
    }
    return adds;
}
} // namespace

Vocabulary sentencePieceVocabulary(std::string_view file, const LlamaConfig& config, const JobContext& ctx)
{
    constexpr float unusedScore = -10000; // as llama.cpp gives them
    Vocabulary vocabulary(config.vocabulary);
    vocabulary.model = "llama";
    vocabulary.splitting = "default";
    vocabulary.scores.assign(vocabulary.tokens.size(), unusedScore);
    vocabulary.addsSpace = true;
    std::uint64_t kind = unigramType; // the default of the format
    std::uint64_t count = 0;
    WireReader model(file);
    while (model.next()) {
        if (model.field() == piecesField) {
            ctx.checkpoint();
            addPiece(model.bytes(), count++, vocabulary);
        } else if (model.field() == trainerField) {
            readTrainer(model.bytes(), kind, vocabulary);
        } else if (model.field() == normalizerField) {
            vocabulary.addsSpace = addsPrefix(model.bytes());
        }
    }
    if (count == 0) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "there are no tokens in this tokenizer")));
    }
    if (kind != bpeType) {
        throw Error(ErrorKind::Unsupported,
            Text(BW_TR_NOOP("core",
                "this SentencePiece tokenizer does not join pairs (BPE), as those of llama models do; move it out of "
                "the folder to write a file without a tokenizer")));
    }
    return vocabulary;
}

} // namespace bw::llama
