#pragma once
// value header

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Marks an English sentence of core for translation: BW_TR_NOOP("core", "tensor %1 is empty").
/// lupdate sees it through -tr-function-alias QT_TRANSLATE_NOOP+=BW_TR_NOOP; core itself never translates.
#define BW_TR_NOOP(context, sourceText) sourceText

namespace bw {

/// A sentence with numbered slots (%1 … %9) and what goes into them. Programs translate `source`, then fill the slots.
struct Text
{
    std::string source;
    std::vector<std::string> args;

    Text() = default;
    Text(const char* sourceText)
        : source(sourceText)
    {
    }
    Text(std::string sourceText, std::vector<std::string> arguments = {})
        : source(std::move(sourceText))
        , args(std::move(arguments))
    {
    }

    /// The sentence in English, slots filled.
    std::string english() const;
    bool empty() const { return source.empty(); }
    friend bool operator==(const Text&, const Text&) = default;
};

/// Fills %1 … %9 of `source` (each occurrence) with `args`.
std::string fillSlots(std::string_view source, const std::vector<std::string>& args);

/// Shortest text that reads back to the same number; always with a point, whatever the locale.
std::string toText(double value);
std::string toText(float value);
template <std::integral T>
std::string toText(T value)
{
    return std::to_string(value);
}

/// `value` with `digits` significant digits, without trailing zeros.
std::string toTextRounded(double value, int digits);
/// "1.09 MB", "3.2 GB": decimal units, three significant digits.
std::string sizeText(std::uint64_t bytes);

/// Whole-string numbers; nothing if anything is left over or the value does not fit. Locale-proof.
std::optional<double> parseDouble(std::string_view text);
std::optional<std::int64_t> parseInt(std::string_view text);

/// The candidate nearest to `word` by edit distance, for "did you mean"; empty if none is near.
std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates);

/// Length of the valid UTF-8 sequence at `text[i]`; 0 if broken.
std::size_t utf8SequenceLength(std::string_view text, std::size_t i);

/// File text made safe to print: control characters, bidirectional overrides and broken UTF-8 shown as escapes, cut at
/// `limit` bytes.
std::string printable(std::string_view text, std::size_t limit = 200);

} // namespace bw
