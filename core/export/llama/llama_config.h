#pragma once

#include "core/base/text.h"
#include "core/export/gguf_entries.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bw::llama {

/// What Hugging Face's config.json says about a llama model, checked.
struct LlamaConfig
{
    std::uint64_t blocks = 0;
    std::uint64_t context = 0;
    std::uint64_t width = 0; ///< of the hidden state
    std::uint64_t feedForward = 0;
    std::uint64_t heads = 0;
    std::uint64_t keyHeads = 0; ///< divides heads
    std::uint64_t headSize = 0; ///< even
    bool statesHeadSize = false; ///< it need not be width / heads
    std::uint64_t vocabulary = 0;
    double normEpsilon = 0;
    double rotaryBase = 0;
    std::optional<double> linearScaling;
    /// One per pair of a head: what its angle is divided by. Empty: 1.
    std::vector<float> rotaryFactors;
    std::optional<bool> isTied; ///< the output matrix is the embedding
    std::string name;
    std::map<std::string, std::uint64_t> tokenIds; ///< "bos", "eos", "pad", "unk"
    std::vector<Text> notes;
};

/// Error{BadFile}: malformed or impossible; {Unsupported}: another architecture, or something llama.cpp's cannot do.
LlamaConfig parseLlamaConfig(const std::string& json);

/// The entries of the GGUF specification that say the same.
void addLlamaEntries(const LlamaConfig& config, GgufMetadata& metadata);

} // namespace bw::llama
