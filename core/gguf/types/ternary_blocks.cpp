// TQ1_0 and TQ2_0: 256 weights of -1, 0 or 1 times the largest magnitude.

#include "core/base/text.h"
#include "core/gguf/block_bytes.h"
#include "core/gguf/block_type.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
using namespace gguf;
constexpr int length = 256;
constexpr int bytes1 = 54;
constexpr int bytes2 = 66;

constexpr float threeLevels[3] = { -1, 0, 1 };
/// Two bits can also say 2, which no encoder writes.
constexpr float fourLevels[4] = { -1, 0, 1, 2 };

/// Stores the scale at `to`, and finds the codes.
void encodeBlock(const float* values, std::byte* to, std::uint8_t* codes)
{
    float scale = 0;
    for (int i = 0; i < length; ++i) {
        scale = std::max(scale, std::fabs(values[i]));
    }
    const float inverse = scale != 0 ? 1 / scale : 0;
    storeHalf(scale, to);
    for (int i = 0; i < length; ++i) {
        const float x = values[i] * inverse;
        codes[i] = static_cast<std::uint8_t>(x >= 0.5F ? 2 : x <= -0.5F ? 0 : 1);
    }
}

template <int blockBytes, void (*writeCodes)(const std::uint8_t*, std::byte*)>
void encode(const GgufBlocks& blocks, std::byte* out)
{
    for (std::size_t block = 0; block < blocks.count; ++block) {
        std::uint8_t codes[length];
        std::byte* to = out + block * blockBytes;
        encodeBlock(blocks.values + block * length, to + blockBytes - 2, codes);
        writeCodes(codes, to);
    }
}
template <int blockBytes>
void readScale(const std::byte* block, GgufScale* scales)
{
    scales[0] = { loadHalf(block + blockBytes - 2), noGgufOffset };
}

// TQ1_0: bytes of five base-3 digits: value i of byte m is code m + i · stride of the run.

struct Run
{
    int firstCode;
    int firstByte;
    int bytes; ///< also the stride between a byte's codes
    int digits;
};
constexpr Run runs[] = { { 0, 0, 32, 5 }, { 160, 32, 16, 5 }, { 240, 48, 4, 4 } };

void writeCodes1(const std::uint8_t* codes, std::byte* block)
{
    for (const auto& run : runs) {
        for (int m = 0; m < run.bytes; ++m) {
            unsigned number = 0;
            for (int digit = 0; digit < 5; ++digit) {
                number = 3 * number + (digit < run.digits ? codes[run.firstCode + m + digit * run.bytes] : 0U);
            }
            // As a fraction of 243 in 256ths, rounded up: multiplying by 3 brings up digit after digit.
            block[run.firstByte + m] = toByte((number * 256 + 242) / 243);
        }
    }
}
void readCodes1(const std::byte* block, std::uint8_t* codes)
{
    for (const auto& run : runs) {
        for (int m = 0; m < run.bytes; ++m) {
            unsigned fraction = byteAt(block, run.firstByte + m);
            for (int digit = 0; digit < run.digits; ++digit) {
                codes[run.firstCode + m + digit * run.bytes] = static_cast<std::uint8_t>(fraction * 3 >> 8);
                fraction = fraction * 3 & 0xFFU;
            }
        }
    }
}

void writeCodes2(const std::uint8_t* codes, std::byte* block)
{
    writePairs(codes, block);
}
void readCodes2(const std::byte* block, std::uint8_t* codes)
{
    readPairs(block, codes);
}
} // namespace

extern const GgufBlockType tq1_0Type;
constinit const GgufBlockType tq1_0Type {
    .id = "tq1_0",
    .ggmlType = 34,
    .blockLength = length,
    .blockBytes = bytes1,
    .groupLength = length,
    .codeBits = 2,
    .title = "TQ1_0",
    .help = BW_TR_NOOP("core", "256 weights of -1, 0 or 1 times one scale, five to a byte: for ternary networks."),
    .fallback = "q4_0",
    .reach = 65504,
    .usesImportance = false,
    .isStable = true,
    .isOdd = true,
    .levels = threeLevels,
    .encode = encode<bytes1, writeCodes1>,
    .readScales = readScale<bytes1>,
    .readCodes = readCodes1,
    .writeCodes = writeCodes1,
};

extern const GgufBlockType tq2_0Type;
constinit const GgufBlockType tq2_0Type {
    .id = "tq2_0",
    .ggmlType = 35,
    .blockLength = length,
    .blockBytes = bytes2,
    .groupLength = length,
    .codeBits = 2,
    .title = "TQ2_0",
    .help = BW_TR_NOOP("core", "256 weights of -1, 0 or 1 times one scale, four to a byte: for ternary networks."),
    .fallback = "q4_0",
    .reach = 65504,
    .usesImportance = false,
    .isStable = true,
    .isOdd = true,
    .levels = fourLevels,
    .encode = encode<bytes2, writeCodes2>,
    .readScales = readScale<bytes2>,
    .readCodes = readCodes2,
    .writeCodes = writeCodes2,
};

} // namespace bw
