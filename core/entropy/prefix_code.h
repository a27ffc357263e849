#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bw::entropy {

/// Code lengths of the best prefix code whose codes have at most `limit` bits (package-merge: Larmore and Hirschberg,
/// "A fast algorithm for optimal length-limited Huffman codes", 1990): 0 where the count is 0. A single symbol gets
/// length 1. Needs at least one count above 0 and no more than 2^limit of them. Ties go by symbol, so the lengths are
/// the same everywhere.
std::vector<std::uint32_t> prefixCodeLengths(std::span<const std::uint64_t> counts, int limit);

/// Canonical codes: numbered upwards by length, then by symbol (RFC 1951, 3.2.2). codes[s] has lengths[s] bits, the
/// leading one first.
std::vector<std::uint32_t> canonicalCodes(std::span<const std::uint32_t> lengths);

/// Do the lengths, none above 16, use up every code: Σ 2^-length = 1 over lengths above 0?
bool isCompleteCode(std::span<const std::uint32_t> lengths);

} // namespace bw::entropy
