#pragma once

#include "core/base/job_context.h"
#include "core/formats/groups.h"
#include "core/formats/sorted_values.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace bw {

/// Magnitudes of weights, sorted in units of their groups' scales: the squared error of any power grid over them in
/// O(levels · log n). With one group it is exact on the weights themselves; with several, on the float32 quotients that
/// encoding uses.
class PowerErrors
{
public:
    /// `matrix` is finite; scales[i] is the stored scale of group i, 0 for a group of zeros.
    PowerErrors(const TensorView& matrix, const Groups& groups, std::span<const float> scales, const JobContext& ctx);
    /// One row's or one tensor's values that all have the same scale > 0.
    PowerErrors(std::span<const float> values, float scale, const JobContext& ctx);

    /// Σ(D(q)-x)² with all scales multiplied by `clip`.
    double squaredError(double a, int bits, double clip = 1) const;
    /// Σx²
    double squaredSignal() const { return m_signal; }

private:
    std::optional<SortedValues> m_sorted;
    double m_unit = 0; ///< what a level of 1 is worth in the sorted values' units
    double m_errorUnit = 1; ///< what a squared error of 1 there is worth
    double m_signal = 0;
};

} // namespace bw
