#include "widgets/plots/inline_edit.h"
#include "widgets/text.h"

#include <QLocale>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace bw {

namespace {

QString text(double value)
{
    return numberText(value);
}

} // namespace

TEST(NumberText, hasThreeSignificantDigits)
{
    EXPECT_EQ(text(0.09834), QStringLiteral("0.0983"));
    EXPECT_EQ(text(20.15), QStringLiteral("20.1"));
    EXPECT_EQ(text(4), QStringLiteral("4.00"));
    EXPECT_EQ(text(1234), QStringLiteral("1,234"));
    EXPECT_EQ(text(-0.5), QStringLiteral("−0.500"));
    EXPECT_EQ(text(0), QStringLiteral("0"));
}

TEST(NumberText, roundsAcrossPowersOfTen)
{
    EXPECT_EQ(text(9.996), QStringLiteral("10.0"));
    EXPECT_EQ(text(0.09996), QStringLiteral("0.100"));
    EXPECT_EQ(text(99.95), QStringLiteral("100"));
}

TEST(NumberText, usesPowersForExtremes)
{
    EXPECT_EQ(text(0.00000312), QStringLiteral("3.12e−6"));
    EXPECT_EQ(text(-2.5e12), QStringLiteral("−2.50e12"));
    EXPECT_EQ(text(std::numeric_limits<double>::denorm_min()).isEmpty(), false);
    EXPECT_EQ(text(std::numeric_limits<double>::infinity()), QStringLiteral("∞"));
    EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), QStringLiteral("−∞"));
    EXPECT_EQ(text(std::nan("")), QStringLiteral("NaN"));
}

TEST(NumberText, marksUnknownAndInexact)
{
    EXPECT_EQ(numberText(std::nullopt, true), QStringLiteral("—"));
    EXPECT_EQ(numberText(0.5, false), QStringLiteral("≈0.500"));
}

TEST(Texts, sizesDurationsShares)
{
    EXPECT_EQ(bytesText(999), QStringLiteral("999 B"));
    EXPECT_EQ(bytesText(1090000), QStringLiteral("1.09 MB"));
    EXPECT_EQ(bytesText(999999), QStringLiteral("1.00 MB"));
    EXPECT_EQ(durationText(2.44), QStringLiteral("2.4 s"));
    EXPECT_EQ(durationText(83), QStringLiteral("1 min 23 s"));
    EXPECT_EQ(durationText(7500), QStringLiteral("2 h 5 min"));
    EXPECT_EQ(durationText(std::nan("")), QStringLiteral("—"));
    EXPECT_EQ(percentText(0.818), QStringLiteral("81.8 %"));
    EXPECT_EQ(signedPercentText(-0.312), QStringLiteral("−31 %"));
    EXPECT_EQ(signedPercentText(0.04), QStringLiteral("+4.0 %"));
}

TEST(Texts, namesFromFilesCannotTurnTheTextAround)
{
    EXPECT_FALSE(shownName("a\xe2\x80\xae"
                           "b")
                     .contains(QChar(0x202e)));
    EXPECT_FALSE(shownName("a\nb").contains(QLatin1Char('\n')));
}

TEST(Texts, slotsOfCoreSentencesAreFilledOnce)
{
    EXPECT_EQ(coreText(Text("%1 and %2", { "%2", "x" })), QStringLiteral("%2 and x"));
}

TEST(TypedNumber, acceptsLocaleAndPoint)
{
    EXPECT_EQ(typedNumber(QStringLiteral(" 0.25 ")), 0.25);
    EXPECT_EQ(typedNumber(QStringLiteral("−3e-2")), -0.03);
    EXPECT_EQ(typedNumber(QStringLiteral("x")), std::nullopt);
    EXPECT_EQ(typedNumber(QStringLiteral("inf")), std::nullopt);
    QLocale::setDefault(QLocale(QLocale::German));
    EXPECT_EQ(typedNumber(QStringLiteral("0,25")), 0.25);
    EXPECT_EQ(numberText(0.25), QStringLiteral("0,250"));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

} // namespace bw
