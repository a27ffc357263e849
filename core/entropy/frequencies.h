#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bw::entropy {

/// Whole frequencies with the sum 2^tableBits that stand for `counts`: 0 where the count is 0, else at least 1. Needs
/// at least one count above 0 and no more than 2^tableBits of them.
///
/// Webster's apportionment with a minimum of 1: count / λ rounded, for the λ that gives the sum. One more on frequency
/// f shortens the code by count · log2(1 + 1/f) ≈ count / (f + ½) / ln 2, so the largest quotients come first; the code
/// is as short as it can be but for the error of that approximation. Uses exactly rounded operations only: every
/// machine finds the same frequencies.
std::vector<std::uint32_t> normalizedFrequencies(std::span<const std::uint64_t> counts, int tableBits);

} // namespace bw::entropy
