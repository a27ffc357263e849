#pragma once
// value header

#include "core/formats/quant_format.h"

#include <vector>

namespace bw {

/// What layers may get where nobody names formats: codebooks fitted to each layer of 2 to 8 bits, with a scale per
/// output channel and per 64 weights, and half precision. Of the families tried on ResNet-20 they did the least harm at
/// every size from 2 to 4 bits.
std::vector<QuantFormat> usualAllocationFormats();

} // namespace bw
