#pragma once
// Include in .cpp files only: it brings the JSON library along.

#include "core/base/json.h"

#include <optional>
#include <string>

namespace bw::llama {

/// How a tokenizer splits text before it joins pairs, by llama.cpp's name for it.
struct Splitting
{
    std::string name; ///< tokenizer.ggml.pre
    std::optional<bool> addsSpace {}; ///< in front of a text
};

/// Of a byte-level tokenizer.json: llama.cpp has the regular expressions built in and goes by a name.
/// Error{Unsupported}: it has none for these; {BadFile}.
Splitting byteSplitting(const Json& tokenizer);
/// Of one that writes spaces as U+2581, like SentencePiece. Errors as above.
Splitting pieceSplitting(const Json& tokenizer);

/// Whether each text gets a token at its beginning and end ("post_processor"); nothing: not said.
struct TextEnds
{
    std::optional<bool> hasFirst {};
    std::optional<bool> hasLast {};
};
TextEnds textEnds(const Json& tokenizer);

} // namespace bw::llama
