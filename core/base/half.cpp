#include "core/base/half.h"

#include <cmath>
#include <limits>

namespace bw {

float halfToFloat(std::uint16_t bits)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1FU;
    const std::uint32_t mantissa = bits & 0x3FFU;
    if (exponent == 0x1F) {
        const std::uint32_t quiet = mantissa != 0 ? 0x400000U : 0; // as processors convert
        return std::bit_cast<float>(sign | 0x7F800000U | quiet | (mantissa << 13));
    }
    if (exponent == 0) {
        const float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
        return sign != 0 ? -magnitude : magnitude;
    }
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

std::uint16_t floatToHalf(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    if (magnitude > 0x7F800000U) {
        return static_cast<std::uint16_t>(sign | 0x7E00U);
    }
    if (magnitude >= 0x477FF000U) { // rounds to 65536 or more
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    }
    if (magnitude < 0x38800000U) { // subnormal half: let the float adder round to a multiple of 2^-24
        const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
        return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3F000000U));
    }
    const std::uint32_t rounded = magnitude + 0xFFFU + ((magnitude >> 13) & 1U);
    return static_cast<std::uint16_t>(sign | ((rounded - 0x38000000U) >> 13));
}

namespace {
float smallFloat(std::uint8_t bits, int mantissaBits, int bias)
{
    const int exponent = (bits & 0x7F) >> mantissaBits;
    const int mantissa = bits & ((1 << mantissaBits) - 1);
    const float magnitude = exponent == 0
        ? std::ldexp(static_cast<float>(mantissa), 1 - bias - mantissaBits)
        : std::ldexp(static_cast<float>(mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
    return (bits & 0x80) != 0 ? -magnitude : magnitude;
}
} // namespace

float float8E4M3ToFloat(std::uint8_t bits)
{
    if ((bits & 0x7F) == 0x7F) {
        return std::numeric_limits<float>::quiet_NaN();
    }
    return smallFloat(bits, 3, 7);
}

float float8E5M2ToFloat(std::uint8_t bits)
{
    if ((bits & 0x7C) == 0x7C) {
        const float special
            = (bits & 3) == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
        return (bits & 0x80) != 0 ? -special : special;
    }
    return smallFloat(bits, 2, 15);
}

} // namespace bw
