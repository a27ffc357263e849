#pragma once
// value header

#include "core/base/job_context.h"
#include "core/stats/error_kernels.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace bw {

/// Sums from which all error figures follow; add() merges, so parts can be computed apart and folded in order. float64.
struct ErrorSums
{
    std::uint64_t count = 0;
    double squaredError = 0; ///< Σ(q-x)², operands rounded to float32 first
    double squaredSignal = 0; ///< Σx²
    double squaredQuantized = 0; ///< Σq²
    double product = 0; ///< Σqx
    double maxAbsError = 0;
    void add(const ErrorSums& other);
    friend bool operator==(const ErrorSums&, const ErrorSums&) = default;
};

/// The same sums of values that come piece by piece; every piece but the last has a multiple of 8.
class ErrorSummer
{
public:
    void add(std::span<const float> original, std::span<const float> quantized);
    ErrorSums sums() const;

private:
    stats::ErrorLaneSums m_sums;
    std::uint64_t m_count = 0;
};

ErrorSums errorSums(std::span<const float> original, std::span<const float> quantized);

/// R = RMSE/RMS of the same sample; 0 for a zero tensor that stays zero, infinity if zeros became something else.
double rmseOverRms(const ErrorSums& sums);
/// 10 log10(signal power / error power); +infinity when there is no error.
double sqnrDb(const ErrorSums& sums);
double cosineSimilarity(const ErrorSums& sums);

} // namespace bw
