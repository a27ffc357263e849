#pragma once

#include "core/entropy/entropy_coder.h"
#include "core/formats/format_extra.h"

namespace bw {

// Entropy coding as an extra of a format: what the files of the coders' extras share. Side part "code_model": the
// model. The part "codes": for each block of 65,536 codes the offset of its end (64 bits, little-endian, from the end
// of this list), then the blocks.

inline constexpr const char* coderKind = "coder";

std::shared_ptr<const Codec> fitCoded(
    const EntropyCoder& coder, const TensorView& matrix, const FormatExtra::FitInner& inner, const JobContext& ctx);
std::shared_ptr<const Codec> restoreCoded(const EntropyCoder& coder, const Shape& shape,
    std::span<const TensorPart> sideParts, const FormatExtra::RestoreInner& inner);
/// Only codes can be coded: block types and vectors have none.
std::vector<Problem> validateCoded(const QuantFormat& format);

/// How often each code of `codec` comes in the matrix. Error{BadInput}: a NaN or infinity, with its index.
std::vector<std::uint64_t> countCodes(const Codec& codec, const TensorView& matrix, const JobContext& ctx);

} // namespace bw
