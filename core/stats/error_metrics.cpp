#include "core/stats/error_metrics.h"

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

void ErrorSummer::add(std::span<const float> original, std::span<const float> quantized)
{
    const std::size_t count = original.size();
    for (auto i = stats::addErrors(original.data(), quantized.data(), count, m_sums); i < count; ++i) {
        addError(m_sums, i % stats::errorLanes, original[i], quantized[i]);
    }
    m_count += count;
}

ErrorSums ErrorSummer::sums() const
{
    return { m_count, folded(m_sums.error), folded(m_sums.signal), folded(m_sums.quantized), folded(m_sums.product),
        *std::max_element(m_sums.largest.begin(), m_sums.largest.end()) };
}

ErrorSums errorSums(std::span<const float> original, std::span<const float> quantized)
{
    ErrorSummer summer;
    summer.add(original, quantized);
    return summer.sums();
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
