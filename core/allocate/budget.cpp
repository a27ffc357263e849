#include "core/allocate/budget.h"

#include "core/base/error.h"

#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

namespace bw {

namespace {
constexpr std::array<std::pair<const char*, double>, 14> byteUnits { { { "", 1 }, { "b", 1 }, { "k", 1e3 },
    { "kb", 1e3 }, { "m", 1e6 }, { "mb", 1e6 }, { "g", 1e9 }, { "gb", 1e9 }, { "t", 1e12 }, { "tb", 1e12 },
    { "kib", 1024.0 }, { "mib", 1048576.0 }, { "gib", 1073741824.0 }, { "tib", 1099511627776.0 } } };
constexpr std::array bitUnits { "bpw", "bit", "bits" };

[[noreturn]] void refuse(std::string_view text)
{
    throw Error(ErrorKind::BadInput,
        BW_TR_NOOP("core",
            "\"%1\" is not a size: write bits per weight (4.1bpw), a file size (3.2GiB, 900kB) or a share of the "
            "model's file (25%)"),
        printable(text));
}

std::optional<Budget> inUnit(double value, const std::string& unit)
{
    if (unit == "%") {
        return Budget { Budget::Kind::Share, value / 100 };
    }
    for (const char* name : bitUnits) {
        if (unit == name) {
            return Budget { Budget::Kind::BitsPerWeight, value };
        }
    }
    for (const auto& [name, factor] : byteUnits) {
        if (unit == name) {
            return Budget { Budget::Kind::Bytes, value * factor };
        }
    }
    return std::nullopt;
}
} // namespace

Budget parseBudget(std::string_view text)
{
    std::size_t digits = 0;
    // An exponent is a letter within the number: "1e9".
    const auto isDigit
        = [&](std::size_t at) { return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; };
    while (digits < text.size()
        && (isDigit(digits) || text[digits] == '.' || (text[digits] == 'e' && isDigit(digits + 1)))) {
        ++digits;
    }
    std::string unit;
    for (const char c : text.substr(digits)) {
        if (c != ' ') {
            unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    const auto value = parseDouble(text.substr(0, digits));
    if (!value || !std::isfinite(*value) || *value <= 0) {
        refuse(text);
    }
    const auto budget = inUnit(*value, unit);
    if (!budget) {
        refuse(text);
    }
    return *budget;
}

std::string budgetText(const Budget& budget)
{
    switch (budget.kind) {
    case Budget::Kind::BitsPerWeight:
        return toTextRounded(budget.value, 15) + "bpw";
    case Budget::Kind::Bytes:
        return toText(static_cast<std::uint64_t>(budget.value)) + "B";
    case Budget::Kind::Share:
        return toTextRounded(100 * budget.value, 15) + "%";
    }
    return {};
}

} // namespace bw
