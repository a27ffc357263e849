#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bw::cli {

enum class Align
{
    Left,
    Right
};

/// Where a cell that is too wide is cut: layer names in their middle, sentences at their end.
enum class Cut
{
    Never,
    Middle,
    End
};

/// A table of text for people: aligned columns, at most 100 wide as long as the columns that may be cut can give way.
class TextTable
{
public:
    static constexpr std::size_t width = 100;

    void column(const std::string& title, Align align = Align::Left, Cut cut = Cut::Never);
    void row(std::vector<std::string> cells);
    std::size_t rowCount() const { return m_rows.size(); }
    /// All rows or, if there are more than `limit`, the first ones and a line that says how to see the rest. 0: no
    /// limit.
    std::string text(std::size_t limit = 0) const;

private:
    struct Column
    {
        std::string title;
        Align align;
        Cut cut;
    };
    std::vector<std::size_t> columnWidths() const;

    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

/// Rows a table shows: all of them, except on a terminal, where a large model would scroll away (0: all).
std::size_t rowLimit(bool showAll);

/// Four significant digits; "inf", "nan" spelt out.
std::string numberText(double value, int digits = 4);
/// "12,345,678"
std::string countText(std::uint64_t count);
/// "81.8 %"
std::string percentText(double share, int decimals = 2);
/// Lines of at most 100 columns, each after `indent` spaces and with a line end.
std::string wrapped(const std::string& text, std::size_t indent);
/// Columns the text takes (characters, not bytes).
std::size_t displayWidth(std::string_view text);
/// Cut to `width` columns: "layer1…weight", "It has fewer…".
std::string elided(const std::string& text, std::size_t width, Cut cut = Cut::Middle);

} // namespace bw::cli
