#include "core/gguf/block_type.h"

#include "core/base/simd.h"
#include "core/gguf/block_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bw {

#define BW_GGUF_TYPE(name) extern const GgufBlockType name;
#include "core/gguf/block_types.inc"
#undef BW_GGUF_TYPE

const Registry<GgufBlockType>& ggufBlockTypes()
{
    static const Registry<GgufBlockType> registry({
#define BW_GGUF_TYPE(name) &name,
#include "core/gguf/block_types.inc"
#undef BW_GGUF_TYPE
    });
    return registry;
}

std::size_t ggufBytes(const GgufBlockType& type, std::size_t values)
{
    return values / static_cast<std::size_t>(type.blockLength) * static_cast<std::size_t>(type.blockBytes);
}

namespace {
using Piece = std::array<float, ggufPieceValues>;

void clip(std::span<const float> values, float reach, float* out)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float x = values[i] < reach ? values[i] : reach;
        out[i] = x > -reach ? x : -reach;
    }
}

/// Mean x² of a row, summed one by one in float32 as the reference does.
float meanSquare(std::span<const float> row, float reach, Piece& piece)
{
    float sum = 0;
    for (std::size_t at = 0; at < row.size(); at += piece.size()) {
        const auto part = row.subspan(at, std::min(piece.size(), row.size() - at));
        clip(part, reach, piece.data());
        for (std::size_t i = 0; i < part.size(); ++i) {
            sum += piece[i] * piece[i];
        }
    }
    return sum / static_cast<float>(row.size());
}

void encodeRow(const GgufBlockType& type, std::span<const float> row, std::span<const float> importance,
    std::span<std::byte> out, bool useVectors)
{
    Piece piece;
    const auto length = static_cast<std::size_t>(type.blockLength);
    const bool isWeighted = type.usesImportance && !importance.empty();
    GgufBlocks blocks { piece.data(), nullptr, 0, 0, useVectors };
    blocks.rowMeanSquare = isWeighted ? meanSquare(row, type.reach, piece) : 0;
    for (std::size_t at = 0; at < row.size(); at += piece.size()) {
        const auto part = row.subspan(at, std::min(piece.size(), row.size() - at));
        clip(part, type.reach, piece.data());
        blocks.count = part.size() / length;
        blocks.importance = isWeighted ? importance.data() + at : nullptr;
        type.encode(blocks, out.data() + ggufBytes(type, at));
    }
}
} // namespace

void ggufEncodeRow(
    const GgufBlockType& type, std::span<const float> row, std::span<const float> importance, std::span<std::byte> out)
{
    encodeRow(type, row, importance, out, true);
}

void ggufEncodeRowScalar(
    const GgufBlockType& type, std::span<const float> row, std::span<const float> importance, std::span<std::byte> out)
{
    encodeRow(type, row, importance, out, false);
}

namespace {
/// The distance between all levels is 1, so that a level is its code and the lowest one: no table is needed.
bool areWholeSteps(std::span<const float> levels)
{
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (levels[i] != levels[0] + static_cast<float>(i)) {
            return false;
        }
    }
    return true;
}

template <std::size_t groupLength>
void scaleGroups(std::span<float> values, const GgufScale* scales)
{
    for (std::size_t at = 0; at < values.size(); at += groupLength, ++scales) {
        for (float& value : values.subspan(at, groupLength)) {
            value = scales->scale * value + scales->offset;
        }
    }
}
/// Values of blocks whose levels are 1 apart, many blocks at a time.
void decodeSteps(const GgufBlockType& type, const std::byte* block, std::span<float> values)
{
    std::array<GgufScale, ggufPieceValues / 16> scales;
    std::array<std::uint8_t, ggufPieceValues> codes;
    const auto length = static_cast<std::size_t>(type.blockLength);
    const auto groups = static_cast<std::size_t>(type.groups());
    for (std::size_t at = 0; at < values.size(); at += codes.size()) {
        const auto part = values.subspan(at, std::min(codes.size(), values.size() - at));
        const std::size_t blocks = part.size() / length;
        for (std::size_t i = 0; i < blocks; ++i, block += type.blockBytes) {
            type.readScales(block, scales.data() + i * groups);
            type.readCodes(block, codes.data() + i * length);
        }
        gguf::valuesOfSteps(codes.data(), blocks * groups, static_cast<std::size_t>(type.groupLength), type.levels[0],
            scales.data(), part.data());
    }
}
} // namespace

void ggufDecode(const GgufBlockType& type, std::span<const std::byte> blocks, std::span<float> values)
{
    const bool isEven = areWholeSteps(type.levels);
    if (isEven && !simd::isScalar()) {
        decodeSteps(type, blocks.data(), values);
        return;
    }
    std::array<GgufScale, ggufMaxGroups> scales;
    std::array<std::uint8_t, ggufMaxBlockLength> codes;
    const auto length = static_cast<std::size_t>(type.blockLength);
    const std::byte* block = blocks.data();
    for (std::size_t at = 0; at < values.size(); at += length) {
        const auto part = values.subspan(at, length);
        type.readScales(block, scales.data());
        type.readCodes(block, codes.data());
        for (std::size_t i = 0; i < length; ++i) {
            part[i] = isEven ? static_cast<float>(codes[i]) + type.levels[0] : type.levels[codes[i]];
        }
        type.groupLength == 16       ? scaleGroups<16>(part, scales.data())
            : type.groupLength == 32 ? scaleGroups<32>(part, scales.data())
                                     : scaleGroups<ggufMaxBlockLength>(part, scales.data());
        block += type.blockBytes;
    }
}

bool ggufIsFinite(const GgufBlockType& type, const std::byte* block)
{
    std::array<GgufScale, ggufMaxGroups> scales;
    type.readScales(block, scales.data());
    const float largest = std::max(std::fabs(type.levels.front()), std::fabs(type.levels.back()));
    return std::all_of(scales.begin(), scales.begin() + type.groups(), [=](const GgufScale& group) {
        return std::isfinite(std::fabs(group.scale) * largest + std::fabs(group.offset));
    });
}

} // namespace bw
