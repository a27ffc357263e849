// Sorting by every way there is: by vectors, by digits, by counting.

#include "core/base/half.h"
#include "core/formats/kmeans.h"
#include "core/formats/sorted_values.h"
#include "core/formats/unit_grid.h"
#include "tests/support/instruction_sets.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// Ascending, -0 before 0.
bool comesBefore(float a, float b)
{
    return a < b || (a == b && std::signbit(a) && !std::signbit(b));
}

void expectSorted(std::vector<float> values, const std::vector<float>& sorted)
{
    std::sort(values.begin(), values.end(), comesBefore);
    ASSERT_EQ(sorted.size(), values.size());
    if (!values.empty()) { // memcmp tells -0 from 0
        EXPECT_EQ(std::memcmp(values.data(), sorted.data(), values.size() * sizeof(float)), 0);
    }
}

/// Of all magnitudes, or close together with many equal ones.
std::vector<float> someFloats(std::mt19937& random, std::size_t count, bool isWide)
{
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<float> values;
    while (values.size() < count) {
        const auto wide = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        const float value = isWide ? wide : std::round(normal(random) * 4096) / 4096;
        if (std::isfinite(value)) {
            values.push_back(value);
        }
    }
    return values;
}

TEST(SortedValues, EveryInstructionSetSortsTheSame)
{
    forEachInstructionSet([] {
        std::mt19937 random(8);
        for (const std::size_t count : { 0U, 1U, 5000U, 65535U, 65536U, 200001U }) {
            for (const bool isWide : { true, false }) {
                auto values = someFloats(random, count, isWide);
                const auto given = values;
                sortFloats(values, {});
                ASSERT_NO_FATAL_FAILURE(expectSorted(given, values));
            }
        }
    });
}

/// All values of a tensor of `count` random numbers, in memory.
TensorView randomTensor(std::mt19937& random, DType dtype, std::size_t count)
{
    std::vector<std::byte> bytes(count * info(dtype).size);
    for (std::size_t i = 0; i < count; ++i) {
        // The top exponent, of infinities and NaN, is not used.
        const auto bits = static_cast<std::uint32_t>(random()) & 0xBFFFBFFFU;
        std::memcpy(bytes.data() + i * info(dtype).size, &bits, info(dtype).size);
    }
    return makeTensor(dtype, { static_cast<std::int64_t>(count) }, std::move(bytes));
}

/// Every value as often as it is there.
std::vector<float> expanded(const SortedValues& sorted)
{
    std::vector<float> values;
    for (std::size_t i = 0; i < sorted.count(); ++i) {
        values.insert(
            values.end(), sorted.isCounted() ? static_cast<std::size_t>(sorted.weight(i)) : 1, sorted.value(i));
    }
    return values;
}

TEST(SortedValues, TensorsAreSortedOrCounted)
{
    std::mt19937 random(9);
    for (const DType dtype : { DType::F16, DType::BF16, DType::F32 }) {
        for (const std::size_t count : { std::size_t { 0 }, std::size_t { 7 }, std::size_t { 65536 },
                 std::size_t { 150000 }, mostSortedInMemory + 12345 }) {
            const auto tensor = randomTensor(random, dtype, count);
            const auto sorted = SortedValues::of(tensor, {});
            EXPECT_EQ(sorted.isCounted(), dtype != DType::F32 && count >= 65536);
            auto expected = toFloats(tensor);
            std::sort(expected.begin(), expected.end());
            EXPECT_EQ(expanded(sorted), expected) << count; // both zeros are one value
        }
    }
}

TEST(SortedValues, WhatLiesInAFileIsWhatLiesInMemory)
{
    const std::size_t count = mostSortedInMemory + 1000;
    std::mt19937 random(10);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<float> values(count);
    std::vector<float> weights(count);
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = i % 5 == 0 ? std::round(normal(random) * 1000) / 1000 : normal(random); // many equal ones
        weights[i] = static_cast<float>(random() % 100);
    }
    // Halfway a run of values that are left out.
    const std::size_t leftOut = 777;
    const auto reader = [&](std::uint64_t first, std::span<float> to, std::span<float> toWeights) {
        for (std::size_t i = 0; i < to.size(); ++i) {
            const auto at = static_cast<std::size_t>(first) + i;
            to[i] = at < leftOut ? std::numeric_limits<float>::infinity() : values[at];
            if (!toWeights.empty()) {
                toWeights[i] = weights[at];
            }
        }
    };
    values.erase(values.begin(), values.begin() + leftOut);
    for (const bool hasWeights : { false, true }) {
        auto own = hasWeights ? std::vector<float>(weights.begin() + leftOut, weights.end()) : std::vector<float>();
        const auto memory = hasWeights ? SortedValues(values, std::move(own), {}) : SortedValues(values, {});
        values.insert(values.begin(), leftOut, 0.0F);
        const auto file = SortedValues::read(count, hasWeights, reader, {});
        values.erase(values.begin(), values.begin() + leftOut);
        ASSERT_EQ(file.count(), memory.count());
        EXPECT_EQ(expanded(file), expanded(memory));
        for (const double threshold : { -1.0, -0.05, -0.02, 0.0, 0.001, 0.0371, 1.0 }) {
            ASSERT_EQ(file.countUpTo(threshold), memory.countUpTo(threshold));
            ASSERT_EQ(file.countBelow(threshold), memory.countBelow(threshold));
            const auto a = file.sumsOf(file.countUpTo(threshold));
            const auto b = memory.sumsOf(memory.countUpTo(threshold));
            const double scale = memory.sumsOf(count - leftOut).weight;
            EXPECT_NEAR(a.weight, b.weight, 1e-12 * scale);
            EXPECT_NEAR(a.first, b.first, 1e-12 * scale);
            EXPECT_NEAR(a.second, b.second, 1e-12 * scale);
        }
    }
}

TEST(SortedValues, CountsGiveTheSameLevelsAsValues)
{
    std::mt19937 random(11);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<std::byte> bytes(200000 * sizeof(std::uint16_t));
    for (std::size_t i = 0; i < 200000; ++i) {
        const std::uint16_t half = floatToHalf(normal(random));
        std::memcpy(bytes.data() + i * sizeof(half), &half, sizeof(half));
    }
    const auto tensor = makeTensor(DType::F16, { 200000 }, std::move(bytes));
    const auto counted = SortedValues::of(tensor, {});
    const SortedValues sorted(toFloats(tensor), {});
    ASSERT_TRUE(counted.isCounted());
    for (const std::size_t levels : { 2U, 7U, 16U, 200U }) {
        const auto errorOf = [&](const std::vector<double>& found) {
            const auto grid = UnitGrid::codebook({ found.begin(), found.end() });
            return sorted.squaredError(grid.levels(), grid.thresholds(), 1);
        };
        const double ofCounted = errorOf(optimalLevels(counted, levels, {}));
        const double ofSorted = errorOf(optimalLevels(sorted, levels, {}));
        EXPECT_NEAR(ofCounted / ofSorted, 1, levels < 100 ? 2e-4 : 2e-3) << levels;
    }
}

} // namespace
} // namespace bw::test
