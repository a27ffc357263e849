#include "core/formats/families/family_support.h"

#include <algorithm>
#include <limits>

namespace bw {

ParamSpec bitsParam(int min, int max)
{
    ParamSpec spec;
    spec.id = "bits";
    spec.title = BW_TR_NOOP("core", "Bits");
    spec.help = BW_TR_NOOP("core", "Bits per code: n bits tell 2ⁿ levels apart.");
    spec.type = ParamSpec::Type::Int;
    spec.min = min;
    spec.max = max;
    spec.step = 1;
    spec.defaultValue = std::int64_t { 4 };
    spec.unit = "bit";
    return spec;
}

std::int64_t intParam(const ParamValues& params, const char* id, std::int64_t fallback)
{
    const auto found = params.find(id);
    const auto* number = found == params.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return number == nullptr ? fallback : *number;
}

std::string wordParam(const ParamValues& params, const char* id, const char* fallback)
{
    const auto found = params.find(id);
    const auto* word = found == params.end() ? nullptr : std::get_if<std::string>(&found->second);
    return word == nullptr ? fallback : *word;
}

std::optional<ParamValues> parseBits(std::string_view element, std::string_view prefix, std::string_view suffix)
{
    if (!element.starts_with(prefix) || !element.ends_with(suffix) || element.size() <= prefix.size() + suffix.size()) {
        return std::nullopt;
    }
    const auto digits = element.substr(prefix.size(), element.size() - prefix.size() - suffix.size());
    if (digits.front() == '0'
        || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    // A number too long to read is out of any range, which validation says.
    return ParamValues { { "bits", parseInt(digits).value_or(std::numeric_limits<std::int64_t>::max()) } };
}

std::string bitsText(const char* prefix, const ParamValues& params, const char* suffix)
{
    return prefix + toText(intParam(params, "bits", 0)) + suffix;
}

int bitsOf(const ParamValues& params)
{
    return static_cast<int>(intParam(params, "bits", 0));
}

std::vector<Problem> checkIntegerBits(const QuantFormat& format, int lowest)
{
    const int bits = bitsOf(format.params);
    if (bits > 8 && bits != 16) {
        return { { "bits",
            { BW_TR_NOOP("core", "bits must be %1 to 8, or 16, not %2"), { toText(lowest), toText(bits) } } } };
    }
    return {};
}

} // namespace bw
