#pragma once

#include "core/formats/grid_kernels.h"

/// The kernels of grid_kernels.h in plain C++, one value at a time: what they are tested against, and what
/// BITWRIGHT_SIMD=scalar runs.
namespace bw::plain {

void encodeIntegers(std::span<const ScaledRun> runs, const float* values, int low, int high, std::uint16_t* codes);
void encodeThresholds(
    std::span<const ScaledRun> runs, const float* values, std::span<const float> thresholds, std::uint16_t* codes);
void decodeIntegers(std::span<const ScaledRun> runs, const std::uint16_t* codes, int low, float* values);
void decodeLevels(
    std::span<const ScaledRun> runs, const std::uint16_t* codes, std::span<const float> levels, float* values);
bool rangesOf(std::span<const ScaledRun> runs, const float* values, ValueRange* ranges);
bool allFinite(std::span<const float> values);

} // namespace bw::plain
