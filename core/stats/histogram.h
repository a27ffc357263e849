#pragma once
// value header

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <vector>

namespace bw {

/// Counts of the finite values in equal bins from edges.front() to edges.back() (both inclusive). Sum of counts + nan + inf = count of values.
struct Histogram
{
    std::vector<double> edges; ///< counts.size() + 1, ascending
    std::vector<std::uint64_t> counts;
    std::uint64_t nanCount = 0;
    std::uint64_t infCount = 0;
    friend bool operator==(const Histogram&, const Histogram&) = default;
};

/// Exact histogram over [low, high]; the range must contain all finite values (pass the layer's min and max).
/// A constant tensor gets a range of ±0.5 (or ±|x|/2) around it. `bins` ≥ 1.
Histogram computeHistogram(const TensorView& view, double low, double high, int bins, const JobContext& ctx = {});
/// As above with the range found first.
Histogram computeHistogram(const TensorView& view, int bins, const JobContext& ctx = {});

/// Counts by log2|x| (one bin per octave step of 1/`perOctave`), zeros counted apart.
struct LogHistogram
{
    std::vector<double> edges; ///< log2 of magnitudes
    std::vector<std::uint64_t> counts;
    std::uint64_t zeroCount = 0;
    std::uint64_t nanCount = 0;
    std::uint64_t infCount = 0;
};
LogHistogram computeLogHistogram(const TensorView& view, int perOctave, const JobContext& ctx = {});

} // namespace bw
