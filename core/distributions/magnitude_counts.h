#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <vector>

namespace bw {

/// How many weights are near each bfloat16 number: cells of 1/256 to 1/128 of their values, in which any smooth density
/// is even to 1e-5. Exact sums beside them. The same for any number of threads.
struct MagnitudeCounts
{
    /// Weights of one magnitude, nearest to it among the bfloat16 numbers.
    struct Cell
    {
        double magnitude; ///< > 0
        double begin; ///< the cell's ends; the smallest begins at 0
        double end;
        std::uint64_t positive;
        std::uint64_t negative;
        std::uint64_t count() const { return positive + negative; }
    };
    std::vector<Cell> cells; ///< ascending, none empty
    std::uint64_t count = 0; ///< of the weights in cells: finite, not 0
    std::uint64_t zeros = 0; ///< ±0
    std::uint64_t nonFinite = 0; ///< NaN and infinities
    double sumOfMagnitudes = 0; ///< of finite values
    double sumOfSquares = 0;
    double largest = 0; ///< magnitude
};

MagnitudeCounts countMagnitudes(const TensorView& view, const JobContext& ctx);

} // namespace bw
