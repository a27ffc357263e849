#include "widgets/plots/plot_theme.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

/// WCAG 2.1, relative luminance.
double luminance(const QColor& color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto blend = [share](double x, double y) { return static_cast<float>(x + (y - x) * share); };
    return QColor::fromRgbF(blend(a.redF(), b.redF()), blend(a.greenF(), b.greenF()), blend(a.blueF(), b.blueF()));
}

QColor withAlpha(QColor color, int alpha)
{
    color.setAlpha(alpha);
    return color;
}

} // namespace

double contrastRatio(const QColor& a, const QColor& b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

QColor readableColor(const QColor& color, const QColor& background, double ratio)
{
    const QColor target = luminance(background) > 0.18 ? QColor(Qt::black) : QColor(Qt::white);
    QColor result = color;
    result.setAlpha(255);
    for (int step = 1; step <= 50 && contrastRatio(result, background) < ratio; ++step) {
        result = mixed(color, target, step / 50.0);
    }
    return result;
}

PlotTheme PlotTheme::fromPalette(const QPalette& palette)
{
    PlotTheme theme;
    theme.background = palette.color(QPalette::Active, QPalette::Base);
    theme.isDark = luminance(theme.background) < 0.18;
    const QColor text = palette.color(QPalette::Active, QPalette::Text);
    theme.text = readableColor(text, theme.background, 7);
    theme.mutedText = mutedTextColor(theme.text, theme.background);
    theme.axis = mixed(theme.text, theme.background, 0.55);
    theme.grid = mixed(theme.text, theme.background, theme.isDark ? 0.86 : 0.90);
    theme.panel = theme.isDark ? mixed(theme.background, Qt::white, 0.09) : mixed(theme.background, Qt::white, 0.5);
    theme.panelBorder = mixed(theme.text, theme.background, 0.70);
    theme.accent = palette.color(QPalette::Active, QPalette::Highlight);

    // Okabe & Ito, "Color Universal Design" (2008): orange, sky blue, bluish green, vermilion, reddish purple.
    theme.original = theme.isDark ? QColor(0x8fa3b8) : QColor(0x5b7288);
    theme.originalFill = theme.isDark ? QColor(0x3d4c5c) : QColor(0xc3d0dc);
    theme.quantized = theme.isDark ? QColor(0xf0ab1f) : QColor(0xe08e00);
    theme.level = theme.isDark ? QColor(0xf0702a) : QColor(0xd55e00);
    theme.cellEdge = withAlpha(theme.text, theme.isDark ? 46 : 40);
    theme.optimum = theme.isDark ? QColor(0x1fbf90) : QColor(0x009e73);
    theme.outlier = theme.isDark ? QColor(0xd98fb8) : QColor(0xb8609a);
    theme.activation = theme.isDark ? QColor(0x56b4e9) : QColor(0x2f93cf);
    theme.interval = withAlpha(theme.optimum, theme.isDark ? 44 : 34);
    return theme;
}

QColor PlotTheme::mutedTextColor(const QColor& text, const QColor& background)
{
    return readableColor(mixed(text, background, 0.38), background, 4.6);
}

QFont tabularFont(const QFont& base)
{
    const QFontMetricsF metrics(base);
    const double width = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (std::fabs(metrics.horizontalAdvance(QLatin1Char(digit)) - width) > 0.01) {
            QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
            fixed.setPointSizeF(QFontInfo(base).pointSizeF());
            return fixed;
        }
    }
    return base;
}

QFont scaledFont(const QFont& base, double factor)
{
    QFont font = base;
    const double pixels = QFontInfo(base).pixelSize() * factor;
    font.setPixelSize(std::max(8, static_cast<int>(std::lround(pixels))));
    return font;
}

} // namespace bw
