#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace bw {

/// Keys keep their order, so the same document is always the same bytes. Include in .cpp files only (3 s a unit).
using Json = nlohmann::ordered_json;

struct JsonLimits
{
    std::size_t depth = 64;
    std::size_t bytes = std::size_t { 100 } << 20;
};

/// Parses one document. Error{BadFile} naming line, column and cause if it is malformed, too deep, too large, or has a
/// duplicate key.
Json parseJson(std::string_view text, const JsonLimits& limits = {});

/// Two-space indented UTF-8 with a final newline. NaN and infinities become null; invalid UTF-8 is replaced.
std::string jsonText(const Json& document);

} // namespace bw
