#pragma once

#include "core/base/job_context.h"
#include "core/export/gguf_entries.h"
#include "core/export/llama/folder_files.h"
#include "core/export/llama/llama_config.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bw::llama {

/// tokenizer.ggml.token_type of the GGUF specification.
enum class TokenType : std::int32_t
{
    Normal = 1,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte
};

/// A tokenizer as GGUF files hold it.
struct Vocabulary
{
    std::string model; ///< "llama": pieces with scores; "gpt2": bytes and merges
    std::string splitting; ///< tokenizer.ggml.pre
    std::vector<std::string> tokens;
    std::vector<float> scores; ///< of "llama"
    std::vector<TokenType> types;
    std::vector<std::string> merges; ///< of "gpt2"
    std::map<std::string, std::uint64_t> ids; ///< "bos", "eos", "pad", "unk"
    std::optional<bool> addsBos;
    std::optional<bool> addsEos;
    std::optional<bool> addsSpace;
    std::string chatTemplate;

    explicit Vocabulary(std::uint64_t size);
    /// Token `id`; Error{BadFile} if there is no such id, or it has a text already.
    void set(std::uint64_t id, std::string text, TokenType type, float score);
    bool has(std::uint64_t id) const { return id < tokens.size() && !tokens[id].empty(); }
    /// The id of a text; nothing if no token has it.
    std::optional<std::uint64_t> idOf(const std::string& text) const;
    /// Ids without a token get a text of their own, as llama.cpp wants all to be different. Error{BadFile} if two are
    /// the same.
    void complete();
};

/// From a SentencePiece model's file. Error{BadFile|Unsupported}.
Vocabulary sentencePieceVocabulary(std::string_view file, const LlamaConfig& config, const JobContext& ctx);
/// From Hugging Face's tokenizer.json. Error{BadFile|Unsupported}.
Vocabulary jsonVocabulary(const std::string& file, const LlamaConfig& config, const JobContext& ctx);
/// A token added to a vocabulary after training.
void setAddedToken(Vocabulary& vocabulary, std::uint64_t id, const std::string& text, bool isSpecial);
/// What tokenizer_config.json says. Error{BadFile}.
void applyTokenizerConfig(const std::string& json, const LlamaConfig& config, Vocabulary& vocabulary);
/// What all the smaller files beside say: tokens added later, which tokens are special, the chat template.
void readTokenizerSettings(FolderFiles& files, const LlamaConfig& config, Vocabulary& vocabulary);

/// The tokenizer in the folder, as entries; a note if there is none.
void addVocabulary(FolderFiles& files, const LlamaConfig& config, GgufMetadata& metadata, std::vector<Text>& notes,
    const JobContext& ctx);

} // namespace bw::llama
