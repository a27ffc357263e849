#include "widgets/palettes.h"

namespace bw {

namespace {

struct PaletteColors
{
    QColor window, base, alternate, text, muted, button, border, accent, accentText, link;
};

QPalette makePalette(const PaletteColors& c)
{
    QPalette palette(c.button, c.window);
    palette.setColor(QPalette::Window, c.window);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.base);
    palette.setColor(QPalette::AlternateBase, c.alternate);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::PlaceholderText, c.muted);
    palette.setColor(QPalette::Button, c.button);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.text);
    palette.setColor(QPalette::ToolTipBase, c.base);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, c.accentText);
    palette.setColor(QPalette::Link, c.link);
    palette.setColor(QPalette::LinkVisited, c.link);
    palette.setColor(QPalette::Mid, c.border);
    palette.setColor(QPalette::Dark, c.border);
    palette.setColor(QPalette::Midlight, c.alternate);
    palette.setColor(QPalette::Light, c.base);
    for (const auto role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText }) {
        palette.setColor(QPalette::Disabled, role, c.muted);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.border);
    return palette;
}

} // namespace

QPalette lightPalette()
{
    return makePalette({ .window = QColor(0xf3f4f6),
        .base = QColor(0xffffff),
        .alternate = QColor(0xf7f8fa),
        .text = QColor(0x1b1f26),
        .muted = QColor(0x646b76),
        .button = QColor(0xf8f9fa),
        .border = QColor(0xc3c8d0),
        .accent = QColor(0x2f6fb3),
        .accentText = QColor(0xffffff),
        .link = QColor(0x1f5f9f) });
}

QPalette darkPalette()
{
    return makePalette({ .window = QColor(0x23262b),
        .base = QColor(0x1a1d21),
        .alternate = QColor(0x202328),
        .text = QColor(0xe6e8eb),
        .muted = QColor(0x9aa2ad),
        .button = QColor(0x2e3238),
        .border = QColor(0x474d56),
        .accent = QColor(0x2b66a5),
        .accentText = QColor(0xffffff),
        .link = QColor(0x7db7ee) });
}

} // namespace bw
