#include "core/formats/extras/extra_support.h"

#include "core/base/text.h"

namespace bw {

std::string shareText(const ParamValue& value)
{
    const auto* share = std::get_if<double>(&value);
    if (share == nullptr) {
        return "?";
    }
    const std::string percent = toTextRounded(*share * 100, 12) + "%";
    const auto again = parseShare(percent);
    return again && *again == value ? percent : toText(*share);
}

std::optional<ParamValue> parseShare(std::string_view text)
{
    const bool isPercent = text.ends_with('%');
    const auto number = parseDouble(isPercent ? text.substr(0, text.size() - 1) : text);
    if (!number) {
        return std::nullopt;
    }
    return ParamValue(isPercent ? *number / 100 : *number);
}

std::string wholeText(const ParamValue& value)
{
    const auto* number = std::get_if<std::int64_t>(&value);
    return number == nullptr ? "?" : toText(*number);
}

std::optional<ParamValue> parseWhole(std::string_view text)
{
    const auto number = parseInt(text);
    return number ? std::optional<ParamValue>(*number) : std::nullopt;
}

} // namespace bw
