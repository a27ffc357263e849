#pragma once

#include "core/base/error.h"
#include "core/entropy/entropy_coder.h"

namespace bw::entropy {

/// What all coders share: which blocks are coded at all. A block is one byte, its kind, and
///   0 raw: the symbols, symbolBits each, packed as packCodes does;
///   1 constant: the one symbol, 2 bytes, little-endian;
///   2 coded: what the coder makes of it.
/// The shortest is taken.
class BlockModel : public EntropyModel
{
public:
    void encode(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const final;
    void decode(std::span<const std::byte> block, std::span<std::uint16_t> symbols) const final;
    double expectedBits(std::span<const std::uint64_t> counts) const final;

protected:
    /// Error{Internal} unless 1 ≤ alphabet ≤ 2^symbolBits and 1 ≤ symbolBits ≤ 16.
    BlockModel(std::size_t alphabet, int symbolBits);

    std::size_t alphabet() const { return m_alphabet; }
    int symbolBits() const { return m_symbolBits; }

    /// Appends the coded symbols (at least one, all below alphabet()). Returns false, having appended anything, if a
    /// symbol cannot be coded.
    virtual bool encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const = 0;
    /// The reverse; symbols.size() ≥ 1. Throws damagedBlock().
    virtual void decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const = 0;
    /// expectedBits() for counts of the right number.
    virtual double bitsFor(std::span<const std::uint64_t> counts) const = 0;

    /// Replaces symbols outside the alphabet by 0, and throws damagedBlock() if there were any.
    void requireInside(std::span<std::uint16_t> symbols) const;

private:
    std::size_t m_alphabet;
    int m_symbolBits;
};

/// unpackCodes of exactly these bytes; damagedBlock() unless their number is right and what is left of the last byte is
/// 0.
void unpackExactly(std::span<const std::byte> packed, int bits, std::span<std::uint16_t> fields);

/// How many symbols have a count above 0; Error{Internal} unless the counts suit EntropyCoder::train.
std::size_t checkedPresent(std::span<const std::uint64_t> counts, int symbolBits);

/// Error{BadFile} for a block, and for a stored model, that cannot be right.
Error damagedBlock();
Error damagedModel();

} // namespace bw::entropy
