#pragma once

#include "core/base/registry.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bw {

/// Scale of a group of weights inside a block: a weight is level · scale + offset, in float32 without fusing.
struct GgufScale
{
    float scale = 0;
    float offset = 0;
};
/// Of types without offsets: adding it changes nothing, not even the sign of a zero.
inline constexpr float noGgufOffset = -0.0F;

/// Consecutive whole blocks of one row. Values are finite and within the type's reach.
struct GgufBlocks
{
    const float* values = nullptr;
    const float* importance = nullptr; ///< one finite weight ≥ 0 per value, or nullptr
    std::size_t count = 0; ///< blocks, at most ggufPieceValues / blockLength
    float rowMeanSquare = 0; ///< of the whole row; set only with importance
    bool useVectors = true; ///< false: the scalar reference
};

inline constexpr int ggufMaxBlockLength = 256;
inline constexpr int ggufMaxGroups = 16;
inline constexpr std::size_t ggufPieceValues = 4096;

/// A block type of llama.cpp: one entry of block_types.inc. Bytes are those of the reference quantizer of ggml
/// (revision d99724f2) for all weights whose scales fit half precision. Beyond that, where the reference writes
/// infinities or leaves the behaviour open, weights and scales saturate.
struct GgufBlockType
{
    std::string_view id; ///< "q4_k", also the spelling of the format
    int ggmlType; ///< number in a tensor's entry of a GGUF file
    int blockLength; ///< weights of a block; rows are whole blocks
    int blockBytes;
    int groupLength; ///< weights that share a scale
    int codeBits;
    const char* title;
    const char* help; ///< English, to be translated
    std::string_view fallback {}; ///< type for rows that are no whole number of blocks; empty if there is none
    float reach; ///< weights beyond ± this are clipped first, so that scales stay finite in half precision
    bool usesImportance = true;
    bool isStable = false; ///< decoded values encode to what they were decoded from
    bool isOdd = false; ///< negated weights decode to the negated values
    std::span<const float> levels; ///< by code
    /// Writes blocks.count · blockBytes bytes.
    void (*encode)(const GgufBlocks& blocks, std::byte* out);
    /// Scales of a block's blockLength / groupLength groups. Any bytes are allowed; scales may come out not finite.
    void (*readScales)(const std::byte* block, GgufScale* scales);
    void (*readCodes)(const std::byte* block, std::uint8_t* codes);
    /// Replaces the codes of a block and leaves its scales.
    void (*writeCodes)(const std::uint8_t* codes, std::byte* block);

    int groups() const { return blockLength / groupLength; }
    double bitsPerWeight() const { return 8.0 * blockBytes / blockLength; }
};

const Registry<GgufBlockType>& ggufBlockTypes();

/// Bytes of `values` weights, a whole number of blocks.
std::size_t ggufBytes(const GgufBlockType& type, std::size_t values);
/// Encodes one row (a whole number of blocks, finite values). `importance` is empty or one weight per value: finite, at
/// least 0, usually the mean square of the layer's input. Pieces of a row encode as the whole row does only without
/// importance.
void ggufEncodeRow(
    const GgufBlockType& type, std::span<const float> row, std::span<const float> importance, std::span<std::byte> out);
/// The same bytes from the scalar reference.
void ggufEncodeRowScalar(
    const GgufBlockType& type, std::span<const float> row, std::span<const float> importance, std::span<std::byte> out);
/// Decodes whole blocks. Never crashes; scales that are not finite give values that are not.
void ggufDecode(const GgufBlockType& type, std::span<const std::byte> blocks, std::span<float> values);
/// Can all codes of a block decode to finite values?
bool ggufIsFinite(const GgufBlockType& type, const std::byte* block);

} // namespace bw
