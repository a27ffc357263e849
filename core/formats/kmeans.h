#pragma once

#include "core/base/job_context.h"
#include "core/formats/sorted_values.h"

#include <cstddef>
#include <vector>

namespace bw {

struct KMeansLimits
{
    std::size_t exactValues; ///< up to so many distinct values the result is the optimum
    std::size_t cells; ///< beyond: the optimum over partitions into so many cells, then Lloyd's iteration on the values
};

/// The `levels` values that represent the sorted values with the least Σw(level - x)² (scalar k-means, the Lloyd-Max
/// quantizer), ascending. Fewer when there are fewer distinct values. Deterministic.
///
/// The optimum is found by dynamic programming over all partitions (divide and conquer on split points, which never
/// move back). The cells that stand for more values are as dense as the cube root of the density; measured against the
/// optimum on normal, Laplace and Student-t data of up to 16384 values the squared error is at most 0.02 % larger at 16
/// levels, 0.2 % at 64, 1.5 % at 256.
std::vector<double> optimalLevels(
    const SortedValues& values, std::size_t levels, const KMeansLimits& limits, const JobContext& ctx);
/// Exact up to 1024 or 8 · levels distinct values, whichever is more.
std::vector<double> optimalLevels(const SortedValues& values, std::size_t levels, const JobContext& ctx);

} // namespace bw
