#pragma once
// value header

#include "core/formats/quant_format.h"

#include <optional>

namespace bw {

/// Some formats have a rate: a real number of bits per weight that their codes are to take (entropy-coded ones). What
/// tables and scales take comes on top.
std::optional<double> rateOf(const QuantFormat& format);
/// The format at the nearest rate its family allows, in steps of a thousandth. The same if it has none.
QuantFormat withRate(QuantFormat format, double bits);
/// Least and most of the family; only for formats that have a rate.
struct RateRange
{
    double least = 0;
    double most = 0;
};
RateRange rateRange(const QuantFormat& format);

} // namespace bw
