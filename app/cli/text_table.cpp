#include "app/cli/text_table.h"

#include "app/cli/standard_streams.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace bw::cli {

namespace {
bool startsCharacter(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// Byte position after the first `count` characters.
std::size_t bytesOf(std::string_view text, std::size_t count)
{
    std::size_t at = 0;
    while (at < text.size() && (count > 0 || !startsCharacter(text[at]))) {
        count -= startsCharacter(text[at]) ? 1 : 0;
        ++at;
    }
    return at;
}

std::string padded(const std::string& text, std::size_t width, Align align)
{
    const auto used = displayWidth(text);
    const std::string space(width > used ? width - used : 0, ' ');
    return align == Align::Right ? space + text : text + space;
}
} // namespace

std::size_t displayWidth(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), startsCharacter));
}

std::string elided(const std::string& text, std::size_t width, Cut cut)
{
    const auto used = displayWidth(text);
    if (used <= width || width < 3 || cut == Cut::Never) {
        return text;
    }
    if (cut == Cut::End) {
        return text.substr(0, bytesOf(text, width - 1)) + "…";
    }
    // The end of a layer's name tells more than its beginning.
    const auto head = (width - 1) / 3;
    const auto tail = width - 1 - head;
    return text.substr(0, bytesOf(text, head)) + "…" + text.substr(bytesOf(text, used - tail));
}

void TextTable::column(const std::string& title, Align align, Cut cut)
{
    m_columns.push_back({ title, align, cut });
}

void TextTable::row(std::vector<std::string> cells)
{
    cells.resize(m_columns.size());
    m_rows.push_back(std::move(cells));
}

std::vector<std::size_t> TextTable::columnWidths() const
{
    std::vector<std::size_t> widths;
    std::size_t total = 0;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        auto widest = displayWidth(m_columns[i].title);
        for (const auto& cells : m_rows) {
            widest = std::max(widest, displayWidth(cells[i]));
        }
        widths.push_back(widest);
        total += widest + 2;
    }
    constexpr std::size_t smallest = 16;
    while (total > width + 2) {
        std::size_t* widest = nullptr;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (m_columns[i].cut != Cut::Never && widths[i] > smallest && (widest == nullptr || widths[i] > *widest)) {
                widest = &widths[i];
            }
        }
        if (widest == nullptr) {
            break;
        }
        --*widest;
        --total;
    }
    return widths;
}

std::string TextTable::text(std::size_t limit) const
{
    const auto widths = columnWidths();
    std::string out;
    const auto addLine = [&](const auto& cellOf) {
        std::string line;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            line += (i == 0 ? "" : "  ")
                + padded(elided(cellOf(i), widths[i], m_columns[i].cut), widths[i], m_columns[i].align);
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    };
    addLine([&](std::size_t i) { return m_columns[i].title; });
    const auto shown = limit == 0 ? m_rows.size() : std::min(limit, m_rows.size());
    for (std::size_t r = 0; r < shown; ++r) {
        addLine([&](std::size_t i) { return m_rows[r][i]; });
    }
    if (shown < m_rows.size()) {
        out += fmt::format(
            "… and {} more: --all shows them, --layer REGEX picks some\n", countText(m_rows.size() - shown));
    }
    return out;
}

std::size_t rowLimit(bool showAll)
{
    constexpr std::size_t screenful = 60;
    return !showAll && isOutputTerminal() ? screenful : 0;
}

std::string numberText(double value, int digits)
{
    if (std::isnan(value)) {
        return "nan";
    }
    return std::isinf(value) ? (value > 0 ? "inf" : "-inf") : toTextRounded(value, digits);
}

std::string countText(std::uint64_t count)
{
    std::string text = std::to_string(count);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
        text.insert(static_cast<std::size_t>(at), ",");
    }
    return text;
}

std::string wrapped(const std::string& text, std::size_t indent)
{
    std::string out;
    std::string line;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        const std::string word = text.substr(at, end - at);
        if (!line.empty() && indent + displayWidth(line) + 1 + displayWidth(word) > TextTable::width) {
            out += std::string(indent, ' ') + line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
        at = end + 1;
    }
    return line.empty() ? out : out + std::string(indent, ' ') + line + "\n";
}

std::string percentText(double share, int decimals)
{
    return fmt::format("{:.{}f} %", share * 100, decimals);
}

} // namespace bw::cli
