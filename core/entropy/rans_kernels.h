#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bw::entropy {

// Inner loops of rANS decoding. A state x stands for a long number; one step reads the symbol whose share of
// 0 … 2^tableBits-1 holds x's low bits, and takes it off (Duda, arXiv 1311.2540; interleaved as in Giesen, arXiv
// 1402.3392). States are 32 bits and refilled by 16-bit words, little-endian, in the order of the symbols.

constexpr std::size_t ransLanes = 16; ///< states of a full block: symbol i belongs to lane i mod 16
constexpr std::uint32_t ransLeast = 1U << 16; ///< states below are refilled; also where every state ends

using RansStates = std::array<std::uint32_t, ransLanes>;

/// What a slot of a small table (alphabet ≤ 256, tableBits ≤ 12) says, in one word: symbol (8 bits), slot minus the
/// start of the symbol's share (12), frequency (12).
struct NarrowEntry
{
    std::uint32_t word;
    static NarrowEntry make(std::uint32_t symbol, std::uint32_t frequency, std::uint32_t offset)
    {
        return { symbol | offset << 8 | frequency << 20 };
    }
    std::uint16_t symbol() const { return static_cast<std::uint16_t>(word & 0xFFU); }
    std::uint32_t offset() const { return word >> 8 & 0xFFFU; }
    std::uint32_t frequency() const { return word >> 20; }
};

/// The same for any table: 16 bits each.
struct WideEntry
{
    std::uint32_t symbolAndOffset;
    std::uint32_t wholeFrequency;
    static WideEntry make(std::uint32_t symbol, std::uint32_t frequency, std::uint32_t offset)
    {
        return { symbol | offset << 16, frequency };
    }
    std::uint16_t symbol() const { return static_cast<std::uint16_t>(symbolAndOffset & 0xFFFFU); }
    std::uint32_t offset() const { return symbolAndOffset >> 16; }
    std::uint32_t frequency() const { return wholeFrequency; }
};

/// Decodes whole rounds of 16 symbols while at least 32 bytes, the most a round reads, are left of `words`. `table`
/// (NarrowEntry or WideEntry) has 2^tableBits entries. Returns the symbols decoded; `words` loses what was read.
/// `isPlain`: without vector instructions, for tests; the same results.
template <class Entry>
std::size_t decodeRounds(const Entry* table, int tableBits, RansStates& states, std::span<const std::byte>& words,
    std::span<std::uint16_t> symbols, bool isPlain = false);

} // namespace bw::entropy
