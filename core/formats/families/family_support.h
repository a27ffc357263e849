#pragma once

#include "core/formats/format_family.h"
#include "core/formats/grid_codec.h"

#include <optional>
#include <string>
#include <string_view>

namespace bw {

/// Helpers of the families' files; nobody else includes this.

/// The parameter "bits", min … max.
ParamSpec bitsParam(int min, int max);
/// A whole number; `fallback` if it is missing or of another type (printing must not fail on a broken format).
std::int64_t intParam(const ParamValues& params, const char* id, std::int64_t fallback);
/// A choice; `fallback` likewise.
std::string wordParam(const ParamValues& params, const char* id, const char* fallback);
/// Reads PREFIX + digits + SUFFIX as bits; nothing if the element is spelt otherwise.
std::optional<ParamValues> parseBits(std::string_view element, std::string_view prefix, std::string_view suffix = {});
std::string bitsText(const char* prefix, const ParamValues& params, const char* suffix = "");
int bitsOf(const ParamValues& params);
/// Integer grids have `lowest` to 8 bits, or 16.
std::vector<Problem> checkIntegerBits(const QuantFormat& format, int lowest);

} // namespace bw
