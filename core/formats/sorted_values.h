#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstddef>
#include <span>
#include <vector>

namespace bw {

/// Sorts finite floats ascending (-0 before 0); polls ctx. Several threads; about linear time for large arrays.
void sortFloats(std::vector<float>& values, const JobContext& ctx);
/// The finite values of a tensor as float32, sorted like that. Values of 16 bits are counted, not sorted.
std::vector<float> sortedFloats(const TensorView& tensor, const JobContext& ctx);
/// Sorts `values` and moves `weights` (same size) along with them; equal values keep their order.
void sortFloats(std::vector<float>& values, std::vector<float>& weights, const JobContext& ctx);

/// Sorted values, each with a weight, and running sums over them: the error of any scalar quantizer over n values in
/// O(levels · log n). Memory: the values (and weights), and 3/8 of that again for 1/64 of the running sums.
class SortedValues
{
public:
    /// Σw, Σwx and Σwx² over a range.
    struct Sums
    {
        double weight = 0;
        double first = 0;
        double second = 0;
    };

    /// All weights 1. Values are finite.
    SortedValues(std::vector<float> values, const JobContext& ctx);
    /// The same of values that are sorted already.
    static SortedValues fromSorted(std::vector<float> values, const JobContext& ctx);
    /// One weight ≥ 0 per value.
    SortedValues(std::vector<float> values, std::vector<float> weights, const JobContext& ctx);

    std::size_t count() const { return m_values.size(); }
    std::span<const float> values() const { return m_values; }
    double weight(std::size_t i) const { return m_weights.empty() ? 1.0 : static_cast<double>(m_weights[i]); }
    /// How many values are below / not above a threshold.
    std::size_t countBelow(double threshold) const;
    std::size_t countUpTo(double threshold) const;
    /// Over the `rank` smallest values.
    Sums sumsOf(std::size_t rank) const;
    /// Σw(level - x)² when values up to thresholds[i]·scale get levels[i]·scale.
    double squaredError(std::span<const float> levels, std::span<const float> thresholds, double scale) const;

private:
    SortedValues() = default;
    void accumulate(const JobContext& ctx);
    std::vector<float> m_values;
    std::vector<float> m_weights;
    std::vector<Sums> m_running; ///< before each block of 64 values
};

/// Σw(level - x)² of a range with the given sums.
inline double squaredErrorOf(const SortedValues::Sums& from, const SortedValues::Sums& to, double level)
{
    return (to.second - from.second) - 2 * level * (to.first - from.first) + level * level * (to.weight - from.weight);
}

} // namespace bw
