#pragma once
// value header

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <vector>

namespace bw {

/// Counts of the finite values in equal bins from edges.front() to edges.back() (both inclusive). Sum of counts + nan +
/// inf = count of values.
struct Histogram
{
    std::vector<double> edges; ///< counts.size() + 1, ascending
    std::vector<std::uint64_t> counts;
    std::uint64_t nanCount = 0;
    std::uint64_t infCount = 0;
    friend bool operator==(const Histogram&, const Histogram&) = default;
};

/// Exact histogram over [low, high] by the rule of numpy.histogram: bin i holds edges[i] ≤ x < edges[i+1], the last bin
/// its right edge too. The range must contain all finite values (pass the layer's min and max). low = high, a constant
/// tensor, gets a range of ±0.5 around it (±|x|/2 if |x| > 2^24). Error{BadInput} for a value outside, and for bins
/// other than 1 … 2^24.
Histogram computeHistogram(const TensorView& view, double low, double high, int bins, const JobContext& ctx = {});
/// As above with the range found first.
Histogram computeHistogram(const TensorView& view, int bins, const JobContext& ctx = {});

/// Counts by log2|x| (one bin per octave step of 1/`perOctave`, left edge inclusive), from the first to the last bin
/// that holds values; zeros, NaN and infinities are counted apart. Empty if no value is left.
struct LogHistogram
{
    std::vector<double> edges; ///< log2 of magnitudes
    std::vector<std::uint64_t> counts;
    std::uint64_t zeroCount = 0;
    std::uint64_t nanCount = 0;
    std::uint64_t infCount = 0;
};
/// `perOctave`: 1 … 64.
LogHistogram computeLogHistogram(const TensorView& view, int perOctave, const JobContext& ctx = {});

} // namespace bw
