#include "app/document/format_gestures.h"
#include "app/document/layer_work.h"
#include "core/formats/format_family.h"
#include "tests/app/models.h"

#include <gtest/gtest.h>

namespace bw {
namespace {

/// What a format does to a layer of 16 channels.
LayerResultPtr resultOf(const std::string& format)
{
    const LayerInfo layer = test::layer("w", LayerKind::Conv2d, { 16, 8, 3, 3 }, 5);
    return computeResult(layer, LayerChoice { parseFormat(format), "rtn", {} }, nullptr, nullptr, {});
}

TEST(FormatGestures, TheExponentOfAPowerFormat)
{
    EXPECT_EQ(formatText(*withExponent(parseFormat("pow4/c"), 0.5)), "pow4(a=0.5)/c");
    EXPECT_EQ(exponentOf(parseFormat("pow4(a=0.5)/c")), 0.5);
    EXPECT_TRUE(isExponentSearched(parseFormat("pow4/c")));
    EXPECT_FALSE(exponentOf(parseFormat("pow4/c")).has_value());
    EXPECT_FALSE(exponentOf(parseFormat("int4/c")).has_value());
}

TEST(FormatGestures, AnExponentTurnsAnotherFormatIntoAPowerFormatOfTheSameBits)
{
    EXPECT_EQ(formatText(*withExponent(parseFormat("int3/b32:search"), 0.7)), "pow3(a=0.7)/b32:search");
    EXPECT_EQ(exponentBits(parseFormat("int3/c")), 3);
    EXPECT_FALSE(exponentBits(parseFormat("levels(-1,0,1)/c")).has_value());
}

TEST(FormatGestures, AnExponentStaysInItsRange)
{
    EXPECT_TRUE(validate(*withExponent(parseFormat("pow4/c"), -3)).empty());
    EXPECT_TRUE(validate(*withExponent(parseFormat("pow4/c"), 99)).empty());
}

TEST(FormatGestures, HalvingTheClipPointHalvesTheGrid)
{
    for (const char* text : { "int4/c", "int4s/t", "pow4(a=0.5)/b36", "int4/c:search" }) {
        const auto before = resultOf(text);
        const QuantFormat format
            = withClip(before->resolved, *before, before->grid.clipLow / 2, before->grid.clipHigh / 2);
        EXPECT_TRUE(validate(format).empty()) << formatText(format);
        const auto after = resultOf(formatText(format));
        // Relative to their groups: the typical one may be another when scales were searched before.
        const double ratio
            = after->grid.clipHigh / after->typicalAbsMax / (before->grid.clipHigh / before->typicalAbsMax);
        EXPECT_NEAR(ratio, 0.5, 0.02) << text << " " << formatText(format);
    }
}

TEST(FormatGestures, AClipPointCannotLeaveTheWeights)
{
    const auto before = resultOf("int4/c");
    const QuantFormat far
        = withClip(before->resolved, *before, before->grid.clipLow * 100, before->grid.clipHigh * 100);
    EXPECT_TRUE(validate(far).empty());
    EXPECT_LE(far.scaling.ruleValue, 1.0);
    EXPECT_TRUE(validate(withClip(before->resolved, *before, 0, 0)).empty());
}

TEST(FormatGestures, LevelsKeepTheirPlaceWhenAFormatBecomesACodebook)
{
    for (const char* text : { "int4/c", "int4s/c", "int3/t:search", "pow4/c", "kmeans4/c", "uint4/c", "nf4/b36",
             "levels(-1,-0.3,0,0.4,1)/c" }) {
        const auto before = resultOf(text);
        ASSERT_TRUE(canEditLevels(before->resolved)) << text;
        const QuantFormat format = withLevels(before->resolved, *before, before->grid.levels);
        EXPECT_TRUE(validate(format).empty()) << formatText(format);
        EXPECT_TRUE(familyOf(format).canSetLevels);
        const auto after = resultOf(formatText(format));
        // The typical group may be another one if several have nearly the same scale: compare shapes.
        ASSERT_EQ(after->grid.levels.size(), before->grid.levels.size()) << text;
        for (std::size_t index = 0; index < after->grid.levels.size(); ++index) {
            EXPECT_NEAR(after->grid.levels[index] / after->typicalAbsMax,
                before->grid.levels[index] / before->typicalAbsMax, 0.01)
                << text << " " << index;
        }
    }
}

TEST(FormatGestures, AMovedLevelStaysBetweenItsNeighbours)
{
    const std::vector<double> levels { -1, -0.2, 0.3, 1 };
    EXPECT_EQ(movedLevel(levels, 1, 0.1, 1)[1], 0.1);
    EXPECT_LT(movedLevel(levels, 1, 5, 1)[1], 0.3);
    EXPECT_GT(movedLevel(levels, 1, 5, 1)[1], 0.29);
    EXPECT_EQ(movedLevel(levels, 3, 5, 1)[3], 1);
    EXPECT_EQ(movedLevel(levels, 9, 5, 1), levels);
}

TEST(FormatGestures, ADraggedLevelOfAnIntegerGridIsWhereItWasPut)
{
    const auto before = resultOf("int4/c");
    auto levels = movedLevel(
        before->grid.levels, 5, (before->grid.levels[5] * 3 + before->grid.levels[6]) / 4, before->typicalAbsMax);
    const auto after = resultOf(formatText(withLevels(before->resolved, *before, levels)));
    EXPECT_NEAR(after->grid.levels[5] / after->typicalAbsMax, levels[5] / before->typicalAbsMax, 0.005);
    EXPECT_NE(after->resolved.family, before->resolved.family);
}

} // namespace
} // namespace bw
