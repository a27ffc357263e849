#pragma once

#include "core/formats/quant_format.h"

#include <string>
#include <string_view>
#include <vector>

namespace bw {

// The extras' part of a format's spelling: helpers of format_text.cpp.

/// Reads one piece ("sparse=0.1%"); false if it is no extra. Error{BadInput}: it is, but is wrong or there already.
bool parseExtra(std::string_view piece, QuantFormat& format);
/// "/sparse=0.1%/rans", in the order of the registry, without the coder that the family has anyway.
std::string extrasText(const QuantFormat& format);
/// Gives the format the coder its family has unless it names another.
void addUsualCoder(QuantFormat& format);
void checkExtras(const QuantFormat& format, std::vector<Problem>& problems);
/// What to offer for a misspelt extra.
std::vector<std::string> extraWords();

} // namespace bw
