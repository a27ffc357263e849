#include "core/allocate/water_filling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace bw {

namespace {
/// Design notes §1.14: weights, RMS and mean Fisher of four layers.
std::vector<WaterLayer> published(double least, double most)
{
    const double weights[] { 100e6, 4e6, 1e6, 50e6 };
    const double rms[] { .02, .03, .01, .025 };
    const double fisher[] { 1e-6, 4e-6, 4e-4, 1e-5 };
    std::vector<WaterLayer> layers;
    for (int i = 0; i < 4; ++i) {
        layers.push_back({ weights[i], std::log2(rms[i]) + std::log2(fisher[i]) / 2, least, most });
    }
    return layers;
}
constexpr double allWeights = 155e6;
} // namespace

TEST(WaterFilling, GivesThePublishedBits)
{
    const WaterFilling filling(published(-100, 100));
    const double level = filling.levelFor(3 * allWeights);
    EXPECT_NEAR(level, 17.907664, 1e-6);
    const double expected[] { 2.298, 3.883, 5.620, 4.281 };
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(filling.bits(i, level), expected[i], 5e-4);
        EXPECT_NEAR(filling.bits(i, filling.levelFor(4 * allWeights)), expected[i] + 1, 5e-4);
    }
    double rounded = 0;
    const auto layers = published(-100, 100);
    for (std::size_t i = 0; i < 4; ++i) {
        rounded += layers[i].weights * std::nearbyint(filling.bits(i, level));
    }
    EXPECT_NEAR(rounded / allWeights, 2.72258, 1e-5);
}

TEST(WaterFilling, MeetsTheTotalExactlyWithEveryLayerHeldBetweenItsEnds)
{
    std::mt19937_64 random(31);
    std::uniform_real_distribution<double> any(0, 1);
    for (int round = 0; round < 500; ++round) {
        std::vector<WaterLayer> layers;
        double least = 0;
        double most = 0;
        for (int i = 0; i < 1 + round % 20; ++i) {
            WaterLayer layer { 1 + 1e6 * any(random), 10 * any(random) - 5, 1 + 3 * any(random), 0 };
            layer.most = layer.least + (i % 5 == 0 ? 0 : 5 * any(random));
            least += layer.weights * layer.least;
            most += layer.weights * layer.most;
            layers.push_back(layer);
        }
        const WaterFilling filling(layers);
        const double total = least + any(random) * (most - least);
        const double level = filling.levelFor(total);
        ASSERT_NEAR(filling.total(level), total, 1e-9 * most);
        ASSERT_NEAR(filling.total(filling.levelFor(2 * most)), most, 1e-9 * most);
        ASSERT_NEAR(filling.total(filling.levelFor(0)), least, 1e-9 * most);
        // Equal slopes: damage per weight 4^(need - bits) agrees for all layers that are at neither end.
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const double bits = filling.bits(i, level);
            ASSERT_GE(bits, layers[i].least);
            ASSERT_LE(bits, layers[i].most);
            if (bits > layers[i].least && bits < layers[i].most) {
                ASSERT_NEAR(layers[i].need - bits, -level, 1e-9);
            } else if (layers[i].least < layers[i].most) {
                ASSERT_TRUE(bits == layers[i].least ? layers[i].need + level <= bits + 1e-9
                                                    : layers[i].need + level >= bits - 1e-9);
            }
        }
    }
}

TEST(WaterFilling, DoesNotDependOnTheScaleOfWeights)
{
    // Weights c times as large have a Fisher information c² times as small.
    std::vector<WaterLayer> scaled;
    for (auto layer : published(2, 8)) {
        const double c = 7.3;
        layer.need = layer.need + std::log2(c) + std::log2(1 / (c * c)) / 2;
        scaled.push_back(layer);
    }
    const WaterFilling a(published(2, 8));
    const WaterFilling b(scaled);
    for (std::size_t i = 0; i < scaled.size(); ++i) {
        EXPECT_NEAR(a.bits(i, a.levelFor(3.3 * allWeights)), b.bits(i, b.levelFor(3.3 * allWeights)), 1e-9);
    }
}

TEST(WaterFilling, OfNoLayersIsNothing)
{
    const WaterFilling none({});
    EXPECT_EQ(none.total(none.levelFor(100)), 0);
}

} // namespace bw
