#pragma once
// Rotary embeddings turn pairs of values of each attention head. Hugging Face pairs value i with i + d/2 of the d
// values of a head, ggml's "normal" rotation pairs 2i with 2i + 1; the rows of the matrices that make queries and keys
// stand in another order accordingly (llama.cpp, convert_hf_to_gguf.py, LlamaModel.permute).

#include "core/base/job_context.h"
#include "core/export/content.h"

#include <cstdint>
#include <functional>
#include <span>

namespace bw {

/// The row of Hugging Face's matrix that is row `row` of ggml's; a head has `headRows` rows, an even number.
constexpr std::uint64_t rowForGgml(std::uint64_t row, std::uint64_t headRows)
{
    const std::uint64_t inHead = row % headRows;
    return row - inHead + inHead / 2 + inHead % 2 * (headRows / 2);
}

/// The inverse: where row `row` of Hugging Face's matrix stands in ggml's.
constexpr std::uint64_t rowFromGgml(std::uint64_t row, std::uint64_t headRows)
{
    const std::uint64_t inHead = row % headRows;
    const std::uint64_t half = headRows / 2;
    return row - inHead + inHead % half * 2 + inHead / half;
}

/// As forEachPiece(), with the rows in ggml's order. `content` holds `rows` rows of equal size, which are those of
/// `heads` heads.
void forEachRotatedPiece(const ContentTensor& content, std::uint64_t rows, std::uint64_t heads, const JobContext& ctx,
    const std::function<void(std::uint64_t first, std::span<const std::byte> bytes)>& use);

} // namespace bw
