// Against codebooks that were computed independently (numpy and scipy).

#include "core/formats/cube_root_density.h"

#include <algorithm>
#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace bw {
namespace {

constexpr double tolerance = 2e-6;

struct Golden
{
    const char* name;
    Density density;
    ZeroLevel zero;
    std::optional<double> blockSize;
    std::vector<double> upper; ///< the positive levels
};

std::vector<double> positive(const std::vector<float>& levels)
{
    std::vector<double> result;
    std::copy_if(levels.begin(), levels.end(), std::back_inserter(result), [](float level) { return level > 0; });
    return result;
}

const Density normal { DensityKind::Normal };
const Density laplace { DensityKind::Laplace };
const Density t5 { DensityKind::StudentT, 5 };
const Density t7 { DensityKind::StudentT, 7 };

const Golden goldens[] {
    { "normal", normal, ZeroLevel::Symmetric, {},
        { 0.127810, 0.386261, 0.653662, 0.937724, 1.249713, 1.608901, 2.055652, 2.710186 } },
    { "laplace", laplace, ZeroLevel::Symmetric, {},
        { 0.128604, 0.411867, 0.738870, 1.125633, 1.598991, 2.209257, 3.069379, 4.539766 } },
    { "t5", t5, ZeroLevel::Symmetric, {},
        { 0.160498, 0.492811, 0.862459, 1.307984, 1.899969, 2.797358, 4.470939, 9.265653 } },
    { "t7", t7, ZeroLevel::Symmetric, {},
        { 0.147636, 0.449925, 0.774943, 1.144421, 1.594679, 2.199145, 3.148109, 5.219262 } },
    { "normal b64", normal, ZeroLevel::Symmetric, 64,
        { 0.049770, 0.150316, 0.254029, 0.363575, 0.482726, 0.617614, 0.780080, 1 } },
    { "normal b128", normal, ZeroLevel::Symmetric, 128,
        { 0.047029, 0.142134, 0.240546, 0.345117, 0.460021, 0.592413, 0.757340, 1 } },
    { "laplace b64", laplace, ZeroLevel::Symmetric, 64,
        { 0.034439, 0.109500, 0.194667, 0.293091, 0.409672, 0.552661, 0.737635, 1 } },
    { "t5 b64", t5, ZeroLevel::Symmetric, 64,
        { 0.038185, 0.116190, 0.199384, 0.292309, 0.401615, 0.538297, 0.722904, 1 } },
    { "t7 b64", t7, ZeroLevel::Symmetric, 64,
        { 0.041608, 0.126254, 0.215433, 0.313079, 0.424922, 0.560488, 0.738049, 1 } },
    { "normal b64, zero", normal, ZeroLevel::Asymmetric, 64,
        { .093515, .188710, .287487, .392278, .506572, .636064, .791641, 1 } },
    { "normal, zero", normal, ZeroLevel::Asymmetric, {},
        { .241985, .488813, .746042, 1.020967, 1.324516, 1.675623, 2.114211, 2.759536 } },
};

TEST(CubeRootDensity, GoldenCodebooks)
{
    for (const Golden& golden : goldens) {
        SCOPED_TRACE(golden.name);
        const auto upper = positive(cubeRootLevels(golden.density, 16, golden.zero, golden.blockSize));
        ASSERT_EQ(upper.size(), golden.upper.size());
        for (std::size_t i = 0; i < upper.size(); ++i) {
            EXPECT_NEAR(upper[i], golden.upper[i], tolerance * std::max(1.0, golden.upper[i])) << i;
        }
    }
    const std::vector<double> lower { -1, -.767119, -.597032, -.456132, -.331491, -.216473, -.106970, 0 };
    const auto levels = cubeRootLevels(normal, 16, ZeroLevel::Asymmetric, 64);
    const auto oneEnded = cubeRootLevels(normal, 16, ZeroLevel::OneEnded, 64);
    const std::vector<double> inner { -.791641, -.636064, -.506572, -.392278, -.287487, -.188710, -.093515, 0, .093515,
        .188710, .287487, .392278, .506572, .636064, .791641, 1 };
    for (std::size_t i = 0; i < inner.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(oneEnded[i]), inner[i], tolerance) << i;
    }
    for (std::size_t i = 0; i < lower.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(levels[i]), lower[i], tolerance) << i;
    }
}

TEST(CubeRootDensity, LevelsAscendAndKeepTheirSymmetry)
{
    for (const Density& density : { normal, laplace, t5, t7, Density { DensityKind::StudentT, 3 } }) {
        for (int bits = 2; bits <= 8; ++bits) {
            for (const auto block : { std::optional<double>(), std::optional<double>(1), std::optional<double>(32),
                     std::optional<double>(1 << 24) }) {
                const auto with = cubeRootLevels(density, 1 << bits, ZeroLevel::Asymmetric, block);
                const auto without = cubeRootLevels(density, 1 << bits, ZeroLevel::Symmetric, block);
                for (const auto& levels : { with, without }) {
                    ASSERT_EQ(levels.size(), std::size_t { 1 } << bits);
                    EXPECT_EQ(std::adjacent_find(levels.begin(), levels.end(), std::greater_equal<>()), levels.end());
                    if (block) {
                        EXPECT_EQ(levels.front(), -1);
                        EXPECT_EQ(levels.back(), 1);
                    }
                }
                EXPECT_EQ(std::count(with.begin(), with.end(), 0.0F), 1);
                for (std::size_t i = 0; i < without.size(); ++i) {
                    EXPECT_EQ(without[i], -without[without.size() - 1 - i]);
                }
            }
        }
    }
}

TEST(CubeRootDensity, AnyNumberOfLevels)
{
    for (const Density& density : { normal, laplace, t5 }) {
        for (const int count : { 3, 5, 6, 11, 12, 255 }) {
            for (const auto block : { std::optional<double>(), std::optional<double>(64) }) {
                const auto levels = cubeRootLevels(density, count, ZeroLevel::Asymmetric, block);
                ASSERT_EQ(levels.size(), static_cast<std::size_t>(count));
                EXPECT_EQ(std::adjacent_find(levels.begin(), levels.end(), std::greater_equal<>()), levels.end());
                EXPECT_EQ(std::count(levels.begin(), levels.end(), 0.0F), 1);
                if (count % 2 == 1) {
                    EXPECT_EQ(levels, cubeRootLevels(density, count, ZeroLevel::Symmetric, block));
                    EXPECT_EQ(levels.front(), -levels.back());
                }
                const auto oneEnded = cubeRootLevels(density, count, ZeroLevel::OneEnded, block);
                ASSERT_EQ(oneEnded.size(), levels.size());
                EXPECT_EQ(std::adjacent_find(oneEnded.begin(), oneEnded.end(), std::greater_equal<>()), oneEnded.end());
                EXPECT_EQ(std::count(oneEnded.begin(), oneEnded.end(), 0.0F), 1);
                if (block) {
                    EXPECT_EQ(levels.back(), 1);
                    EXPECT_EQ(oneEnded.back(), 1);
                    EXPECT_GT(oneEnded.front(), -1);
                }
            }
        }
    }
    // Quarters of a normal density √3 wide: its quartile is 0.674490.
    const auto three = cubeRootLevels(normal, 3, ZeroLevel::Asymmetric, {});
    EXPECT_NEAR(static_cast<double>(three.back()), 0.674490 * 1.732051, tolerance);
}

} // namespace
} // namespace bw
