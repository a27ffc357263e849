#pragma once

#include <array>
#include <cstddef>

namespace bw::stats {

inline constexpr std::size_t errorLanes = 8;

/// Partial sums of the errors of values: value i is added to lane i mod errorLanes, in float64, in order, without fused
/// multiply-add, so every instruction set gives the same bits.
struct ErrorLaneSums
{
    using Lanes = std::array<double, errorLanes>;
    Lanes error {}; ///< Σ(q-x)²
    Lanes signal {}; ///< Σx²
    Lanes quantized {}; ///< Σq²
    Lanes product {}; ///< Σqx
    Lanes largest {}; ///< max |q-x|
};

/// Adds values 0 … in vectors; returns how many it added, a multiple of errorLanes. 0 if BITWRIGHT_SIMD=scalar leaves
/// all to plain code.
std::size_t addErrors(const float* original, const float* quantized, std::size_t count, ErrorLaneSums& sums);

} // namespace bw::stats
