#pragma once

#include "core/gguf/block_type.h"

#include <cstddef>
#include <cstdint>

namespace bw::gguf {

/// Blocks of 32 consecutive values with a scale each. Codes and scales come out as from the scalar code beside each
/// type; `scales` and `offsets` are not rounded yet.
inline constexpr std::size_t plainBlock = 32;

/// The outermost value gets code 0: scale = outermost / -half, code = trunc(x / scale + half + 1/2) ≤ 2·half - 1.
void codesByEnd(const float* values, std::size_t blocks, int half, std::uint8_t* codes, float* scales);
/// Lowest to highest: code = trunc((x - lowest) / scale + 1/2) ≤ highest.
void codesByRange(
    const float* values, std::size_t blocks, int highest, std::uint8_t* codes, float* scales, float* offsets);
/// scale = largest magnitude / 127; signed codes, halves away from zero.
void codesByMagnitude(const float* values, std::size_t blocks, std::int8_t* codes, float* scales);

/// The other way: (code + lowest) · scale + offset, for groups of `length` codes, a multiple of 16.
void valuesOfSteps(const std::uint8_t* codes, std::size_t groups, std::size_t length, float lowest,
    const GgufScale* scales, float* values);

} // namespace bw::gguf
