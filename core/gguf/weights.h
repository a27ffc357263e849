#pragma once

#include "core/gguf/block_type.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bw::gguf {

using PieceWeights = std::array<float, ggufPieceValues>;

/// Σ x², added one by one.
inline float sumOfSquares(const float* values, int count)
{
    float sum = 0;
    for (int i = 0; i < count; ++i) {
        sum += values[i] * values[i];
    }
    return sum;
}

/// importance · √(sigma² + x²): what ggml weighs errors by when it knows what matters.
inline void importanceWeights(const float* values, const float* importance, int count, float sigma2, float* weights)
{
    for (int i = 0; i < count; ++i) {
        weights[i] = importance[i] * std::sqrt(sigma2 + values[i] * values[i]);
    }
}

/// The weights of all blocks by each block's own factor · Σ x² / length.
inline void blockImportanceWeights(const GgufBlocks& blocks, int length, float factor, float* weights)
{
    for (std::size_t at = 0; at < blocks.count * static_cast<std::size_t>(length);
         at += static_cast<std::size_t>(length)) {
        const float sigma2 = factor * sumOfSquares(blocks.values + at, length) / static_cast<float>(length);
        importanceWeights(blocks.values + at, blocks.importance + at, length, sigma2, weights + at);
    }
}

/// Levels 0 … count-1, moved by `offset`.
template <std::size_t count>
constexpr std::array<float, count> evenLevels(float offset)
{
    std::array<float, count> levels {};
    for (std::size_t i = 0; i < count; ++i) {
        levels[i] = static_cast<float>(i) + offset;
    }
    return levels;
}

} // namespace bw::gguf
