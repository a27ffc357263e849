#include "core/stats/error_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace bw {

void ErrorSums::add(const ErrorSums& other)
{
    count += other.count;
    squaredError += other.squaredError;
    squaredSignal += other.squaredSignal;
    squaredQuantized += other.squaredQuantized;
    product += other.product;
    maxAbsError = std::max(maxAbsError, other.maxAbsError);
}

namespace {
constexpr std::size_t lanes = 8; // independent sums, folded in a fixed order: quick and the same everywhere

struct LaneSums
{
    std::array<double, lanes> error {};
    std::array<double, lanes> signal {};
    std::array<double, lanes> quantized {};
    std::array<double, lanes> product {};
    std::array<double, lanes> largest {};

    void add(std::size_t lane, float original, float value)
    {
        const auto x = static_cast<double>(original);
        const auto q = static_cast<double>(value);
        const double difference = q - x;
        const double magnitude = difference < 0 ? -difference : difference;
        error[lane] += difference * difference;
        signal[lane] += x * x;
        quantized[lane] += q * q;
        product[lane] += q * x;
        largest[lane] = magnitude > largest[lane] ? magnitude : largest[lane];
    }
};

double folded(const std::array<double, lanes>& sums)
{
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}
} // namespace

ErrorSums errorSums(std::span<const float> original, std::span<const float> quantized)
{
    LaneSums sums;
    const std::size_t count = original.size();
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            sums.add(lane, original[i + lane], quantized[i + lane]);
        }
    }
    for (std::size_t lane = 0; i < count; ++i, ++lane) {
        sums.add(lane, original[i], quantized[i]);
    }
    return { count, folded(sums.error), folded(sums.signal), folded(sums.quantized), folded(sums.product),
        *std::max_element(sums.largest.begin(), sums.largest.end()) };
}

double rmseOverRms(const ErrorSums& sums)
{
    if (sums.squaredError == 0) {
        return 0;
    }
    return sums.squaredSignal == 0 ? std::numeric_limits<double>::infinity()
                                   : std::sqrt(sums.squaredError / sums.squaredSignal);
}

double sqnrDb(const ErrorSums& sums)
{
    if (sums.squaredError == 0) {
        return std::numeric_limits<double>::infinity();
    }
    return 10 * std::log10(sums.squaredSignal / sums.squaredError);
}

double cosineSimilarity(const ErrorSums& sums)
{
    if (sums.squaredSignal == 0 || sums.squaredQuantized == 0) {
        return sums.squaredSignal == sums.squaredQuantized ? 1 : 0;
    }
    return sums.product / (std::sqrt(sums.squaredSignal) * std::sqrt(sums.squaredQuantized));
}

} // namespace bw
