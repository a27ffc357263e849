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

} // namespace
} // namespace bw
