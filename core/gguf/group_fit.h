#pragma once

#include <cstddef>
#include <cstdint>

namespace bw::gguf {

/// What a search found for a group: value ≈ code · scale + offset (the symmetric searches count codes from -levels and
/// leave the offset 0). The codes that go with it: nearest((value - origin) · inverse), clamped.
struct GroupFit
{
    float scale = 0;
    float offset = 0;
    float inverse = 0;
    float origin = 0;
    bool isEmpty = true; ///< nothing to fit: all codes are 0
};

/// Nearest integer to value, ties to even, clamped; NaN gives low. |low|, |high| < 2^22.
inline int nearestWithin(float value, float low, float high)
{
    value = value > low ? value : low;
    value = value < high ? value : high;
    return static_cast<int>(value + 12582912.0F - 12582912.0F);
}
/// The same without bounds that matter.
inline int nearest(float value)
{
    return nearestWithin(value, -4194303.0F, 4194303.0F);
}

/// `groups` groups of `length` values (at most 32), consecutive.
struct Groups
{
    const float* values = nullptr;
    const float* weights = nullptr; ///< nullptr: each value's square
    std::size_t count = 0;
    int length = 0;
    bool useVectors = true;
};

/// Scales for codes -levels … levels-1 by 19 tries around the outermost value (methods-formats-allocation.md 3.5,
/// make_qx).
void fitSymmetric(const Groups& groups, int levels, GroupFit* fits);
/// Codes of a group after fitSymmetric, counted from 0.
void symmetricCodes(const GroupFit& fit, const float* values, int length, int levels, std::uint8_t* codes);

/// make_qkx2 and make_qkx3: tries (first + step · i + levels) / range, i = 0 … steps, each refined by least squares.
struct OffsetSearch
{
    float first = 0;
    float step = 0;
    int steps = 0;
    bool isAbsolute = false; ///< weighs |error| instead of its square
};
inline constexpr OffsetSearch importanceSearch { -0.9F, 0.05F, 36 };
/// Scales and offsets ≤ 0 for codes 0 … levels. Weights must be given.
void fitWithOffset(const Groups& groups, int levels, const OffsetSearch& search, GroupFit* fits);
void offsetCodes(const GroupFit& fit, const float* values, int length, int levels, std::uint8_t* codes);

/// 16 tries for scales of a table of 16 ascending levels (IQ4).
void fitTable(const Groups& groups, GroupFit* fits);
/// The levels, and the code of the level nearest to x, the upper one if both are.
inline constexpr float tableLevels[16] = { -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113 };
int tableCode(float x);

/// Scale for codes -levels … levels-1 by coordinate descent (make_q3). One group; writes codes counted from 0.
float descendSymmetric(const float* values, int length, int levels, std::uint8_t* codes);
/// Scale for codes 0 … levels of values ≥ 0 (make_qp).
float fitPositive(const float* values, const float* weights, int length, int levels, std::uint8_t* codes);

} // namespace bw::gguf
