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

/// `length` consecutive values that share a scale of any sign: a group or a part of one. All values of a run with scale
/// 0 get the code of 0, and decode to +0.
struct ScaledRun
{
    std::size_t length = 0;
    float scale = 0;
};
struct ValueRange
{
    float low = 0; ///< least value, or 0 (then +0) if there is none below
    float high = 0;
    float absMax() const { return -low > high ? -low : high; }
};

// Inner loops of the codecs, with the instruction set chosen at run time (core/base/simd.h): every one gives the bits
// of the plain code in plain_kernels.h. Runs lie one after another and cover all values and codes. Nothing is
// allocated. Values are finite, and may have any alignment.

/// codes[i] = clamp(round half away from zero(values[i] / scale), low, high) - low; low ≤ 0 ≤ high, within ±65535
void encodeIntegers(std::span<const ScaledRun> runs, const float* values, int low, int high, std::uint16_t* codes);
/// codes[i] = number of thresholds (ascending, finite or infinite) below values[i] / scale
void encodeThresholds(
    std::span<const ScaledRun> runs, const float* values, std::span<const float> thresholds, std::uint16_t* codes);
/// values[i] = (codes[i] + low) · scale
void decodeIntegers(std::span<const ScaledRun> runs, const std::uint16_t* codes, int low, float* values);
/// values[i] = levels[codes[i]] · scale; every code must be below the table's size
void decodeLevels(
    std::span<const ScaledRun> runs, const std::uint16_t* codes, std::span<const float> levels, float* values);

/// The same for one scale.
void encodeIntegers(std::span<const float> values, float scale, int low, int high, std::uint16_t* codes);
void encodeThresholds(
    std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes);
void decodeIntegers(std::span<const std::uint16_t> codes, float scale, int low, float* values);
void decodeLevels(std::span<const std::uint16_t> codes, float scale, std::span<const float> levels, float* values);

/// The range of each run; scales do not matter. Returns whether all values are finite; if not, ranges are anything.
bool rangesOf(std::span<const ScaledRun> runs, const float* values, ValueRange* ranges);
/// Are all values finite?
bool allFinite(std::span<const float> values);

} // namespace bw
