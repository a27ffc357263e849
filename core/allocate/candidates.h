#pragma once
// value header

#include "core/formats/quant_format.h"

#include <vector>

namespace bw {

/// What layers may get where nobody names formats: integers of 2 to 8 bits, the clipping point searched, with a scale
/// per output channel and per 64 weights.
std::vector<QuantFormat> usualAllocationFormats();

} // namespace bw
