#include "core/sensitivity/shrink_damage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace bw {

namespace {
/// A table of `damages`, each with its standard error; layers of four formats.
DamageTable tableOf(const std::vector<double>& damages, const std::vector<double>& errors)
{
    const char* formats[] { "int2/c", "int3/c", "int4/c", "int5/c" };
    DamageTable table;
    for (std::size_t i = 0; i < damages.size(); ++i) {
        if (i % 4 == 0) {
            table.layers.emplace_back().layer = "layer" + std::to_string(i / 4);
        }
        DamagePoint point;
        point.format = parseFormat(formats[i % 4]);
        point.damage = damages[i];
        point.standardError = errors[i];
        table.layers.back().points.push_back(point);
    }
    return table;
}

double damageAt(const DamageTable& table, std::size_t i)
{
    return table.layers[i / 4].points[i % 4].damage;
}
} // namespace

// An independent way to the same figure: true damages, measured with known noise and predicted with known spread. The
// shrunk figures must be nearer the truth than either.
TEST(ShrinkDamage, IsNearerTheTruthThanMeasurementAndPrediction)
{
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    constexpr std::size_t count = 400;
    constexpr double noise = 0.5;
    constexpr double spread = 0.4;
    std::vector<double> truth;
    std::vector<double> measured;
    std::vector<double> predicted;
    std::vector<double> errors;
    for (std::size_t i = 0; i < count; ++i) {
        truth.push_back(3 * normal(random));
        measured.push_back(std::exp(truth[i] + noise * normal(random)));
        predicted.push_back(std::exp(truth[i] + spread * normal(random) - 1.2)); // 3.3 times too small as a whole
        errors.push_back(std::sqrt(std::expm1(noise * noise)) * measured[i]);
    }
    const auto shrunk
        = shrunkDamage(tableOf(measured, errors), tableOf(predicted, std::vector<double>(count, 0.0)));
    double before = 0;
    double after = 0;
    double ofPrediction = 0;
    for (std::size_t i = 0; i < count; ++i) {
        before += std::pow(std::log(measured[i]) - truth[i], 2) / count;
        after += std::pow(std::log(damageAt(shrunk, i)) - truth[i], 2) / count;
        ofPrediction += std::pow(std::log(predicted[i]) + 1.2 - truth[i], 2) / count;
    }
    // The best that can be done: 1 / (1/noise² + 1/spread²) = 0.0976.
    EXPECT_LT(after, 0.115);
    EXPECT_LT(after, 0.6 * before);
    EXPECT_LT(after, 0.8 * ofPrediction);
}

TEST(ShrinkDamage, ExactPointsStayAndNoisyOnesMoveFarther)
{
    const std::vector<double> measured { 1, 2, 4, 8, 16, 32, 64, 128 };
    const std::vector<double> predicted { 1, 2.5, 3.5, 9, 12, 40, 50, 1 };
    std::vector<double> errors(8, 0.0);
    EXPECT_EQ(shrunkDamage(tableOf(measured, errors), tableOf(predicted, errors)), tableOf(measured, errors));
    errors[7] = 0.1 * 128;
    const auto little = shrunkDamage(tableOf(measured, errors), tableOf(predicted, std::vector<double>(8, 0.0)));
    errors[7] = 2 * 128;
    const auto much = shrunkDamage(tableOf(measured, errors), tableOf(predicted, std::vector<double>(8, 0.0)));
    EXPECT_LT(damageAt(little, 7), 128);
    EXPECT_LT(damageAt(much, 7), damageAt(little, 7));
    EXPECT_GT(damageAt(much, 7), 1);
    EXPECT_LT(much.layers[1].points[3].standardError, errors[7]);
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_EQ(damageAt(much, i), measured[i]);
    }
}

TEST(ShrinkDamage, LeavesWhatOnlyOneTableKnows)
{
    const std::vector<double> measured { 1, 2, 4, 8, 16, 32, 64, 0 };
    const std::vector<double> errors { 0.5, 1, 2, 4, 8, 16, 32, 0 };
    auto table = tableOf(measured, errors);
    auto predicted = tableOf({ 1, 3, 3, 9, 12, 40, 50, 5 }, errors);
    predicted.layers[0].isKnown = false;
    auto shrunk = shrunkDamage(table, predicted); // three ratios are too few
    EXPECT_EQ(shrunk, table);
    predicted.layers[0].isKnown = true;
    predicted.layers[0].points[1].reason = Text("no");
    predicted.layers[1].points.erase(predicted.layers[1].points.begin());
    shrunk = shrunkDamage(table, predicted);
    EXPECT_NE(damageAt(shrunk, 2), 4);
    for (const std::size_t i : { 1U, 4U, 7U }) {
        EXPECT_EQ(damageAt(shrunk, i), measured[i]) << i;
    }
}

} // namespace bw
