#include "core/report/report.h"

#include "core/base/text.h"

#include <array>

namespace bw {

namespace {
constexpr std::string_view digits = "0123456789ABCDEF";

std::string percent(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return { '%', digits[byte >> 4], digits[byte & 15] };
}

bool mustEscape(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return c == '%' || c == '/' || byte < 0x20 || byte == 0x7F;
}
} // namespace

std::string escapedLayerName(const std::string& name)
{
    if (name.empty()) {
        return "%";
    }
    std::string out;
    for (std::size_t i = 0; i < name.size();) {
        const auto length = utf8SequenceLength(name, i);
        if (length == 0 || mustEscape(name[i])) {
            out += percent(name[i]);
            ++i;
        } else {
            out += name.substr(i, length);
            i += length;
        }
    }
    // "." is the group itself for HDF5, "table" is our own.
    const bool isTaken = out == "." || out == ".." || out == "table";
    return isTaken ? percent(out.front()) + out.substr(1) : out;
}

std::string unescapedLayerName(const std::string& group)
{
    if (group == "%") {
        return {};
    }
    std::string out;
    for (std::size_t i = 0; i < group.size(); ++i) {
        const auto high = i + 2 < group.size() ? digits.find(group[i + 1]) : std::string_view::npos;
        const auto low = i + 2 < group.size() ? digits.find(group[i + 2]) : std::string_view::npos;
        if (group[i] == '%' && high != std::string_view::npos && low != std::string_view::npos) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += group[i];
        }
    }
    return out;
}

} // namespace bw
