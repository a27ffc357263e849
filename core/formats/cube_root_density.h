#pragma once

#include <optional>
#include <vector>

namespace bw {

enum class DensityKind
{
    Normal,
    Laplace,
    StudentT
};

/// A distribution of weights, in any scale.
struct Density
{
    DensityKind kind = DensityKind::Normal;
    double nu = 7; ///< degrees of freedom of StudentT, 3 or more: below, the outer levels leave every usable range
};

/// Whether a codebook has a level at 0.
enum class ZeroLevel
{
    Asymmetric, ///< one 0, and one more positive level than negative ones
    Symmetric, ///< pairs ±q, no 0
    OneEnded ///< one 0, and of blocks only the end +1: for signed scales
};

/// 2^bits ascending levels whose density follows the cube root of the weights' density, which has the least squared
/// error of fixed-length codes at high resolution (Panter and Dite 1951; Orr et al., arXiv 2505.12988).
///
/// `blockSize` empty: for weights of RMS 1. Else for weights divided by the largest magnitude of their block of that
/// many: the levels lie in [-1, 1] and have both ends, and the other weights follow the density cut off at the block's
/// expected maximum. That expectation is the published approximation, good from 8 weights on; fewer count as 8.
///
/// Levels are rounded to 21 bits, so that they are the same numbers whatever the last bit of the mathematical library.
std::vector<float> cubeRootLevels(const Density& density, int bits, ZeroLevel zero, std::optional<double> blockSize);

} // namespace bw
