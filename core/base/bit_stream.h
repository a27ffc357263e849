#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// Codes of `bits` (1…16) bits one after another, least significant bit first, no padding between: code i starts at bit
/// i·bits. Eight codes fill whole bytes, so blocks that start at a multiple of 8 codes can be packed independently.
constexpr std::uint64_t packedBytes(std::uint64_t count, int bits)
{
    return (count * static_cast<std::uint64_t>(bits) + 7) / 8;
}

/// Packs `codes` (each < 2^bits) to `out`, starting at code index `first` (a multiple of 8). Unused bits of a last byte
/// are 0.
void packCodes(std::span<const std::uint16_t> codes, int bits, std::uint64_t first, std::span<std::byte> out);
/// Reads codes.size() codes from index `first` (any).
void unpackCodes(std::span<const std::byte> packed, int bits, std::uint64_t first, std::span<std::uint16_t> codes);

} // namespace bw
