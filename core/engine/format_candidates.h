#pragma once
// value header

#include "core/formats/quant_format.h"

#include <optional>
#include <vector>

namespace bw {

struct FormatFamily;

/// Formats worth trying where a code may have at most `maxBits` bits, from what families say of themselves: every
/// parameter that sets the bits of a code over its range, the others as in the family's examples or searched; scales
/// per tensor, channel and block of 32, 64 and 128, by every rule that needs no value of its own. All are valid; those
/// with the most bits come first. Left out: codebooks that a user has to draw, and parameters that span the model.
std::vector<QuantFormat> candidateFormats(double maxBits);

/// The format of another family that is most like `format`: parameters of the same name, scaling and extras kept where
/// the family takes them, and codes of as nearly the same number of bits as it has. Valid; nothing if no such format
/// is.
std::optional<QuantFormat> inFamily(const QuantFormat& format, const FormatFamily& family);

/// The element part of `format` under scales per tensor, channel and block of 16 … 1024, in every scale type. Only
/// `format` itself if it takes no scaling.
std::vector<QuantFormat> scalingVariants(const QuantFormat& format);

} // namespace bw
