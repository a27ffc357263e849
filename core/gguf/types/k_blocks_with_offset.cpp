// Q2_K, Q4_K and Q5_K: 256 weights in groups whose scales and offsets are small integers times two half-precision
// numbers: y = d · scale · q - dmin · min.

#include "core/base/text.h"
#include "core/gguf/block_bytes.h"
#include "core/gguf/block_type.h"
#include "core/gguf/group_fit.h"
#include "core/gguf/weights.h"

namespace bw {

namespace {
using namespace gguf;
constexpr int length = 256;

constexpr auto levels2 = evenLevels<4>(0);
constexpr auto levels4 = evenLevels<16>(0);
constexpr auto levels5 = evenLevels<32>(0);

/// How a type lays out a block, and how it searches.
struct Layout
{
    int blockBytes;
    int groupLength;
    int highest; ///< code
    float highestScale; ///< of the small integers
    int d; ///< offset of d and dmin in the block
    int scales; ///< offset of the small integers
    OffsetSearch search; ///< without importance
    float sigmaFactor; ///< with importance: sigma² is this times the mean of x²
    void (*writeScales)(const std::uint8_t* scales, const std::uint8_t* mins, std::byte* to);
    void (*readScales)(const std::byte* from, std::uint8_t* scales, std::uint8_t* mins);
    void (*writeCodes)(const std::uint8_t* codes, std::byte* block);

    int groups() const { return length / groupLength; }
};

/// The small integers of a block and what they are multiplied with (before rounding to half precision).
struct BlockScales
{
    float d = 0;
    float dmin = 0;
    std::uint8_t scales[ggufMaxGroups] {};
    std::uint8_t mins[ggufMaxGroups] {};
};

/// Multiples of the largest / highest. Negative scales, which rounding may leave of next to nothing, wrap around as in
/// the reference.
float roundedToLargest(const float* wanted, int count, float highest, std::uint8_t* out)
{
    float largest = 0;
    for (int i = 0; i < count; ++i) {
        largest = wanted[i] > largest ? wanted[i] : largest;
    }
    const float inverse = largest > 0 ? highest / largest : 0;
    for (int i = 0; i < count; ++i) {
        out[i] = std::min(static_cast<std::uint8_t>(nearest(inverse * wanted[i])), static_cast<std::uint8_t>(highest));
    }
    return largest / highest;
}

BlockScales blockScales(const Layout& layout, const GroupFit* fits, const float* groupWeights)
{
    BlockScales block;
    float scales[ggufMaxGroups];
    float mins[ggufMaxGroups];
    const int groups = layout.groups();
    for (int j = 0; j < groups; ++j) {
        scales[j] = fits[j].scale;
        mins[j] = -fits[j].offset;
    }
    if (groupWeights == nullptr) {
        block.d = roundedToLargest(scales, groups, layout.highestScale, block.scales);
        block.dmin = roundedToLargest(mins, groups, layout.highestScale, block.mins);
    } else {
        const auto highest = static_cast<int>(layout.highestScale);
        block.d = fitPositive(scales, groupWeights, groups, highest, block.scales);
        block.dmin = fitPositive(mins, groupWeights, groups, highest, block.mins);
    }
    return block;
}

/// Codes by the scales as they were stored; where a scale is 0, those of the search.
void blockCodes(
    const Layout& layout, const BlockScales& stored, const GroupFit* fits, const float* values, std::uint8_t* codes)
{
    const int size = layout.groupLength;
    for (int j = 0; j < layout.groups(); ++j) {
        const float* group = values + j * size;
        const float scale = stored.d * stored.scales[j];
        const float offset = stored.dmin * stored.mins[j];
        if (scale == 0) {
            offsetCodes(fits[j], group, size, layout.highest, codes + j * size);
            continue;
        }
        for (int i = 0; i < size; ++i) {
            const int code = nearestWithin((group[i] + offset) / scale, 0, static_cast<float>(layout.highest));
            codes[j * size + i] = static_cast<std::uint8_t>(code);
        }
    }
}

void groupWeights(const Layout& layout, const float* weights, float* sums)
{
    for (int j = 0; j < layout.groups(); ++j) {
        sums[j] = 0;
        for (int i = 0; i < layout.groupLength; ++i) {
            sums[j] += weights[j * layout.groupLength + i];
        }
    }
}

/// |x|, or the root mean square of each group of 32 + |x|.
void plainWeights(const Layout& layout, const GgufBlocks& blocks, float* weights)
{
    const int size = layout.groupLength;
    for (int at = 0; at < static_cast<int>(blocks.count) * length; at += size) {
        const float mean = layout.search.isAbsolute
            ? 0
            : std::sqrt(sumOfSquares(blocks.values + at, size) / static_cast<float>(size));
        for (int i = at; i < at + size; ++i) {
            weights[i] = mean + std::fabs(blocks.values[i]);
        }
    }
}

void encodeBlocks(const Layout& layout, const GgufBlocks& blocks, std::byte* out)
{
    PieceWeights weights;
    std::array<GroupFit, ggufPieceValues / 16> fits;
    const bool isWeighted = blocks.importance != nullptr;
    if (isWeighted) {
        blockImportanceWeights(blocks, length, layout.sigmaFactor, weights.data());
    } else {
        plainWeights(layout, blocks, weights.data());
    }
    const auto groups = static_cast<std::size_t>(layout.groups());
    fitWithOffset({ blocks.values, weights.data(), blocks.count * groups, layout.groupLength, blocks.useVectors },
        layout.highest, isWeighted ? importanceSearch : layout.search, fits.data());
    for (std::size_t block = 0; block < blocks.count; ++block) {
        float sums[ggufMaxGroups];
        std::uint8_t codes[length];
        groupWeights(layout, weights.data() + block * length, sums);
        const GroupFit* blockFits = fits.data() + block * groups;
        std::byte* to = out + block * static_cast<std::size_t>(layout.blockBytes);
        auto scales = blockScales(layout, blockFits, isWeighted ? sums : nullptr);
        scales.d = storeHalf(scales.d, to + layout.d);
        scales.dmin = storeHalf(scales.dmin, to + layout.d + 2);
        layout.writeScales(scales.scales, scales.mins, to + layout.scales);
        blockCodes(layout, scales, blockFits, blocks.values + block * length, codes);
        layout.writeCodes(codes, to);
    }
}

void readScalesOf(const Layout& layout, const std::byte* block, GgufScale* out)
{
    BlockScales stored;
    stored.d = loadHalf(block + layout.d);
    stored.dmin = loadHalf(block + layout.d + 2);
    layout.readScales(block + layout.scales, stored.scales, stored.mins);
    for (int j = 0; j < layout.groups(); ++j) {
        out[j] = { stored.d * stored.scales[j], -(stored.dmin * stored.mins[j]) };
    }
}

/// Q2_K: scale in the lower, min in the upper nibble.
void writeNibbleScales(const std::uint8_t* scales, const std::uint8_t* mins, std::byte* to)
{
    for (int j = 0; j < 16; ++j) {
        to[j] = toByte(scales[j] | static_cast<unsigned>(mins[j]) << 4);
    }
}
void readNibbleScales(const std::byte* from, std::uint8_t* scales, std::uint8_t* mins)
{
    for (int j = 0; j < 16; ++j) {
        scales[j] = static_cast<std::uint8_t>(byteAt(from, j) & 15U);
        mins[j] = static_cast<std::uint8_t>(byteAt(from, j) >> 4);
    }
}

/// Q4_K, Q5_K: 8 scales and 8 mins of 6 bits in 12 bytes.
void writeSixBitScales(const std::uint8_t* scales, const std::uint8_t* mins, std::byte* to)
{
    for (int j = 0; j < 4; ++j) {
        to[j] = toByte(scales[j] | (scales[j + 4] >> 4U) << 6U);
        to[j + 4] = toByte(mins[j] | (mins[j + 4] >> 4U) << 6U);
        to[j + 8] = toByte((scales[j + 4] & 15U) | (mins[j + 4] & 15U) << 4);
    }
}
void readSixBitScales(const std::byte* from, std::uint8_t* scales, std::uint8_t* mins)
{
    for (int j = 0; j < 4; ++j) {
        scales[j] = static_cast<std::uint8_t>(byteAt(from, j) & 63U);
        mins[j] = static_cast<std::uint8_t>(byteAt(from, j + 4) & 63U);
        scales[j + 4] = static_cast<std::uint8_t>((byteAt(from, j + 8) & 15U) | byteAt(from, j) >> 6 << 4);
        mins[j + 4] = static_cast<std::uint8_t>(byteAt(from, j + 8) >> 4 | byteAt(from, j + 4) >> 6 << 4);
    }
}

void writeCodes2(const std::uint8_t* codes, std::byte* block)
{
    writePairs(codes, block + 16);
}
void readCodes2(const std::byte* block, std::uint8_t* codes)
{
    readPairs(block + 16, codes);
}

/// 4 chunks of 64: value l in the lower, value l + 32 in the upper nibble.
void writeCodes4(const std::uint8_t* codes, std::byte* block)
{
    for (int chunk = 0; chunk < 4; ++chunk) {
        writeNibbles(codes + 64 * chunk, 32, block + 16 + 32 * chunk);
    }
}
void readCodes4(const std::byte* block, std::uint8_t* codes)
{
    for (int chunk = 0; chunk < 4; ++chunk) {
        readNibbles(block + 16 + 32 * chunk, 32, codes + 64 * chunk);
    }
}

/// As in Q4_K; the fifth bits of values l, l + 32, l + 64, … are the bits of byte l of "qh".
void writeCodes5(const std::uint8_t* codes, std::byte* block)
{
    for (int l = 0; l < 32; ++l) {
        unsigned high = 0;
        for (int bit = 0; bit < 8; ++bit) {
            high |= (codes[32 * bit + l] >> 4 & 1U) << bit;
        }
        block[16 + l] = toByte(high);
    }
    for (int chunk = 0; chunk < 4; ++chunk) {
        writeNibbles(codes + 64 * chunk, 32, block + 48 + 32 * chunk);
    }
}
void readCodes5(const std::byte* block, std::uint8_t* codes)
{
    for (int chunk = 0; chunk < 4; ++chunk) {
        readNibbles(block + 48 + 32 * chunk, 32, codes + 64 * chunk);
    }
    for (int i = 0; i < length; ++i) {
        codes[i] = static_cast<std::uint8_t>(codes[i] | (byteAt(block + 16, i % 32) >> (i / 32) & 1U) << 4);
    }
}

constexpr Layout layout2 { 84, 16, 3, 15, 80, 0, { -0.5F, 0.1F, 15, true }, 1, writeNibbleScales, readNibbleScales,
    writeCodes2 };
constexpr Layout layout4 { 144, 32, 15, 63, 0, 4, { -1, 0.1F, 20 }, 2, writeSixBitScales, readSixBitScales,
    writeCodes4 };
constexpr Layout layout5 { 176, 32, 31, 63, 0, 4, { -0.5F, 0.1F, 15 }, 2, writeSixBitScales, readSixBitScales,
    writeCodes5 };

template <const Layout& layout>
void encode(const GgufBlocks& blocks, std::byte* out)
{
    encodeBlocks(layout, blocks, out);
}
template <const Layout& layout>
void readScales(const std::byte* block, GgufScale* scales)
{
    readScalesOf(layout, block, scales);
}
} // namespace

extern const GgufBlockType q2_kType;
constinit const GgufBlockType q2_kType {
    .id = "q2_k",
    .ggmlType = 10,
    .blockLength = length,
    .blockBytes = layout2.blockBytes,
    .groupLength = layout2.groupLength,
    .codeBits = 2,
    .title = "Q2_K",
    .help = BW_TR_NOOP("core", "256 weights of 2 bits; groups of 16 have a scale and an offset of 4 bits each."),
    .fallback = "q4_0",
    .reach = 15 * 65504.0F,
    .levels = levels2,
    .encode = encode<layout2>,
    .readScales = readScales<layout2>,
    .readCodes = readCodes2,
    .writeCodes = writeCodes2,
};

extern const GgufBlockType q4_kType;
constinit const GgufBlockType q4_kType {
    .id = "q4_k",
    .ggmlType = 12,
    .blockLength = length,
    .blockBytes = layout4.blockBytes,
    .groupLength = layout4.groupLength,
    .codeBits = 4,
    .title = "Q4_K",
    .help = BW_TR_NOOP("core", "256 weights of 4 bits; groups of 32 have a scale and an offset of 6 bits each."),
    .fallback = "q5_0",
    .reach = 63 * 65504.0F,
    .levels = levels4,
    .encode = encode<layout4>,
    .readScales = readScales<layout4>,
    .readCodes = readCodes4,
    .writeCodes = writeCodes4,
};

extern const GgufBlockType q5_kType;
constinit const GgufBlockType q5_kType {
    .id = "q5_k",
    .ggmlType = 13,
    .blockLength = length,
    .blockBytes = layout5.blockBytes,
    .groupLength = layout5.groupLength,
    .codeBits = 5,
    .title = "Q5_K",
    .help = BW_TR_NOOP("core", "256 weights of 5 bits; groups of 32 have a scale and an offset of 6 bits each."),
    .fallback = "q5_1",
    .reach = 63 * 65504.0F,
    .levels = levels5,
    .encode = encode<layout5>,
    .readScales = readScales<layout5>,
    .readCodes = readCodes5,
    .writeCodes = writeCodes5,
};

} // namespace bw
