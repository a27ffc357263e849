#pragma once

#include "core/base/text.h"

#include <string>

namespace bw {

/// A Text as one string, so that programs can translate it when it is read again: a JSON list [sentence with slots,
/// what goes into them …]; empty for an empty one.
std::string storedText(const Text& text);
/// Error{BadFile} if it is no such string.
Text restoredText(const std::string& stored);

} // namespace bw
