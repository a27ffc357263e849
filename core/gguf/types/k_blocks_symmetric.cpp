// Q3_K and Q6_K: 256 weights in groups of 16 whose scales are small integers times one half-precision number:
// y = d · scale · q.

#include "core/base/text.h"
#include "core/gguf/block_bytes.h"
#include "core/gguf/block_type.h"
#include "core/gguf/group_fit.h"
#include "core/gguf/weights.h"

namespace bw {

namespace {
using namespace gguf;
constexpr int length = 256;
constexpr int groupLength = 16;
constexpr int groups = length / groupLength;
constexpr int bytes3 = 110;
constexpr int bytes6 = 210;

constexpr auto levels3 = evenLevels<8>(-4);
constexpr auto levels6 = evenLevels<64>(-32);

/// Replaces the codes of groups whose stored scale is not 0 by the nearest of that scale.
void requantize(const float* values, float d, const int* scales, int half, std::uint8_t* codes)
{
    const auto low = static_cast<float>(-half);
    for (int j = 0; j < groups; ++j) {
        const float scale = d * static_cast<float>(scales[j]);
        if (scale == 0) {
            continue;
        }
        for (int i = j * groupLength; i < (j + 1) * groupLength; ++i) {
            codes[i] = static_cast<std::uint8_t>(half + nearestWithin(values[i] / scale, low, -low - 1));
        }
    }
}

/// The scale of largest magnitude, the first of them.
float outermostScale(const float* scales)
{
    float found = 0;
    for (int j = 0; j < groups; ++j) {
        found = std::fabs(scales[j]) > std::fabs(found) ? scales[j] : found;
    }
    return found;
}

// Q3_K: 32 bytes of third bits, 64 of lower pairs, 12 of scales (6 bits, from 0), d.

void writeScales3(const int* scales, std::byte* to)
{
    unsigned out[12] {};
    for (int j = 0; j < groups; ++j) {
        const auto code = static_cast<unsigned>(scales[j] + 32);
        out[j % 8] |= (code & 15U) << (j < 8 ? 0 : 4);
        out[8 + j % 4] |= code >> 4 << (2 * (j / 4));
    }
    for (int j = 0; j < 12; ++j) {
        to[j] = toByte(out[j]);
    }
}
void readScales3(const std::byte* block, GgufScale* scales)
{
    const std::byte* from = block + 96;
    const float d = loadHalf(block + 108);
    for (int j = 0; j < groups; ++j) {
        const unsigned low = byteAt(from, j % 8) >> (j < 8 ? 0 : 4) & 15U;
        const unsigned high = byteAt(from, 8 + j % 4) >> (2 * (j / 4)) & 3U;
        scales[j] = { d * static_cast<float>(static_cast<int>(low | high << 4) - 32), noGgufOffset };
    }
}
void writeCodes3(const std::uint8_t* codes, std::byte* block)
{
    for (int l = 0; l < 32; ++l) {
        unsigned high = 0;
        for (int bit = 0; bit < 8; ++bit) {
            high |= (codes[32 * bit + l] >> 2 & 1U) << bit;
        }
        block[l] = toByte(high);
    }
    writePairs(codes, block + 32);
}
void readCodes3(const std::byte* block, std::uint8_t* codes)
{
    readPairs(block + 32, codes);
    for (int i = 0; i < length; ++i) {
        codes[i] = static_cast<std::uint8_t>(codes[i] | (byteAt(block, i % 32) >> (i / 32) & 1U) << 2);
    }
}

/// Scales as multiples of the outermost / -32; returns d before rounding.
float roundScales3(const float* wanted, int* scales)
{
    const float end = outermostScale(wanted);
    if (end == 0) {
        std::fill_n(scales, groups, -32);
        return 0;
    }
    const float inverse = -32.0F / end;
    for (int j = 0; j < groups; ++j) {
        scales[j] = nearestWithin(inverse * wanted[j], -32, 31);
    }
    return 1 / inverse;
}

void store3(const float* values, float d, const int* scales, std::uint8_t* codes, std::byte* to)
{
    writeScales3(scales, to + 96);
    requantize(values, storeHalf(d, to + 108), scales, 4, codes);
    writeCodes3(codes, to);
}

void encode3Plain(const GgufBlocks& blocks, std::byte* out)
{
    for (std::size_t block = 0; block < blocks.count; ++block) {
        const float* values = blocks.values + block * length;
        float wanted[groups];
        int scales[groups];
        std::uint8_t codes[length];
        for (int j = 0; j < groups; ++j) {
            wanted[j] = descendSymmetric(values + j * groupLength, groupLength, 4, codes + j * groupLength);
        }
        const float d = roundScales3(wanted, scales);
        store3(values, d, scales, codes, out + block * bytes3);
    }
}

void encode3(const GgufBlocks& blocks, std::byte* out)
{
    if (blocks.importance == nullptr) {
        encode3Plain(blocks, out);
        return;
    }
    PieceWeights weights;
    std::array<GroupFit, ggufPieceValues / groupLength> fits;
    blockImportanceWeights(blocks, length, 2, weights.data());
    fitSymmetric(
        { blocks.values, weights.data(), blocks.count * groups, groupLength, blocks.useVectors }, 4, fits.data());
    for (std::size_t block = 0; block < blocks.count; ++block) {
        const float* values = blocks.values + block * length;
        float wanted[groups];
        float sums[groups] {};
        int scales[groups];
        std::uint8_t codes[length];
        std::uint8_t scaleCodes[groups];
        for (int j = 0; j < groups; ++j) {
            const auto& fit = fits[block * groups + static_cast<std::size_t>(j)];
            wanted[j] = fit.scale;
            symmetricCodes(fit, values + j * groupLength, groupLength, 4, codes + j * groupLength);
            for (int i = 0; i < groupLength; ++i) {
                sums[j] += weights[block * length + static_cast<std::size_t>(j * groupLength + i)];
            }
        }
        GroupFit scaleFit;
        fitSymmetric({ wanted, sums, 1, groups, false }, 32, &scaleFit);
        symmetricCodes(scaleFit, wanted, groups, 32, scaleCodes);
        std::transform(scaleCodes, scaleCodes + groups, scales, [](std::uint8_t code) { return code - 32; });
        store3(values, scaleFit.scale, scales, codes, out + block * bytes3);
    }
}

// Q6_K: 128 bytes of lower nibbles, 64 of upper pairs, 16 signed scales, d.

void readScales6(const std::byte* block, GgufScale* scales)
{
    const float d = loadHalf(block + 208);
    for (int j = 0; j < groups; ++j) {
        scales[j] = { d * static_cast<float>(std::to_integer<std::int8_t>(block[192 + j])), noGgufOffset };
    }
}
void writeCodes6(const std::uint8_t* codes, std::byte* block)
{
    for (int half = 0; half < 2; ++half) {
        for (int l = 0; l < 32; ++l) {
            const std::uint8_t* q = codes + 128 * half + l;
            std::byte* low = block + 64 * half + l;
            low[0] = toByte((q[0] & 15U) | (q[64] & 15U) << 4);
            low[32] = toByte((q[32] & 15U) | (q[96] & 15U) << 4);
            block[128 + 32 * half + l] = toByte(
                (q[0] >> 4U & 3U) | (q[32] >> 4U & 3U) << 2 | (q[64] >> 4U & 3U) << 4 | (q[96] >> 4U & 3U) << 6);
        }
    }
}
void readCodes6(const std::byte* block, std::uint8_t* codes)
{
    for (int half = 0; half < 2; ++half) {
        for (int l = 0; l < 32; ++l) {
            std::uint8_t* q = codes + 128 * half + l;
            const unsigned first = byteAt(block, 64 * half + l);
            const unsigned second = byteAt(block, 64 * half + 32 + l);
            const unsigned high = byteAt(block, 128 + 32 * half + l);
            q[0] = static_cast<std::uint8_t>((first & 15U) | (high & 3U) << 4);
            q[32] = static_cast<std::uint8_t>((second & 15U) | (high >> 2 & 3U) << 4);
            q[64] = static_cast<std::uint8_t>(first >> 4 | (high >> 4 & 3U) << 4);
            q[96] = static_cast<std::uint8_t>(second >> 4 | high >> 6 << 4);
        }
    }
}

void encode6Block(const float* values, const GroupFit* fits, std::byte* to)
{
    constexpr float tiniest = 1e-15F;
    float wanted[groups];
    std::transform(fits, fits + groups, wanted, [](const GroupFit& fit) { return fit.scale; });
    const float end = outermostScale(wanted);
    if (std::fabs(end) < tiniest) {
        std::fill_n(to, bytes6, std::byte { 0 });
        return;
    }
    const float inverse = -128.0F / end;
    int scales[groups];
    std::uint8_t codes[length];
    for (int j = 0; j < groups; ++j) {
        scales[j] = nearestWithin(inverse * wanted[j], -128, 127);
        to[192 + j] = toByte(static_cast<unsigned>(scales[j]));
        if (scales[j] == 0) {
            symmetricCodes(fits[j], values + j * groupLength, groupLength, 32, codes + j * groupLength);
        }
    }
    const float d = storeHalf(1 / inverse, to + 208);
    for (int j = 0; j < groups && d == 0; ++j) {
        symmetricCodes(fits[j], values + j * groupLength, groupLength, 32, codes + j * groupLength);
    }
    requantize(values, d, scales, 32, codes);
    writeCodes6(codes, to);
}

void encode6(const GgufBlocks& blocks, std::byte* out)
{
    std::array<GroupFit, ggufPieceValues / groupLength> fits;
    fitSymmetric(
        { blocks.values, blocks.importance, blocks.count * groups, groupLength, blocks.useVectors }, 32, fits.data());
    for (std::size_t block = 0; block < blocks.count; ++block) {
        encode6Block(blocks.values + block * length, fits.data() + block * groups, out + block * bytes6);
    }
}
} // namespace

extern const GgufBlockType q3_kType;
constinit const GgufBlockType q3_kType {
    .id = "q3_k",
    .ggmlType = 11,
    .blockLength = length,
    .blockBytes = bytes3,
    .groupLength = groupLength,
    .codeBits = 3,
    .title = "Q3_K",
    .help = BW_TR_NOOP("core", "256 weights of 3 bits; groups of 16 have a signed scale of 6 bits."),
    .fallback = "q4_0",
    .reach = 32 * 4 * 65504.0F,
    .levels = levels3,
    .encode = encode3,
    .readScales = readScales3,
    .readCodes = readCodes3,
    .writeCodes = writeCodes3,
};

extern const GgufBlockType q6_kType;
constinit const GgufBlockType q6_kType {
    .id = "q6_k",
    .ggmlType = 14,
    .blockLength = length,
    .blockBytes = bytes6,
    .groupLength = groupLength,
    .codeBits = 6,
    .title = "Q6_K",
    .help = BW_TR_NOOP("core", "256 weights of 6 bits; groups of 16 have a signed scale of 8 bits."),
    .fallback = "q8_0",
    .reach = 128 * 32 * 65504.0F,
    .isOdd = true,
    .levels = levels6,
    .encode = encode6,
    .readScales = readScales6,
    .readCodes = readCodes6,
    .writeCodes = writeCodes6,
};

} // namespace bw
