// config.json, tokenizer.json, tokenizer.model and tokenizer_config.json beside llama models: all four readers get each
// input.

#include "core/base/error.h"
#include "core/export/llama/vocabulary.h"
#include "tests/fuzz/fuzz_file.h"

#include <set>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {
using namespace bw::llama;

template <class Read>
void attempt(const Read& read)
{
    try {
        read();
    } catch (const bw::Error&) {
    }
}

/// What the exporter relies on.
void requireSound(Vocabulary vocabulary, const LlamaConfig& config)
{
    attempt([&] {
        vocabulary.complete();
        bw::fuzz::require(vocabulary.tokens.size() == config.vocabulary);
        bw::fuzz::require(vocabulary.types.size() == config.vocabulary);
        bw::fuzz::require(vocabulary.scores.size() == (vocabulary.model == "llama" ? config.vocabulary : 0));
        bw::fuzz::require(std::set(vocabulary.tokens.begin(), vocabulary.tokens.end()).size() == config.vocabulary);
    });
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    LlamaConfig config;
    config.vocabulary = 12;
    attempt([&] {
        const auto parsed = parseLlamaConfig(text);
        bw::fuzz::require(parsed.headSize % 2 == 0 && parsed.heads % parsed.keyHeads == 0);
        bw::GgufMetadata metadata;
        addLlamaEntries(parsed, metadata);
    });
    attempt([&] { requireSound(jsonVocabulary(text, config, {}), config); });
    attempt([&] { requireSound(sentencePieceVocabulary(text, config, {}), config); });
    attempt([&] {
        Vocabulary vocabulary(config.vocabulary);
        vocabulary.model = "gpt2";
        applyTokenizerConfig(text, config, vocabulary);
        requireSound(std::move(vocabulary), config);
    });
    return 0;
}
