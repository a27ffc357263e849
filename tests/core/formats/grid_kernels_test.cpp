// The codecs' kernels on every instruction set against plain code, bit for bit.

#include "core/formats/plain_kernels.h"
#include "core/formats/unit_grid.h"
#include "tests/support/instruction_sets.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

using Limits = std::numeric_limits<float>;

/// Runs of values and a grid; `values` starts at an odd address.
struct Work
{
    std::vector<ScaledRun> runs;
    std::vector<float> storage { 0.0F };

    std::size_t count() const { return storage.size() - 1; }
    const float* values() const { return storage.data() + 1; }
};

/// The value itself, the next above or the next below.
float nudged(float value, std::uint32_t direction)
{
    const float towards = direction == 1 ? Limits::infinity() : -Limits::infinity();
    return direction == 0 ? value : std::nextafter(value, towards);
}

float finite(float value)
{
    return std::clamp(value, Limits::lowest(), Limits::max());
}

/// Values on and beside decision thresholds, levels, zeros of both signs, denormals, the largest, and ordinary ones.
float trickyValue(std::mt19937& random, float scale, const UnitGrid& grid)
{
    const auto roll = [&](std::size_t sides) { return random() % sides; };
    const auto direction = static_cast<std::uint32_t>(roll(3));
    const auto& thresholds = grid.thresholds();
    switch (roll(8)) {
    case 0:
        return finite(nudged(grid.levels()[roll(grid.levels().size())] * scale, direction));
    case 1:
        return roll(2) == 0 ? 0.0F : -0.0F;
    case 2:
        return std::bit_cast<float>(static_cast<std::uint32_t>(random()) & 0x807FFFFFU); // denormal
    case 3:
        return (roll(2) == 0 ? 1.0F : -1.0F) * nudged(Limits::max(), direction == 0 ? 0 : 2);
    case 4:
        return finite(static_cast<float>(std::normal_distribution<double>()(random)) * scale * grid.reach() / 3);
    default:
        return thresholds.empty() ? 0.0F : finite(nudged(thresholds[roll(thresholds.size())] * scale, direction));
    }
}

Work trickyWork(std::mt19937& random, const std::vector<std::size_t>& lengths, const UnitGrid& grid)
{
    constexpr float scales[] { 1.0F, 0.0117F, 3e-39F, 1e-30F, 1e35F, 0.0F, 0x1p-7F, 0.33333334F };
    Work work;
    for (const std::size_t length : lengths) {
        work.runs.push_back({ length, scales[random() % std::size(scales)] });
        for (std::size_t i = 0; i < length; ++i) {
            work.storage.push_back(trickyValue(random, work.runs.back().scale, grid));
        }
    }
    return work;
}

std::vector<std::vector<std::size_t>> manyLengths(std::mt19937& random)
{
    std::vector<std::vector<std::size_t>> all;
    for (std::size_t length = 0; length <= 257; ++length) {
        all.push_back({ length });
    }
    for (int i = 0; i < 40; ++i) {
        std::vector<std::size_t> lengths(1 + random() % 40);
        const std::size_t most = i % 4 == 0 ? 3 : 70;
        std::generate(lengths.begin(), lengths.end(), [&] { return random() % most; });
        all.push_back(std::move(lengths));
    }
    return all;
}

std::vector<std::uint32_t> bitsOf(const std::vector<float>& values)
{
    std::vector<std::uint32_t> bits;
    for (const float value : values) {
        bits.push_back(std::bit_cast<std::uint32_t>(value));
    }
    return bits;
}

/// Values spread like those of x|x|: dense around 0.
UnitGrid denseGrid(int magnitudes)
{
    std::vector<float> levels;
    for (int i = 1; i <= magnitudes; ++i) {
        const float x = static_cast<float>(i) / static_cast<float>(magnitudes);
        levels.push_back(x * x);
    }
    return UnitGrid::mirrored(std::move(levels));
}

void checkIntegers(const Work& work, const UnitGrid& grid)
{
    std::vector<std::uint16_t> expected(work.count() + 1, 0xABCD);
    auto codes = expected;
    plain::encodeIntegers(work.runs, work.values(), grid.low(), grid.high(), expected.data());
    encodeIntegers(work.runs, work.values(), grid.low(), grid.high(), codes.data());
    ASSERT_EQ(codes, expected);
    std::vector<float> floats(work.count() + 1, 7.0F);
    auto decoded = floats;
    plain::decodeIntegers(work.runs, expected.data(), grid.low(), floats.data());
    decodeIntegers(work.runs, codes.data(), grid.low(), decoded.data());
    ASSERT_EQ(bitsOf(decoded), bitsOf(floats));
}

void checkTable(const Work& work, const UnitGrid& grid)
{
    std::vector<std::uint16_t> expected(work.count() + 1, 0xABCD);
    auto codes = expected;
    plain::encodeThresholds(work.runs, work.values(), grid.thresholds(), expected.data());
    encodeThresholds(work.runs, work.values(), grid.thresholds(), codes.data());
    ASSERT_EQ(codes, expected);
    codes.pop_back();
    std::vector<float> floats(work.count() + 1, 7.0F);
    auto decoded = floats;
    plain::decodeLevels(work.runs, codes.data(), grid.levels(), floats.data());
    decodeLevels(work.runs, codes.data(), grid.levels(), decoded.data());
    ASSERT_EQ(bitsOf(decoded), bitsOf(floats));
}

TEST(GridKernels, IntegersAreTheBitsOfPlainCode)
{
    forEachInstructionSet([&] {
        std::mt19937 random(11);
        for (const auto& [low, high] : { std::pair(-7, 7), { -8, 7 }, { -1, 1 }, { 0, 15 }, { -128, 127 },
                 { -32768, 32767 }, { 0, 65535 }, { -3, 0 } }) {
            SCOPED_TRACE(std::to_string(low) + " to " + std::to_string(high));
            const auto grid = UnitGrid::integers(low, high);
            for (const auto& lengths : manyLengths(random)) {
                ASSERT_NO_FATAL_FAILURE(checkIntegers(trickyWork(random, lengths, grid), grid));
            }
        }
    });
}

/// The thresholds of a grid of integers say the same as rounding.
TEST(GridKernels, RoundingIsCountingThresholds)
{
    std::mt19937 random(5);
    const auto grid = UnitGrid::integers(-8, 7);
    const auto work = trickyWork(random, { 20000, 20000 }, grid);
    std::vector<std::uint16_t> rounded(work.count());
    auto counted = rounded;
    encodeIntegers(work.runs, work.values(), -8, 7, rounded.data());
    encodeThresholds(work.runs, work.values(), grid.thresholds(), counted.data());
    EXPECT_EQ(rounded, counted);
}

TEST(GridKernels, TablesAreTheBitsOfPlainCode)
{
    forEachInstructionSet([&] {
        std::mt19937 random(12);
        for (const int magnitudes : { 0, 1, 3, 7, 8, 11, 15, 16, 31, 100, 127 }) {
            SCOPED_TRACE(magnitudes);
            const auto grid = denseGrid(magnitudes);
            for (const auto& lengths : manyLengths(random)) {
                ASSERT_NO_FATAL_FAILURE(checkTable(trickyWork(random, lengths, grid), grid));
            }
        }
    });
}

void checkRanges(const Work& work)
{
    std::vector<ValueRange> expected(work.runs.size() + 1, { -5, 5 });
    auto ranges = expected;
    plain::rangesOf(work.runs, work.values(), expected.data());
    rangesOf(work.runs, work.values(), ranges.data());
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        ASSERT_EQ(std::bit_cast<std::uint32_t>(ranges[i].low), std::bit_cast<std::uint32_t>(expected[i].low));
        ASSERT_EQ(std::bit_cast<std::uint32_t>(ranges[i].high), std::bit_cast<std::uint32_t>(expected[i].high));
    }
}

TEST(GridKernels, RangesAndFinitenessAreThoseOfPlainCode)
{
    forEachInstructionSet([&] {
        std::mt19937 random(13);
        const auto grid = denseGrid(7);
        for (const auto& lengths : manyLengths(random)) {
            auto work = trickyWork(random, lengths, grid);
            ASSERT_NO_FATAL_FAILURE(checkRanges(work));
            const std::span<float> values(work.storage.data() + 1, work.count());
            ASSERT_TRUE(allFinite(values));
            if (!values.empty()) {
                constexpr float bad[] { Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity() };
                values[random() % values.size()] = bad[random() % 3];
                ASSERT_FALSE(allFinite(values));
                ASSERT_NO_FATAL_FAILURE(checkRanges(work));
            }
        }
    });
}

} // namespace
} // namespace bw::test
