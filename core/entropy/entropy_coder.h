#pragma once

#include "core/base/registry.h"
#include "core/base/text.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bw {

// Entropy coding of quantization codes: symbols 0 … alphabet-1 with known counts become bytes, block by block, and come
// back exactly. Every block can be decoded alone; the model is stored once.

/// Symbols of a block; only the last block of a tensor may have fewer.
constexpr std::size_t entropyBlockSymbols = 65'536;
/// Largest alphabet.
constexpr std::size_t maxEntropyAlphabet = 65'536;

/// What encoder and decoder know about the symbols. Immutable: blocks may be coded by several threads at once. The same
/// counts and symbols give the same bytes on every machine (with a library's coder: the same version of the library).
class EntropyModel
{
public:
    virtual ~EntropyModel() = default;

    /// The model as it is stored beside the blocks; `EntropyCoder::restore` reads it.
    virtual std::vector<std::byte> bytes() const = 0;
    /// Appends one self-contained block of at most entropyBlockSymbols symbols, each below the alphabet's size (else
    /// Error{Internal}). Symbols the model never saw are allowed: such a block, and one that would grow, is stored as
    /// it is, so a block has at most 1 + packedBytes(symbols, symbolBits) bytes.
    virtual void encode(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const = 0;
    /// Decodes a block of symbols.size() symbols; `block` is exactly what encode appended. Error{BadFile} if it is
    /// malformed. All symbols are below the alphabet's size, also those of a damaged block that was not noticed, and
    /// those written before an error.
    virtual void decode(std::span<const std::byte> block, std::span<std::uint16_t> symbols) const = 0;
    /// Bits that symbols with these counts (one per symbol of the alphabet) are coded to, in their expected order, not
    /// counting the model and what a block needs at its start and end. Infinity if one of them cannot be coded.
    virtual double expectedBits(std::span<const std::uint64_t> counts) const = 0;
};

/// A way of coding: one entry of entropy_coders.inc, one file in coders/.
struct EntropyCoder
{
    std::string id; ///< as in a format's spelling
    Text title; ///< "Asymmetric numeral systems (rANS)"
    Text help; ///< one sentence
    /// A model for symbols with these exact counts: 1 … 65,536 of them, at most 2^symbolBits, the sum above 0.
    /// `symbolBits` (1 … 16) is the width of a symbol that is stored as it is. Error{Internal} if that is violated.
    std::shared_ptr<const EntropyModel> (*train)(std::span<const std::uint64_t> counts, int symbolBits);
    /// The model from its bytes(). Error{BadFile} if they are no model of this alphabet.
    std::shared_ptr<const EntropyModel> (*restore)(
        std::span<const std::byte> modelBytes, std::size_t alphabet, int symbolBits);
};

const Registry<EntropyCoder>& entropyCoders();

/// Shannon's bound for symbols with these counts whose order says nothing: Σ count · log2(sum / count) bits. 0 if there
/// are none.
double entropyBits(std::span<const std::uint64_t> counts);

} // namespace bw
