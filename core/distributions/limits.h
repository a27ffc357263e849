#pragma once
// value header

#include "core/distributions/density.h"

namespace bw {

/// What no code, and what no code of a kind, can beat on independent weights of a density, as R·2^b: the root mean
/// squared error over the root mean square of the weights, times 2 to the power of the bits per weight.

/// Shannon's lower bound, √(2^(2h) / 2πe): no code of any kind is better at any rate (Cover and Thomas, "Elements of
/// Information Theory", section 10.3).
double shannonBound(const Density& density);
/// Entropy-coded uniform grids at high rates, √(πe/6) of Shannon's bound: 0.2546 bits worse (Gish and Pierce 1968).
double entropyCodedLimit(const Density& density);
/// Fixed-length codes of many levels, √((∫p^(1/3))³ / 12) (Panter and Dite 1951).
double fixedLengthLimit(const Density& density);

/// Bits per weight for which there are figures.
inline constexpr double leastLimitBits = 0.01;
inline constexpr double mostLimitBits = 24;

/// The figures at one rate, for weights of which a share is exactly 0 and the others follow the density.
struct RateLimits
{
    double bits = 0;
    double shannon = 0; ///< shannonBound(), bits spent on weights other than 0 only
    double entropyCoded = 0; ///< of the uniform grid of so many bits of entropy
    double panterDite = 0; ///< fixedLengthLimit(), with one of the levels for zeros if there are any
    double lloydMax = 0; ///< of the best symmetric quantizer of round(2^bits) levels; above 8 bits, panterDite
    friend bool operator==(const RateLimits&, const RateLimits&) = default;
};
/// bits: leastLimitBits … mostLimitBits; 0 ≤ zeroShare < 1. Relative to the root mean square of the density as that of
/// the weights not 0.
RateLimits limitsAt(const Density& density, double bits, double zeroShare = 0);

} // namespace bw
