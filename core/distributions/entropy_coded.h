#pragma once
// value header

#include "core/distributions/density.h"

namespace bw {

/// A uniform grid … -2s, -s, 0, s, 2s … over a density of root mean square 1, every weight rounded to the nearest, and
/// the levels then coded without loss: what costs the least at high rates.
struct UniformGrid
{
    double step = 0;
    double entropy = 0; ///< bits per weight of an ideal entropy code
    double error = 1; ///< R: the root mean squared error
};

/// step > 0. `zeroShare` of the weights, 0 or more and below 1, are exactly 0 and the others follow the density; R is
/// relative to the latter's root mean square, which zeros, free of error, leave as it is.
UniformGrid uniformGrid(const Density& density, double step, double zeroShare = 0);
/// The grid whose entropy is `bits`, 0.01 … 24.
UniformGrid uniformGridWithEntropy(const Density& density, double bits, double zeroShare = 0);
/// Mean code length of a Huffman code for the grid's levels, in bits per weight (its table not counted). Levels so far
/// out that fewer than about one weight in 10^12 goes beyond them share the longest code.
double huffmanBits(const Density& density, double step);

} // namespace bw
