#pragma once
// value header

#include <bit>
#include <cstdint>

namespace bw {

/// IEEE binary16 and bfloat16 <-> binary32. Narrowing rounds to nearest, ties to even; overflow gives infinity; NaN
/// stays NaN.
float halfToFloat(std::uint16_t bits);
std::uint16_t floatToHalf(float value);

constexpr float bfloatToFloat(std::uint16_t bits)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}
constexpr std::uint16_t floatToBfloat(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7FFFFFFFU) > 0x7F800000U) {
        return static_cast<std::uint16_t>((bits >> 16) | 0x40U);
    }
    return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

/// OCP FP8 (no infinities in E4M3; NaN is all ones).
float float8E4M3ToFloat(std::uint8_t bits);
float float8E5M2ToFloat(std::uint8_t bits);

} // namespace bw
