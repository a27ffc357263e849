#pragma once
// value header

#include "core/base/job_context.h"
#include "core/stats/histogram.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <vector>

namespace bw {

/// A value far from the mean, and where it is.
struct Outlier
{
    std::uint64_t index = 0; ///< row-major
    float value = 0;
    friend bool operator==(const Outlier&, const Outlier&) = default;
};

/// Range of one output channel (row of the [output, rest] matrix), finite values only.
struct ChannelRange
{
    float min = 0;
    float max = 0;
    float rms = 0;
    friend bool operator==(const ChannelRange&, const ChannelRange&) = default;
};

/// Exact figures of one tensor. Moments are of the finite values, population form (divided by n), in float64.
struct LayerStats
{
    std::uint64_t count = 0; ///< all values
    std::uint64_t nanCount = 0;
    std::uint64_t infCount = 0;
    std::uint64_t zeroCount = 0; ///< ±0
    double min = 0;
    double max = 0;
    double mean = 0;
    double std = 0; ///< standard deviation
    double rms = 0;
    double absMax = 0;
    double skewness = 0; ///< 0 for constants
    double kurtosis = 0; ///< E[(x-mean)^4]/std^4: 3 for a normal distribution; 0 for constants
    double share3Sigma = 0; ///< share of finite values with |x-mean| > 3 std; contract's outlier_share
    double share6Sigma = 0;
    std::vector<Outlier> outliers; ///< largest |x|, descending, ties by index; at most `topOutliers`
    std::vector<ChannelRange> channels; ///< one per row of the matrix

    std::uint64_t finiteCount() const { return count - nanCount - infCount; }
    friend bool operator==(const LayerStats&, const LayerStats&) = default;
};

inline constexpr std::size_t topOutliers = 32;

/// `matrix` has the output channels first (LayerInfo::matrix()); a tensor of fewer than 2 dimensions is one channel, an
/// empty one has none. Values are taken as float32. The same bits for any number of threads and on every processor.
LayerStats computeStats(const TensorView& matrix, const JobContext& ctx = {});

struct StatsAndHistogram
{
    LayerStats stats;
    Histogram histogram; ///< from stats.min to stats.max
};
/// The same as computeStats() and computeHistogram(matrix, bins), in two passes over the values instead of four.
StatsAndHistogram computeStatsAndHistogram(const TensorView& matrix, int bins, const JobContext& ctx = {});

} // namespace bw
