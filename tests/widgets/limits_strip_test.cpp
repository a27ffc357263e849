#include "widgets/panels/limits_strip.h"

#include "tests/widgets/made_up.h"
#include "tests/widgets/recorder.h"
#include "widgets/palettes.h"
#include "widgets/panels/popover.h"
#include "widgets/plots/plot_theme.h"

#include <QImage>

#include <gtest/gtest.h>

#include <cmath>

namespace bw {

namespace {

QImage painted(LimitsStrip& strip)
{
    QImage image(strip.size(), QImage::Format_RGB32);
    strip.render(&image);
    return image;
}

/// Middle of the columns with the mark's colour; nothing if it is not there.
std::optional<double> markAt(LimitsStrip& strip)
{
    const QColor mark = PlotTheme::fromPalette(strip.palette()).quantized;
    const QImage image = painted(strip);
    double sum = 0;
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y) == mark) {
                sum += x;
                ++count;
            }
        }
    }
    return count < 20 ? std::nullopt : std::optional(sum / count);
}

} // namespace

TEST(LimitsStripTest, theMarkStandsWhereTheFormatIs)
{
    LimitsStrip strip;
    showAt(strip, { 700, 48 });
    LimitsPicture picture = made_up::limits();
    picture.limits = RateLimits { 4, 1, 2, 8, 4 };
    const auto at = [&](double figure) {
        picture.rTimes2b = figure;
        strip.setPicture(picture);
        return markAt(strip).value_or(-1);
    };
    const double shannon = at(1);
    const double coded = at(2);
    const double panterDite = at(8);
    EXPECT_NEAR(panterDite - shannon, 3 * (coded - shannon), 2) << "decibels are even on the line";
    EXPECT_GT(coded, shannon + 100);
    EXPECT_LT(panterDite, 700);
    EXPECT_NEAR(at(4), (2 * panterDite + shannon) / 3, 2);
    // Beyond either end the line grows.
    EXPECT_GT(at(30), coded);
    EXPECT_GT(at(0.5), 0);
    EXPECT_LT(at(0.5), 60);
}

TEST(LimitsStripTest, saysTheDistance)
{
    LimitsStrip strip;
    LimitsPicture picture = made_up::limits();
    picture.limits->shannon = 1;
    picture.rTimes2b = 1.778279; // 5 dB
    strip.setPicture(picture);
    EXPECT_EQ(strip.accessibleName(), QStringLiteral("R·2ᵇ 1.78, 5 dB above the bound"));
    picture.rTimes2b = 0.5;
    picture.isExact = false;
    strip.setPicture(picture);
    EXPECT_EQ(strip.accessibleName(), QStringLiteral("R·2ᵇ ≈0.5, 6.02 dB below the bound for independent weights"));
    const auto* info = strip.findChild<InfoButton*>();
    EXPECT_TRUE(info->provenance().inputs.contains(QStringLiteral("Student-t, ν = 5.3")));
    EXPECT_TRUE(info->provenance().inputs.contains(QStringLiteral("pow4/c")));
}

TEST(LimitsStripTest, unknownLimitsHaveNoMark)
{
    LimitsStrip strip;
    showAt(strip, { 700, 48 });
    EXPECT_FALSE(markAt(strip).has_value());
    EXPECT_EQ(strip.accessibleName(), QStringLiteral("Distance to the limit: not known"));
    for (const auto figure : { std::optional<double>(), std::optional<double>(0) }) {
        LimitsPicture picture = made_up::limits();
        picture.rTimes2b = figure;
        strip.setPicture(picture);
        EXPECT_FALSE(markAt(strip).has_value()) << "no error, no distance";
    }
    LimitsPicture picture = made_up::limits();
    strip.setPicture(picture);
    EXPECT_TRUE(markAt(strip).has_value());
    picture.limits.reset();
    strip.setPicture(picture);
    EXPECT_FALSE(markAt(strip).has_value());
}

TEST(LimitsStripTest, everyWidthAndThemeCanBePainted)
{
    for (const QPalette& palette : { lightPalette(), darkPalette() }) {
        for (const int width : { 240, 420, 1400 }) {
            LimitsStrip strip;
            strip.setPalette(palette);
            showAt(strip, { width, 48 });
            strip.setPicture(made_up::limits());
            EXPECT_TRUE(markAt(strip).has_value()) << width;
        }
    }
}

} // namespace bw
