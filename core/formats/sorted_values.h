#pragma once

#include "core/base/job_context.h"
#include "core/formats/sort_floats.h"
#include "core/tensor/tensor_view.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace bw {

/// Up to so many values are sorted in memory, more in a scratch file.
inline constexpr std::size_t mostSortedInMemory = std::size_t { 1 } << 20;

/// Sorted values, each with a weight, and running sums over them: the error of any scalar quantizer over n values in
/// O(levels · log n). Exact for any number of values with at most 16 MB of memory; more than a million values lie in a
/// scratch file (4 bytes each, 8 with weights), unless they are counted.
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
    /// One weight ≥ 0 per value.
    SortedValues(std::vector<float> values, std::vector<float> weights, const JobContext& ctx);
    /// `count` values and, with `hasWeights`, weights ≥ 0 from a reader; infinities are left out.
    static SortedValues read(std::uint64_t count, bool hasWeights, const FloatReader& reader, const JobContext& ctx);
    /// map(x) of the finite values of a tensor. 65,536 and more values of 16 bits are counted: the distinct ones
    /// remain, each with its number as its weight.
    static SortedValues of(const TensorView& tensor, const std::function<float(float)>& map, const JobContext& ctx);
    static SortedValues of(const TensorView& tensor, const JobContext& ctx);

    /// Values kept; of counted ones the distinct ones.
    std::size_t count() const { return m_count; }
    bool isCounted() const { return !m_numbers.empty(); }
    /// The value of a rank below count(): ascending.
    float value(std::size_t rank) const { return m_values[rank * m_stride]; }
    double weight(std::size_t rank) const
    {
        return isCounted()         ? m_numbers[rank]
            : m_weights == nullptr ? 1.0
                                   : static_cast<double>(m_weights[rank * m_stride]);
    }
    /// How many values are below / not above a threshold.
    std::size_t countBelow(double threshold) const;
    std::size_t countUpTo(double threshold) const;
    /// Over the `rank` smallest values.
    Sums sumsOf(std::size_t rank) const;
    /// Σw(level - x)² when values up to thresholds[i]·scale get levels[i]·scale.
    double squaredError(std::span<const float> levels, std::span<const float> thresholds, double scale) const;

private:
    SortedValues() = default;
    void keep(std::vector<float> values, std::vector<float> weights);
    void dropInfinities();
    void accumulate(const JobContext& ctx);
    template <class Before>
    std::size_t partition(Before&& before) const;

    std::shared_ptr<const void> m_owner; ///< of values and weights
    const float* m_values = nullptr;
    const float* m_weights = nullptr;
    std::size_t m_stride = 1;
    std::size_t m_count = 0;
    std::vector<double> m_numbers; ///< of counted values
    std::size_t m_step = 1;
    std::vector<Sums> m_running; ///< before each block of m_step values
};

/// Σw(level - x)² of a range with the given sums.
inline double squaredErrorOf(const SortedValues::Sums& from, const SortedValues::Sums& to, double level)
{
    return (to.second - from.second) - 2 * level * (to.first - from.first) + level * level * (to.weight - from.weight);
}

} // namespace bw
