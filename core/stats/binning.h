#pragma once

#include "core/stats/histogram.h"
#include "core/stats/stats_kernels.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace bw::stats {

/// Values are streamed in groups that stay in the first-level cache; groups begin at multiples of this.
inline constexpr std::uint64_t groupSize = 4096;

/// Sorts values into equal bins by the rule of numpy.histogram: bin i holds edges[i] ≤ x < edges[i+1], the last bin its
/// right edge too, where edges[i] = low + i·(high-low)/bins in float64.
class Binner
{
public:
    /// low < high, both finite; 1 ≤ bins.
    Binner(double low, double high, int bins);
    Binner(const Binner&) = delete;
    Binner& operator=(const Binner&) = delete;

    const std::vector<double>& edges() const { return m_edges; }
    std::size_t bins() const { return m_edges.size() - 1; }
    /// Counts of each bin; the last element is a waste bin. Counting goes round several copies, as adding to
    /// the same number again and again has to wait for itself.
    struct Counts
    {
        static constexpr std::size_t copies = 4;
        std::vector<std::uint32_t> copy[copies];
        std::uint64_t inBin(std::size_t bin) const;
    };
    Counts emptyCounts() const;
    /// At most groupSize values. Returns how many are in no bin.
    std::uint64_t count(std::span<const float> values, Counts& counts) const;
    /// bins() if x lies outside the edges or is not finite.
    std::size_t binOf(float x) const;

private:
    void useFloats();
    std::uint64_t countEach(std::span<const float> values, std::vector<std::uint32_t>& counts) const;

    std::vector<double> m_edges;
    double m_binsPerUnit = 0;
    std::vector<float> m_starts;
    std::optional<FloatBins> m_floatBins; ///< if float32 arithmetic is good enough for most values; refers to m_starts
};

/// The range a histogram of values between low and high (low ≤ high) covers: itself, or one around the single value.
struct BinRange
{
    double low = 0;
    double high = 1;
};
BinRange binRange(double low, double high);

/// A histogram being counted by several threads.
class HistogramCounter
{
public:
    /// Error{BadInput} if the range is empty, reversed or not finite, or the number of bins is not 1 … 2^24.
    HistogramCounter(BinRange range, int bins);

    /// The counts of one thread for up to 2^32 - 1 values; they join the whole at the end of its life.
    class Local
    {
    public:
        explicit Local(HistogramCounter& whole);
        ~Local();
        Local(const Local&) = delete;
        Local& operator=(const Local&) = delete;
        /// Error{BadInput} if a finite value lies outside the range.
        void add(std::span<const float> values);

    private:
        HistogramCounter& m_whole;
        Binner::Counts m_counts;
        std::uint64_t m_nans = 0;
        std::uint64_t m_infinities = 0;
    };

    Histogram take() { return std::move(m_result); }

private:
    Binner m_binner;
    std::mutex m_mutex;
    Histogram m_result;
};

} // namespace bw::stats
