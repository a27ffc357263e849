#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace bw {

std::string fillSlots(std::string_view source, const std::vector<std::string>& args)
{
    std::string out;
    out.reserve(source.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        const bool isSlot = source[i] == '%' && i + 1 < source.size() && source[i + 1] >= '1' && source[i + 1] <= '9';
        const auto slot = isSlot ? static_cast<std::size_t>(source[i + 1] - '1') : args.size();
        if (slot < args.size()) {
            out += args[slot];
            ++i;
        } else {
            out += source[i];
        }
    }
    return out;
}

std::string Text::english() const
{
    return fillSlots(source, args);
}

namespace {
template <class T>
std::string shortest(T value)
{
    std::array<char, 40> buffer {};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return { buffer.data(), end };
}
} // namespace

std::string toText(double value)
{
    return shortest(value);
}
std::string toText(float value)
{
    return shortest(value);
}

std::string toTextRounded(double value, int digits)
{
    // fmt ignores the locale unless asked for it.
    return fmt::format("{:.{}g}", value, digits);
}

std::string sizeText(std::uint64_t bytes)
{
    static constexpr std::array units { "B", "kB", "MB", "GB", "TB", "PB" };
    if (bytes < 1000) {
        return fmt::format("{} B", bytes);
    }
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, decimals, units[unit]);
}

std::optional<double> parseDouble(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> parseInt(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

namespace {
/// Insertions, deletions and substitutions that lead from one to the other; `limit` if there are at least so many.
std::size_t editDistance(std::string_view a, std::string_view b, std::size_t limit)
{
    const auto atLeast = std::max(a.size(), b.size()) - std::min(a.size(), b.size());
    if (atLeast >= limit) {
        return limit;
    }
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        std::size_t least = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({ row[j] + 1, row[j - 1] + 1, substitute });
            least = std::min(least, row[j]);
        }
        if (least >= limit) {
            return limit;
        }
    }
    return row.back();
}
} // namespace

std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates)
{
    constexpr std::size_t longest = 200;
    if (word.size() > longest) {
        return {};
    }
    std::string best;
    // Beyond half the word's length a suggestion confuses more than it helps.
    std::size_t bestDistance = std::max<std::size_t>(word.size() / 2, 2) + 1;
    for (const auto& candidate : candidates) {
        const auto distance = editDistance(word, candidate, bestDistance);
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

std::size_t utf8SequenceLength(std::string_view text, std::size_t i)
{
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1
        : (lead >> 5) == 6                 ? 2
        : (lead >> 4) == 14                ? 3
        : (lead >> 3) == 30                ? 4
                                           : 0;
    if (length == 0 || i + length > text.size()) {
        return 0;
    }
    for (std::size_t k = 1; k < length; ++k) {
        if ((static_cast<unsigned char>(text[i + k]) >> 6) != 2) {
            return 0;
        }
    }
    return length;
}

namespace {
bool changesDirectionOrHides(std::string_view sequence)
{
    // U+200B…U+200F, U+202A…U+202E, U+2060…U+2069, U+FEFF
    if (sequence.size() != 3) {
        return false;
    }
    const auto a = static_cast<unsigned char>(sequence[0]);
    const auto b = static_cast<unsigned char>(sequence[1]);
    const auto c = static_cast<unsigned char>(sequence[2]);
    return (a == 0xE2 && b == 0x80 && ((c >= 0x8B && c <= 0x8F) || (c >= 0xAA && c <= 0xAE)))
        || (a == 0xE2 && b == 0x81 && c >= 0xA0 && c <= 0xA9) || (a == 0xEF && b == 0xBB && c == 0xBF);
}
} // namespace

std::string printable(std::string_view text, std::size_t limit)
{
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (out.size() >= limit) {
            return out + "…";
        }
        const auto length = utf8SequenceLength(text, i);
        const auto sequence = text.substr(i, length == 0 ? 1 : length);
        const auto byte = static_cast<unsigned char>(text[i]);
        if (length == 0 || byte < 0x20 || byte == 0x7F || changesDirectionOrHides(sequence)) {
            for (const char c : sequence) {
                out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
            }
        } else {
            out += sequence;
        }
        i += sequence.size();
    }
    return out;
}

} // namespace bw
