#include "core/sensitivity/compare_damage.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bw {

namespace {
DamageTable tableOf(const std::vector<std::vector<double>>& damages, double relativeError)
{
    DamageTable table;
    table.modelSha256 = "m";
    const char* formats[] { "int2/c", "int3/c", "int4/c" };
    for (std::size_t l = 0; l < damages.size(); ++l) {
        LayerDamage layer;
        layer.layer = "layer" + std::to_string(l);
        for (std::size_t f = 0; f < damages[l].size(); ++f) {
            DamagePoint point;
            point.format = parseFormat(formats[f]);
            point.damage = damages[l][f];
            point.standardError = relativeError * damages[l][f];
            layer.points.push_back(point);
        }
        table.layers.push_back(layer);
    }
    return table;
}
} // namespace

TEST(CompareDamage, FlagsWhatIsOffByMoreThanTheFactorAndNotByChance)
{
    EXPECT_FALSE(comparePair(1, 0, 1, 0).isOff);
    EXPECT_FALSE(comparePair(2.9, 0, 1, 0).isOff);
    EXPECT_TRUE(comparePair(3.1, 0, 1, 0).isOff);
    EXPECT_TRUE(comparePair(1, 0, 3.1, 0).isOff);
    EXPECT_NEAR(comparePair(1, 0, 4, 0).ratio, 0.25, 1e-15);
    // 4 against 1 ± 0.2: three times 1 may be 3.6 ± …, so 4 is within two standard errors.
    EXPECT_FALSE(comparePair(4, 0, 1, 0.2).isOff);
    EXPECT_FALSE(comparePair(1, 0.2, 4, 0).isOff);
    EXPECT_TRUE(comparePair(4, 0, 1, 0.1).isOff);
    EXPECT_FALSE(comparePair(4, 0.6, 1, 0).isOff);
    EXPECT_TRUE(comparePair(4, 0.4, 1, 0).isOff);
    // Next to nothing is next to nothing.
    EXPECT_FALSE(comparePair(9e-6, 0, 1e-9, 0).isOff);
    EXPECT_TRUE(comparePair(1, 0, 0, 0).isOff);
    EXPECT_TRUE(std::isinf(comparePair(1, 0, 0, 0).ratio));
    EXPECT_EQ(comparePair(0, 0, 0, 0).ratio, 1);
}

TEST(CompareDamage, TablesGiveLayersMedianRatioAndRankCorrelation)
{
    const auto measured = tableOf({ { 1, 0.1, 0.01 }, { 2, 0.2, 0.02 }, { 4, 0.4, 0.04 } }, 0.05);
    const auto same = compareDamage(measured, measured);
    EXPECT_EQ(same.points.size(), 9U);
    EXPECT_EQ(same.off, 0U);
    EXPECT_EQ(same.medianRatio, 1);
    EXPECT_NEAR(same.rankCorrelation, 1, 1e-12);
    EXPECT_TRUE(same.advice.empty());

    auto predicted = tableOf({ { 1.5, 0.1, 0.01 }, { 20, 0.2, 0.001 }, { 4, 0.4, 0.04 } }, 0);
    const auto off = compareDamage(predicted, measured);
    EXPECT_EQ(off.off, 2U);
    EXPECT_EQ(off.layersOff, std::vector<std::string> { "layer1" });
    EXPECT_TRUE(off.points[3].isOff);
    EXPECT_FALSE(off.points[4].isOff);
    EXPECT_TRUE(off.points[5].isOff);
    EXPECT_NE(off.advice.english().find("2 of 9 predictions, in 1 layers"), std::string::npos) << off.advice.english();

    // Everything ten times too large: the order is still right.
    for (auto& layer : predicted.layers) {
        for (auto& point : layer.points) {
            point.damage *= 10;
        }
    }
    EXPECT_NEAR(compareDamage(predicted, measured).medianRatio, 10, 1e-9);
    // numpy.corrcoef of the ranks of [1.5,.1,.01,20,.2,.001,4,.4,.04] and [1,.1,.01,2,.2,.02,4,.4,.04]
    EXPECT_NEAR(compareDamage(predicted, measured).rankCorrelation, 29.0 / 30, 1e-9);

    predicted.layers[0].points[0].reason = Text("cannot");
    predicted.layers[2].isKnown = false;
    EXPECT_EQ(compareDamage(predicted, measured).points.size(), 5U);
    predicted.modelSha256 = "other";
    EXPECT_THROW(compareDamage(predicted, measured), Error);
    EXPECT_THROW(compareDamage(tableOf({}, 0), measured), Error);
}

TEST(CompareDamage, PredictionsOfWholeAllocationsAreSums)
{
    const auto table = tableOf({ { 1, 0.1 }, { 2, 0.2 } }, 0.5);
    const auto sum = predictedDamage(table,
        { { "layer0", parseFormat("int3/c") }, { "layer1", parseFormat("int2/c") }, { "other", parseFormat("int2/c") },
            { "layer1", parseFormat("int8/c") } });
    EXPECT_NEAR(sum.damage, 2.1, 1e-12);
    EXPECT_NEAR(sum.standardError, std::sqrt(0.05 * 0.05 + 1), 1e-12);
    EXPECT_EQ(sum.unknown, 2U);
}

} // namespace bw
