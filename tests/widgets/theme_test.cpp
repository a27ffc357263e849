#include "widgets/palettes.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/tone_label.h"

#include <QApplication>
#include <QFontMetricsF>

#include <gtest/gtest.h>

namespace bw {

class Theme : public testing::TestWithParam<bool>
{
protected:
    QPalette palette() const { return GetParam() ? darkPalette() : lightPalette(); }
};

TEST_P(Theme, textIsReadable)
{
    const PlotTheme theme = PlotTheme::fromPalette(palette());
    EXPECT_EQ(theme.isDark, GetParam());
    EXPECT_GE(contrastRatio(theme.text, theme.background), 7);
    EXPECT_GE(contrastRatio(theme.mutedText, theme.background), 4.5);
    EXPECT_GE(contrastRatio(theme.text, theme.panel), 7);
    EXPECT_GE(contrastRatio(theme.mutedText, theme.panel), 4.5);
    for (const QColor& role : { theme.optimum, theme.level, theme.quantized, theme.outlier, theme.activation }) {
        EXPECT_GE(contrastRatio(readableColor(role, theme.background), theme.background), 4.5);
    }
}

TEST_P(Theme, marksStandOut)
{
    // WCAG 2.1, 1.4.11: graphics need 3 : 1. Orange on white cannot and is filled and outlined instead.
    const PlotTheme theme = PlotTheme::fromPalette(palette());
    for (const QColor& role : { theme.original, theme.level, theme.optimum, theme.outlier, theme.activation }) {
        EXPECT_GE(contrastRatio(role, theme.background), 3) << role.name().toStdString();
    }
    EXPECT_GE(contrastRatio(theme.quantized, theme.background), 2.4);
}

TEST_P(Theme, tonesAreReadableOnWindowAndBase)
{
    for (const auto role : { QPalette::Window, QPalette::Base }) {
        const QColor background = palette().color(role);
        for (const Tone tone : { Tone::Normal, Tone::Muted, Tone::Good, Tone::Warning, Tone::Error }) {
            EXPECT_GE(contrastRatio(toneColor(tone, palette().color(QPalette::Text), background), background), 4.5);
        }
    }
    EXPECT_GE(contrastRatio(palette().color(QPalette::HighlightedText), palette().color(QPalette::Highlight)), 4.5);
    EXPECT_GE(contrastRatio(palette().color(QPalette::Disabled, QPalette::Text), palette().color(QPalette::Base)), 4.5);
}

INSTANTIATE_TEST_SUITE_P(LightAndDark, Theme, testing::Values(false, true));

TEST(ToneLabel, showsMarkupAsTextAndFollowsThePalette)
{
    QApplication::setPalette(lightPalette());
    ToneLabel label(QStringLiteral("<b>layer</b>"), Tone::Muted);
    label.show();
    EXPECT_EQ(label.textFormat(), Qt::PlainText);
    const QColor light = label.palette().color(QPalette::WindowText);
    QApplication::setPalette(darkPalette());
    QCoreApplication::processEvents();
    const QColor dark = label.palette().color(QPalette::WindowText);
    EXPECT_NE(light, dark);
    EXPECT_GE(contrastRatio(dark, darkPalette().color(QPalette::Window)), 4.5);
    QApplication::setPalette(lightPalette());
    QCoreApplication::processEvents();
    EXPECT_EQ(label.palette().color(QPalette::WindowText), light);
}

TEST(Fonts, tabularDigitsAreEquallyWide)
{
    const QFontMetricsF metrics(tabularFont(QApplication::font()));
    for (char digit = '1'; digit <= '9'; ++digit) {
        EXPECT_NEAR(metrics.horizontalAdvance(QLatin1Char(digit)), metrics.horizontalAdvance(QLatin1Char('0')), 0.01);
    }
    EXPECT_GT(metrics.horizontalAdvance(QLatin1Char('0')), 0);
}

} // namespace bw
