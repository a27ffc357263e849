// MXFP4 and NVFP4: E2M1 codes (sign, two exponent bits, one of mantissa) under a small float as scale.

#include "core/base/text.h"
#include "core/gguf/block_bytes.h"
#include "core/gguf/block_type.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace bw {

namespace {
using namespace gguf;
constexpr int mxLength = 32;
constexpr int mxBytes = 17;
constexpr int nvLength = 64;
constexpr int nvGroup = 16;
constexpr int nvBytes = 36;

/// Twice the E2M1 values; scales are halved to match.
constexpr float doubledLevels[16] = { 0, 1, 2, 3, 4, 6, 8, 12, -0.0F, -1, -2, -3, -4, -6, -8, -12 };

/// Nearest level of scale · doubledLevels, the smaller if two are equally near.
std::uint8_t nearestCode(float x, float scale)
{
    const float magnitude = std::fabs(x);
    int code = 0;
    for (int i = 0; i < 7; ++i) {
        code += magnitude > (doubledLevels[i] + doubledLevels[i + 1]) / 2 * scale ? 1 : 0;
    }
    if (code == 0 || scale == 0) {
        return 0;
    }
    return static_cast<std::uint8_t>(x < 0 ? code + 8 : code);
}

float largestMagnitude(const float* values, int count)
{
    float largest = 0;
    for (int i = 0; i < count; ++i) {
        largest = std::max(largest, std::fabs(values[i]));
    }
    return largest;
}

// MXFP4: exponent, nibbles.

/// 2^(exponent - 128)
float exponentScale(unsigned exponent)
{
    return std::bit_cast<float>(exponent < 2 ? 0x00200000U << exponent : (exponent - 1) << 23);
}

/// ⌊log2 x⌋ - 2 + 127 with log2 rounded to float32, as the reference has it: just below a power of two it is that
/// power's. What does not fit is clamped, so that 12 · 2^(e - 128) stays finite.
unsigned scaleExponent(float largest)
{
    constexpr int highest = 252;
    if (largest == 0) {
        return 0;
    }
    const auto log = static_cast<float>(std::log2(static_cast<double>(largest)));
    return static_cast<unsigned>(std::clamp(static_cast<int>(std::floor(log)) - 2 + 127, 0, highest));
}

void readMxScale(const std::byte* block, GgufScale* scales)
{
    scales[0] = { exponentScale(byteAt(block, 0)), noGgufOffset };
}
void readMxCodes(const std::byte* block, std::uint8_t* codes)
{
    readNibbles(block + 1, mxLength / 2, codes);
}
void writeMxCodes(const std::uint8_t* codes, std::byte* block)
{
    writeNibbles(codes, mxLength / 2, block + 1);
}

void encodeMx(const GgufBlocks& blocks, std::byte* out)
{
    for (std::size_t block = 0; block < blocks.count; ++block) {
        const float* values = blocks.values + block * mxLength;
        const unsigned exponent = scaleExponent(largestMagnitude(values, mxLength));
        const float scale = exponentScale(exponent);
        std::uint8_t codes[mxLength];
        std::transform(values, values + mxLength, codes, [=](float x) { return nearestCode(x, scale); });
        out[block * mxBytes] = toByte(exponent);
        writeMxCodes(codes, out + block * mxBytes);
    }
}

// NVFP4: four scales, 8 bytes of nibbles for each.

/// Half of an unsigned E4M3 number; 0x7F stands for zero.
float halfOfE4M3(unsigned code)
{
    if (code == 0 || code == 0x7F) {
        return 0;
    }
    const int exponent = static_cast<int>(code >> 3 & 15U);
    const auto mantissa = static_cast<float>(code & 7U);
    return exponent == 0 ? std::ldexp(mantissa, -10) : std::ldexp(1 + mantissa / 8, exponent - 8);
}

/// Rounds by the first bit cut off (halves go up), to 448 at most.
unsigned toE4M3(float x)
{
    constexpr unsigned largest = 0x7E;
    if (!(x > 0)) {
        return 0;
    }
    const auto bits = std::bit_cast<std::uint32_t>(std::min(x, 448.0F));
    const int exponent = static_cast<int>(bits >> 23) - 127 + 7;
    if (exponent <= 0) {
        return static_cast<unsigned>(std::min(7, static_cast<int>(x * 512 + 0.5F)));
    }
    if (exponent >= 15) {
        return largest;
    }
    // A mantissa that overflows carries into the exponent.
    const unsigned code = (static_cast<unsigned>(exponent) << 3 | (bits >> 20 & 7U)) + (bits >> 19 & 1U);
    return code >= 15U << 3 ? largest : code;
}

void readNvScales(const std::byte* block, GgufScale* scales)
{
    for (int j = 0; j < nvLength / nvGroup; ++j) {
        scales[j] = { halfOfE4M3(byteAt(block, j)), noGgufOffset };
    }
}
void readNvCodes(const std::byte* block, std::uint8_t* codes)
{
    for (int j = 0; j < nvLength / nvGroup; ++j) {
        readNibbles(block + 4 + nvGroup / 2 * j, nvGroup / 2, codes + nvGroup * j);
    }
}
void writeNvCodes(const std::uint8_t* codes, std::byte* block)
{
    for (int j = 0; j < nvLength / nvGroup; ++j) {
        writeNibbles(codes + nvGroup * j, nvGroup / 2, block + 4 + nvGroup / 2 * j);
    }
}

void encodeNv(const GgufBlocks& blocks, std::byte* out)
{
    for (std::size_t block = 0; block < blocks.count; ++block) {
        std::byte* to = out + block * nvBytes;
        std::uint8_t codes[nvLength];
        for (int j = 0; j < nvLength / nvGroup; ++j) {
            const float* values = blocks.values + block * nvLength + nvGroup * static_cast<std::size_t>(j);
            const unsigned code = toE4M3(largestMagnitude(values, nvGroup) / 6);
            const float scale = halfOfE4M3(code);
            to[j] = toByte(code);
            std::transform(
                values, values + nvGroup, codes + nvGroup * j, [=](float x) { return nearestCode(x, scale); });
        }
        writeNvCodes(codes, to);
    }
}
} // namespace

extern const GgufBlockType mxfp4Type;
constinit const GgufBlockType mxfp4Type {
    .id = "mxfp4",
    .ggmlType = 39,
    .blockLength = mxLength,
    .blockBytes = mxBytes,
    .groupLength = mxLength,
    .codeBits = 4,
    .title = "MXFP4",
    .help = BW_TR_NOOP("core", "32 weights as 4-bit floating-point numbers (E2M1) share a power of two (OCP MX)."),
    .reach = std::numeric_limits<float>::max(),
    .usesImportance = false,
    .isStable = true,
    .isOdd = true,
    .levels = doubledLevels,
    .encode = encodeMx,
    .readScales = readMxScale,
    .readCodes = readMxCodes,
    .writeCodes = writeMxCodes,
};

extern const GgufBlockType nvfp4Type;
constinit const GgufBlockType nvfp4Type {
    .id = "nvfp4",
    .ggmlType = 40,
    .blockLength = nvLength,
    .blockBytes = nvBytes,
    .groupLength = nvGroup,
    .codeBits = 4,
    .title = "NVFP4",
    .help = BW_TR_NOOP("core",
        "64 weights as 4-bit floating-point numbers (E2M1); groups of 16 share a scale of 8 bits (E4M3), which reaches "
        "weights up to 2688. Older versions of llama.cpp refuse it."),
    .fallback = "mxfp4",
    .reach = 6 * 448.0F,
    .usesImportance = false,
    .isStable = true,
    .isOdd = true,
    .levels = doubledLevels,
    .encode = encodeNv,
    .readScales = readNvScales,
    .readCodes = readNvCodes,
    .writeCodes = writeNvCodes,
};

} // namespace bw
