#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bw {

/// Clamps z to lowest … highest (whole numbers) and rounds it, halves away from zero.
inline int roundedLevel(float z, float lowest, float highest)
{
    z = z < lowest ? lowest : z;
    z = z > highest ? highest : z;
    const int towardsZero = static_cast<int>(z);
    // Exact, where adding 0.5 first would round 0.49999997 up.
    const float rest = z - static_cast<float>(towardsZero);
    return towardsZero + (rest >= 0.5F ? 1 : 0) - (rest <= -0.5F ? 1 : 0);
}

// Inner loops of the codecs: one group, or a part of one. `scale` > 0. Nothing is allocated.

/// codes[i] = clamp(round half away from zero(values[i] / scale), low, high) - low
void encodeIntegers(std::span<const float> values, float scale, int low, int high, std::uint16_t* codes);
/// codes[i] = number of thresholds below values[i] / scale
void encodeThresholds(
    std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes);
/// values[i] = (codes[i] + low) · scale
void decodeIntegers(std::span<const std::uint16_t> codes, float scale, int low, float* values);
/// values[i] = levels[codes[i]] · scale; every code must be below the table's size
void decodeLevels(std::span<const std::uint16_t> codes, float scale, const float* levels, float* values);
/// Are all values finite?
bool allFinite(std::span<const float> values);

} // namespace bw
