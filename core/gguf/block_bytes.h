#pragma once

#include "core/base/half.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace bw::gguf {

inline float loadHalf(const std::byte* from)
{
    std::uint16_t bits = 0;
    std::memcpy(&bits, from, sizeof(bits));
    return halfToFloat(bits);
}

/// Stores `value` as half precision, beyond its range as the largest finite number; returns what was stored.
inline float storeHalf(float value, std::byte* to)
{
    constexpr float largest = 65504;
    value = value < largest ? value : largest;
    value = value > -largest ? value : -largest;
    const std::uint16_t bits = floatToHalf(value);
    std::memcpy(to, &bits, sizeof(bits));
    return halfToFloat(bits);
}

inline unsigned byteAt(const std::byte* bytes, int at)
{
    return std::to_integer<unsigned>(bytes[at]);
}
inline std::byte toByte(unsigned value)
{
    return static_cast<std::byte>(value & 0xFFU);
}

/// 2·half codes of 4 bits: byte j holds code j and, in its upper half, code j + half.
inline void writeNibbles(const std::uint8_t* codes, int half, std::byte* to)
{
    for (int j = 0; j < half; ++j) {
        to[j] = toByte((codes[j] & 15U) | (codes[j + half] & 15U) << 4);
    }
}
inline void readNibbles(const std::byte* from, int half, std::uint8_t* codes)
{
    for (int j = 0; j < half; ++j) {
        codes[j] = static_cast<std::uint8_t>(byteAt(from, j) & 15U);
        codes[j + half] = static_cast<std::uint8_t>(byteAt(from, j) >> 4);
    }
}

/// 256 codes of 2 bits in two runs of 32 bytes: byte l of a run holds values l, l + 32, l + 64, l + 96 of its half.
inline void writePairs(const std::uint8_t* codes, std::byte* to)
{
    for (int run = 0; run < 2; ++run) {
        for (int l = 0; l < 32; ++l) {
            const std::uint8_t* at = codes + 128 * run + l;
            to[32 * run + l] = toByte((at[0] & 3U) | (at[32] & 3U) << 2 | (at[64] & 3U) << 4 | (at[96] & 3U) << 6);
        }
    }
}
inline void readPairs(const std::byte* from, std::uint8_t* codes)
{
    for (int i = 0; i < 256; ++i) {
        const int run = i / 128;
        codes[i] = static_cast<std::uint8_t>(byteAt(from, 32 * run + i % 32) >> (2 * (i % 128 / 32)) & 3U);
    }
}

} // namespace bw::gguf
