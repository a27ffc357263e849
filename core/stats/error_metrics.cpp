#include "core/stats/error_metrics.h"

#include "core/stats/error_kernels.h"

#include <algorithm>
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
using stats::ErrorLaneSums;

void addError(ErrorLaneSums& sums, std::size_t lane, float original, float value)
{
    const auto x = static_cast<double>(original);
    const auto q = static_cast<double>(value);
    const double difference = q - x;
    const double magnitude = difference < 0 ? -difference : difference;
    sums.error[lane] += difference * difference;
    sums.signal[lane] += x * x;
    sums.quantized[lane] += q * q;
    sums.product[lane] += q * x;
    sums.largest[lane] = magnitude > sums.largest[lane] ? magnitude : sums.largest[lane];
}

double folded(const ErrorLaneSums::Lanes& sums)
{
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}
} // namespace

ErrorSums errorSums(std::span<const float> original, std::span<const float> quantized)
{
    ErrorLaneSums sums;
    const std::size_t count = original.size();
    for (auto i = stats::addErrors(original.data(), quantized.data(), count, sums); i < count; ++i) {
        addError(sums, i % stats::errorLanes, original[i], quantized[i]);
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
