#pragma once

#include "core/formats/format_extra.h"

#include <optional>
#include <string>
#include <string_view>

namespace bw {

/// Helpers of the extras' files; nobody else includes this.

/// A share: "0.1%" or "0.001"; printed as a percentage where that reads back.
std::string shareText(const ParamValue& value);
std::optional<ParamValue> parseShare(std::string_view text);
/// A whole number.
std::string wholeText(const ParamValue& value);
std::optional<ParamValue> parseWhole(std::string_view text);

} // namespace bw
