// Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0: 32 weights with one scale, and an offset in the _1 types.

#include "core/base/simd.h"
#include "core/base/text.h"
#include "core/gguf/block_bytes.h"
#include "core/gguf/block_kernels.h"
#include "core/gguf/block_type.h"
#include "core/gguf/group_fit.h"
#include "core/gguf/weights.h"

namespace bw {

namespace {
using namespace gguf;
constexpr int length = 32;

constexpr auto levels4 = evenLevels<16>(-8);
constexpr auto levels4u = evenLevels<16>(0);
constexpr auto levels5 = evenLevels<32>(-16);
constexpr auto levels5u = evenLevels<32>(0);
constexpr auto levels8 = evenLevels<256>(-128);

void writeCodes4(const std::uint8_t* codes, std::byte* qs)
{
    writeNibbles(codes, length / 2, qs);
}
void readCodes4(const std::byte* qs, std::uint8_t* codes)
{
    readNibbles(qs, length / 2, codes);
}

/// 32 fifth bits, then the lower nibbles.
void writeCodes5(const std::uint8_t* codes, std::byte* qh)
{
    std::uint32_t high = 0;
    for (unsigned j = 0; j < length; ++j) {
        high |= (codes[j] >> 4 & 1U) << j;
    }
    std::memcpy(qh, &high, sizeof(high));
    writeNibbles(codes, length / 2, qh + sizeof(high));
}
void readCodes5(const std::byte* qh, std::uint8_t* codes)
{
    std::uint32_t high = 0;
    std::memcpy(&high, qh, sizeof(high));
    readNibbles(qh + sizeof(high), length / 2, codes);
    for (unsigned j = 0; j < length; ++j) {
        codes[j] = static_cast<std::uint8_t>(codes[j] | (high >> j & 1U) << 4);
    }
}

void readScale(const std::byte* block, GgufScale* scales)
{
    scales[0] = { loadHalf(block), noGgufOffset };
}
void readScaleAndOffset(const std::byte* block, GgufScale* scales)
{
    scales[0] = { loadHalf(block), loadHalf(block + 2) };
}

std::uint8_t truncated(float value, float highest)
{
    value = value > 0 ? value : 0;
    return static_cast<std::uint8_t>(value < highest ? value : highest);
}

/// The scale that puts the outermost value on the lowest level; returns it before rounding.
float encodeByEnd(const float* values, float half, std::uint8_t* codes)
{
    float largest = 0;
    float end = 0;
    for (int i = 0; i < length; ++i) {
        if (largest < std::fabs(values[i])) {
            largest = std::fabs(values[i]);
            end = values[i];
        }
    }
    const float scale = end / -half;
    const float inverse = scale != 0 ? 1 / scale : 0;
    for (int i = 0; i < length; ++i) {
        codes[i] = truncated(values[i] * inverse + (half + 0.5F), 2 * half - 1);
    }
    return scale;
}

GgufScale encodeByRange(const float* values, float highest, std::uint8_t* codes)
{
    const auto [low, high] = std::minmax_element(values, values + length);
    const float scale = (*high - *low) / highest;
    const float inverse = scale != 0 ? 1 / scale : 0;
    for (int i = 0; i < length; ++i) {
        codes[i] = truncated((values[i] - *low) * inverse + 0.5F, highest);
    }
    return { scale, *low };
}

using PieceCodes = std::array<std::uint8_t, ggufPieceValues>;

/// Calls store(block, fit, codes) for each block, fitted with importance.
template <class Fit, class Codes, class Store>
void encodeImportant(const GgufBlocks& blocks, Fit&& fit, Codes&& codesOf, Store&& store)
{
    PieceWeights weights;
    std::array<GroupFit, ggufPieceValues / length> fits;
    importanceWeights(blocks.values, blocks.importance, static_cast<int>(blocks.count) * length, blocks.rowMeanSquare,
        weights.data());
    fit(Groups { blocks.values, weights.data(), blocks.count, length, blocks.useVectors }, fits.data());
    for (std::size_t block = 0; block < blocks.count; ++block) {
        std::uint8_t codes[length];
        codesOf(fits[block], blocks.values + block * length, codes);
        store(block, fits[block], codes);
    }
}

template <int half, int blockBytes, void (*writeCodes)(const std::uint8_t*, std::byte*)>
void encodeWithScale(const GgufBlocks& blocks, std::byte* out)
{
    const auto store = [out](std::size_t block, float scale, const std::uint8_t* codes) {
        std::byte* to = out + block * blockBytes;
        storeHalf(scale, to);
        writeCodes(codes, to + 2);
    };
    if (blocks.importance != nullptr) {
        encodeImportant(
            blocks, [](const Groups& groups, GroupFit* fits) { fitSymmetric(groups, half, fits); },
            [](const GroupFit& fit, const float* values, std::uint8_t* codes) {
                symmetricCodes(fit, values, length, half, codes);
            },
            [&](std::size_t block, const GroupFit& fit, const std::uint8_t* codes) { store(block, fit.scale, codes); });
        return;
    }
    PieceCodes codes;
    std::array<float, ggufPieceValues / length> scales;
    if (blocks.useVectors && !simd::isScalar()) {
        codesByEnd(blocks.values, blocks.count, half, codes.data(), scales.data());
    } else {
        for (std::size_t block = 0; block < blocks.count; ++block) {
            scales[block] = encodeByEnd(blocks.values + block * length, half, codes.data() + block * length);
        }
    }
    for (std::size_t block = 0; block < blocks.count; ++block) {
        store(block, scales[block], codes.data() + block * length);
    }
}

template <int highest, int blockBytes, void (*writeCodes)(const std::uint8_t*, std::byte*)>
void encodeWithOffset(const GgufBlocks& blocks, std::byte* out)
{
    const auto store = [out](std::size_t block, const GgufScale& scale, const std::uint8_t* codes) {
        std::byte* to = out + block * blockBytes;
        storeHalf(scale.scale, to);
        storeHalf(scale.offset, to + 2);
        writeCodes(codes, to + 4);
    };
    if (blocks.importance != nullptr) {
        encodeImportant(
            blocks,
            [](const Groups& groups, GroupFit* fits) { fitWithOffset(groups, highest, importanceSearch, fits); },
            [](const GroupFit& fit, const float* values, std::uint8_t* codes) {
                offsetCodes(fit, values, length, highest, codes);
            },
            [&](std::size_t block, const GroupFit& fit, const std::uint8_t* codes) {
                store(block, { fit.scale, fit.offset }, codes);
            });
        return;
    }
    PieceCodes codes;
    std::array<float, ggufPieceValues / length> scales;
    std::array<float, ggufPieceValues / length> offsets;
    if (blocks.useVectors && !simd::isScalar()) {
        codesByRange(blocks.values, blocks.count, highest, codes.data(), scales.data(), offsets.data());
    } else {
        for (std::size_t block = 0; block < blocks.count; ++block) {
            const auto found = encodeByRange(blocks.values + block * length, highest, codes.data() + block * length);
            scales[block] = found.scale;
            offsets[block] = found.offset;
        }
    }
    for (std::size_t block = 0; block < blocks.count; ++block) {
        store(block, { scales[block], offsets[block] }, codes.data() + block * length);
    }
}

/// Nearest integer, halves away from zero, from -127 to 127; 0 for NaN.
std::int8_t signedByte(float value)
{
    const float magnitude = std::fabs(value);
    const long size = magnitude > 0 ? std::lround(magnitude < 127 ? magnitude : 127) : 0;
    return static_cast<std::int8_t>(value < 0 ? -size : size);
}

/// Returns the scale before rounding.
float encodeByMagnitude(const float* values, std::int8_t* codes)
{
    float largest = 0;
    for (int i = 0; i < length; ++i) {
        largest = std::max(largest, std::fabs(values[i]));
    }
    const float scale = largest / 127;
    const float inverse = scale != 0 ? 1 / scale : 0;
    for (int i = 0; i < length; ++i) {
        codes[i] = signedByte(values[i] * inverse);
    }
    return scale;
}

void encode8(const GgufBlocks& blocks, std::byte* out)
{
    std::array<std::int8_t, ggufPieceValues> codes;
    std::array<float, ggufPieceValues / length> scales;
    if (blocks.useVectors && !simd::isScalar()) {
        codesByMagnitude(blocks.values, blocks.count, codes.data(), scales.data());
    } else {
        for (std::size_t block = 0; block < blocks.count; ++block) {
            scales[block] = encodeByMagnitude(blocks.values + block * length, codes.data() + block * length);
        }
    }
    for (std::size_t block = 0; block < blocks.count; ++block) {
        std::byte* to = out + block * (length + 2);
        storeHalf(scales[block], to);
        std::memcpy(to + 2, codes.data() + block * length, length);
    }
}

template <int from, void (*write)(const std::uint8_t*, std::byte*)>
void writeAt(const std::uint8_t* codes, std::byte* block)
{
    write(codes, block + from);
}
template <int from, void (*read)(const std::byte*, std::uint8_t*)>
void readAt(const std::byte* block, std::uint8_t* codes)
{
    read(block + from, codes);
}

/// Signed bytes as codes from 0.
void flipSigns(const std::byte* from, std::uint8_t* to)
{
    for (int i = 0; i < length; ++i) {
        to[i] = static_cast<std::uint8_t>(byteAt(from, i) ^ 0x80U);
    }
}
void writeCodes8(const std::uint8_t* codes, std::byte* block)
{
    for (int i = 0; i < length; ++i) {
        block[2 + i] = toByte(codes[i] ^ 0x80U);
    }
}
} // namespace

extern const GgufBlockType q4_0Type;
constinit const GgufBlockType q4_0Type {
    .id = "q4_0",
    .ggmlType = 2,
    .blockLength = length,
    .blockBytes = 18,
    .groupLength = length,
    .codeBits = 4,
    .title = "Q4_0",
    .help = BW_TR_NOOP("core", "32 weights of 4 bits share a half-precision scale: the outermost weight is exact."),
    .reach = 8 * 65504.0F,
    .isStable = true,
    .isOdd = true,
    .levels = levels4,
    .encode = encodeWithScale<8, 18, writeCodes4>,
    .readScales = readScale,
    .readCodes = readAt<2, readCodes4>,
    .writeCodes = writeAt<2, writeCodes4>,
};

extern const GgufBlockType q4_1Type;
constinit const GgufBlockType q4_1Type {
    .id = "q4_1",
    .ggmlType = 3,
    .blockLength = length,
    .blockBytes = 20,
    .groupLength = length,
    .codeBits = 4,
    .title = "Q4_1",
    .help = BW_TR_NOOP("core", "32 weights of 4 bits share a scale and an offset: 16 levels from lowest to highest."),
    .reach = 65504,
    .levels = levels4u,
    .encode = encodeWithOffset<15, 20, writeCodes4>,
    .readScales = readScaleAndOffset,
    .readCodes = readAt<4, readCodes4>,
    .writeCodes = writeAt<4, writeCodes4>,
};

extern const GgufBlockType q5_0Type;
constinit const GgufBlockType q5_0Type {
    .id = "q5_0",
    .ggmlType = 6,
    .blockLength = length,
    .blockBytes = 22,
    .groupLength = length,
    .codeBits = 5,
    .title = "Q5_0",
    .help = BW_TR_NOOP("core", "32 weights of 5 bits share a half-precision scale: the outermost weight is exact."),
    .reach = 16 * 65504.0F,
    .isStable = true,
    .isOdd = true,
    .levels = levels5,
    .encode = encodeWithScale<16, 22, writeCodes5>,
    .readScales = readScale,
    .readCodes = readAt<2, readCodes5>,
    .writeCodes = writeAt<2, writeCodes5>,
};

extern const GgufBlockType q5_1Type;
constinit const GgufBlockType q5_1Type {
    .id = "q5_1",
    .ggmlType = 7,
    .blockLength = length,
    .blockBytes = 24,
    .groupLength = length,
    .codeBits = 5,
    .title = "Q5_1",
    .help = BW_TR_NOOP("core", "32 weights of 5 bits share a scale and an offset: 32 levels from lowest to highest."),
    .reach = 65504,
    .levels = levels5u,
    .encode = encodeWithOffset<31, 24, writeCodes5>,
    .readScales = readScaleAndOffset,
    .readCodes = readAt<4, readCodes5>,
    .writeCodes = writeAt<4, writeCodes5>,
};

extern const GgufBlockType q8_0Type;
constinit const GgufBlockType q8_0Type {
    .id = "q8_0",
    .ggmlType = 8,
    .blockLength = length,
    .blockBytes = 34,
    .groupLength = length,
    .codeBits = 8,
    .title = "Q8_0",
    .help = BW_TR_NOOP("core", "32 weights of 8 bits share a half-precision scale: nearly lossless."),
    .reach = 127 * 65504.0F,
    .usesImportance = false,
    .isStable = true,
    .isOdd = true,
    .levels = levels8,
    .encode = encode8,
    .readScales = readScale,
    .readCodes = readAt<2, flipSigns>,
    .writeCodes = writeCodes8,
};

} // namespace bw
