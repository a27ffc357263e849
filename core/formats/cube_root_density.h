#pragma once

#include "core/distributions/density.h"

#include <optional>
#include <vector>

namespace bw {

/// Whether a codebook has a level at 0.
enum class ZeroLevel
{
    Asymmetric, ///< one 0, and one more positive level than negative ones
    Symmetric, ///< pairs ±q, no 0
    OneEnded ///< one 0, and of blocks only the end +1: for signed scales
};

/// `count` ascending levels (3 … 65536) whose density follows the cube root of the weights' density, which has the
/// least squared error of fixed-length codes at high resolution (Panter and Dite 1951; Orr et al., arXiv 2505.12988).
///
/// `blockSize` empty: for weights of RMS 1. Else for weights divided by the largest magnitude of their block of that
/// many: the levels lie in [-1, 1] and have both ends, and the other weights follow the density cut off at the block's
/// expected maximum. That expectation is the published approximation, good from 8 weights on; fewer count as 8.
///
/// An odd number of levels that is not OneEnded has a 0 between pairs.
///
/// Levels are rounded to 21 bits, so that they are the same numbers whatever the last bit of the mathematical library.
std::vector<float> cubeRootLevels(const Density& density, int count, ZeroLevel zero, std::optional<double> blockSize);

} // namespace bw
