// Error sums on every instruction set: the bits of eight sums in plain code.

#include "core/stats/error_metrics.h"
#include "tests/core/stats/random_values.h"
#include "tests/support/instruction_sets.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace bw {
namespace {

using Lanes = std::array<double, 8>;

double folded(const Lanes& lanes)
{
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

ErrorSums plainSums(std::span<const float> original, std::span<const float> quantized)
{
    Lanes error {};
    Lanes signal {};
    Lanes squares {};
    Lanes product {};
    double largest = 0;
    for (std::size_t i = 0; i < original.size(); ++i) {
        const double x = original[i];
        const double q = quantized[i];
        error[i % 8] += (q - x) * (q - x);
        signal[i % 8] += x * x;
        squares[i % 8] += q * q;
        product[i % 8] += q * x;
        largest = std::max(largest, std::abs(q - x));
    }
    return { original.size(), folded(error), folded(signal), folded(squares), folded(product), largest };
}

/// Bits, not values: 0.1 + 0.2 must be what it is.
std::array<std::uint64_t, 6> bitsOf(const ErrorSums& sums)
{
    return { sums.count, std::bit_cast<std::uint64_t>(sums.squaredError),
        std::bit_cast<std::uint64_t>(sums.squaredSignal), std::bit_cast<std::uint64_t>(sums.squaredQuantized),
        std::bit_cast<std::uint64_t>(sums.product), std::bit_cast<std::uint64_t>(sums.maxAbsError) };
}

TEST(ErrorKernels, EveryInstructionSetGivesTheBitsOfPlainCode)
{
    test::forEachInstructionSet([] {
        for (std::size_t count = 0; count <= 257; ++count) {
            for (const float size : { 1.0F, 1e-40F, 3e38F }) {
                auto x = test::normalValues(count + 1, static_cast<unsigned>(count), 0, size / 8);
                auto q = test::normalValues(count + 1, static_cast<unsigned>(count) + 1000, 0, size / 8);
                const auto original = std::span<const float>(x).subspan(1); // at an odd address
                const auto quantized = std::span<const float>(q).subspan(1);
                ASSERT_EQ(bitsOf(errorSums(original, quantized)), bitsOf(plainSums(original, quantized))) << count;
            }
        }
    });
}

TEST(ErrorKernels, PiecesGiveTheBitsOfTheWhole)
{
    const auto x = test::normalValues(10'000, 1, 0, 1);
    const auto q = test::normalValues(10'000, 2, 0, 1);
    for (const std::size_t piece : { 8U, 64U, 2048U, 9'992U, 10'000U }) {
        ErrorSummer summer;
        for (std::size_t at = 0; at < x.size(); at += piece) {
            const auto count = std::min(piece, x.size() - at);
            summer.add(std::span<const float>(x).subspan(at, count), std::span<const float>(q).subspan(at, count));
        }
        EXPECT_EQ(bitsOf(summer.sums()), bitsOf(errorSums(x, q))) << piece;
    }
}

} // namespace
} // namespace bw
