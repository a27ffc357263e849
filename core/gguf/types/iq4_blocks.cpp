// IQ4_NL and IQ4_XS: 4-bit codes into a fixed table of 16 unevenly spaced levels.

#include "core/base/text.h"
#include "core/gguf/block_bytes.h"
#include "core/gguf/block_type.h"
#include "core/gguf/group_fit.h"
#include "core/gguf/weights.h"

namespace bw {

namespace {
using namespace gguf;
constexpr int groupLength = 32;
constexpr int longLength = 256;
constexpr int shortBytes = 18;
constexpr int longBytes = 136;

void fit(const GgufBlocks& blocks, int blockLength, GroupFit* fits)
{
    PieceWeights weights;
    if (blocks.importance != nullptr) {
        blockImportanceWeights(blocks, blockLength, 2, weights.data());
    }
    const auto groups = static_cast<std::size_t>(blockLength / groupLength);
    fitTable({ blocks.values, blocks.importance != nullptr ? weights.data() : nullptr, blocks.count * groups,
                 groupLength, blocks.useVectors },
        fits);
}

/// Codes by a scale as the search left it; the reference writes the rounded one beside them.
void tableCodes(const float* values, float scale, std::uint8_t* codes)
{
    const float inverse = scale != 0 ? 1 / scale : 0;
    for (int i = 0; i < groupLength; ++i) {
        codes[i] = static_cast<std::uint8_t>(tableCode(inverse * values[i]));
    }
}

// IQ4_NL: d, nibbles.

void readShortScale(const std::byte* block, GgufScale* scales)
{
    scales[0] = { loadHalf(block), noGgufOffset };
}
void readShortCodes(const std::byte* block, std::uint8_t* codes)
{
    readNibbles(block + 2, groupLength / 2, codes);
}
void writeShortCodes(const std::uint8_t* codes, std::byte* block)
{
    writeNibbles(codes, groupLength / 2, block + 2);
}

void encodeShort(const GgufBlocks& blocks, std::byte* out)
{
    std::array<GroupFit, ggufPieceValues / groupLength> fits;
    fit(blocks, groupLength, fits.data());
    for (std::size_t block = 0; block < blocks.count; ++block) {
        std::byte* to = out + block * shortBytes;
        std::uint8_t codes[groupLength];
        storeHalf(fits[block].scale, to);
        if (fits[block].isEmpty) {
            std::fill_n(codes, groupLength, static_cast<std::uint8_t>(tableCode(0)));
        } else {
            tableCodes(blocks.values + block * groupLength, fits[block].scale, codes);
        }
        writeShortCodes(codes, to);
    }
}

// IQ4_XS: d, upper pairs of 8 scales, their lower nibbles, nibbles.

void readLongScales(const std::byte* block, GgufScale* scales)
{
    const float d = loadHalf(block);
    for (int j = 0; j < longLength / groupLength; ++j) {
        const unsigned low = byteAt(block + 4, j / 2) >> (4 * (j % 2)) & 15U;
        const unsigned high = byteAt(block + 2, j / 4) >> (2 * (j % 4)) & 3U;
        scales[j] = { d * static_cast<float>(static_cast<int>(low | high << 4) - 32), noGgufOffset };
    }
}
void readLongCodes(const std::byte* block, std::uint8_t* codes)
{
    for (int j = 0; j < longLength / groupLength; ++j) {
        readNibbles(block + 8 + 16 * j, groupLength / 2, codes + groupLength * j);
    }
}
void writeLongCodes(const std::uint8_t* codes, std::byte* block)
{
    for (int j = 0; j < longLength / groupLength; ++j) {
        writeNibbles(codes + groupLength * j, groupLength / 2, block + 8 + 16 * j);
    }
}

void encodeLongBlock(const float* values, const GroupFit* fits, std::byte* to)
{
    constexpr int groups = longLength / groupLength;
    float end = 0;
    for (int j = 0; j < groups; ++j) {
        end = std::fabs(fits[j].scale) > std::fabs(end) ? fits[j].scale : end;
    }
    const float d = -end / 32;
    const float inverse = d != 0 ? 1 / d : 0;
    storeHalf(d, to);
    unsigned low[groups / 2] {};
    unsigned high[groups / 4] {};
    std::uint8_t codes[longLength];
    for (int j = 0; j < groups; ++j) {
        const int scale = nearestWithin(inverse * fits[j].scale, -32, 31);
        tableCodes(values + groupLength * j, d * static_cast<float>(scale), codes + groupLength * j);
        const auto code = static_cast<unsigned>(scale + 32);
        low[j / 2] |= (code & 15U) << (4 * (j % 2));
        high[j / 4] |= code >> 4 << (2 * (j % 4));
    }
    std::transform(high, high + groups / 4, to + 2, toByte);
    std::transform(low, low + groups / 2, to + 4, toByte);
    writeLongCodes(codes, to);
}

void encodeLong(const GgufBlocks& blocks, std::byte* out)
{
    constexpr std::size_t groups = longLength / groupLength;
    std::array<GroupFit, ggufPieceValues / groupLength> fits;
    fit(blocks, longLength, fits.data());
    for (std::size_t block = 0; block < blocks.count; ++block) {
        encodeLongBlock(blocks.values + block * longLength, fits.data() + block * groups, out + block * longBytes);
    }
}
} // namespace

extern const GgufBlockType iq4_nlType;
constinit const GgufBlockType iq4_nlType {
    .id = "iq4_nl",
    .ggmlType = 20,
    .blockLength = groupLength,
    .blockBytes = shortBytes,
    .groupLength = groupLength,
    .codeBits = 4,
    .title = "IQ4_NL",
    .help = BW_TR_NOOP("core", "32 weights share a scale; 16 levels, denser around zero."),
    .reach = 113 * 65504.0F,
    .levels = tableLevels,
    .encode = encodeShort,
    .readScales = readShortScale,
    .readCodes = readShortCodes,
    .writeCodes = writeShortCodes,
};

extern const GgufBlockType iq4_xsType;
constinit const GgufBlockType iq4_xsType {
    .id = "iq4_xs",
    .ggmlType = 23,
    .blockLength = longLength,
    .blockBytes = longBytes,
    .groupLength = groupLength,
    .codeBits = 4,
    .title = "IQ4_XS",
    .help
    = BW_TR_NOOP("core", "256 weights; 16 levels, denser around zero; groups of 32 have a signed scale of 6 bits."),
    .fallback = "iq4_nl",
    .reach = 31 * 113 * 65504.0F,
    .levels = tableLevels,
    .encode = encodeLong,
    .readScales = readLongScales,
    .readCodes = readLongCodes,
    .writeCodes = writeLongCodes,
};

} // namespace bw
