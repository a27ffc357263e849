// Sorting by every way there is: by vectors, by digits, by counting.

#include "core/base/half.h"
#include "core/formats/sorted_values.h"
#include "tests/support/instruction_sets.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
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

TEST(SortedValues, CountingShortNumbersSortsThem)
{
    std::mt19937 random(9);
    for (const DType dtype : { DType::F16, DType::BF16, DType::F32 }) {
        for (const std::size_t count : { 0U, 7U, 65536U, 150000U }) {
            std::vector<std::byte> bytes(count * info(dtype).size);
            for (std::size_t i = 0; i < count; ++i) {
                // The top exponent, of infinities and NaN, is not used.
                const auto bits = static_cast<std::uint32_t>(random()) & 0xBFFFBFFFU;
                std::memcpy(bytes.data() + i * info(dtype).size, &bits, info(dtype).size);
            }
            const auto tensor = makeTensor(dtype, { static_cast<std::int64_t>(count) }, std::move(bytes));
            ASSERT_NO_FATAL_FAILURE(expectSorted(toFloats(tensor), sortedFloats(tensor, {})));
        }
    }
}

} // namespace
} // namespace bw::test
