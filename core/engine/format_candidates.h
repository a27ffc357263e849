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

/// Formats of every family spread over codes of about `leastBits` to `mostBits` bits, for a picture of them all: as
/// candidateFormats(), but fewer variants and scalings (tensor, channel, blocks of 64), every size of vector codes, and
/// rates in steps of half a bit. Formats whose size is only known once they are measured may be outside. Family after
/// family.
std::vector<QuantFormat> surveyFormats(double leastBits, double mostBits);

/// `format` with each extra that may gain something, at the values the extra says are worth a trial. With an entropy
/// coder also under codes of one to three more bits and one scale per channel, as it saves what those cost. Valid ones;
/// none that `format` itself has.
std::vector<QuantFormat> extraVariants(const QuantFormat& format);

/// The format of another family that is most like `format`: parameters of the same name, scaling and extras kept where
/// the family takes them, and codes of as nearly the same number of bits as it has. Valid; nothing if no such format
/// is.
std::optional<QuantFormat> inFamily(const QuantFormat& format, const FormatFamily& family);

/// The element part of `format` under scales per tensor, channel and block of 16 … 1024, in every scale type. Only
/// `format` itself if it takes no scaling.
std::vector<QuantFormat> scalingVariants(const QuantFormat& format);

} // namespace bw
