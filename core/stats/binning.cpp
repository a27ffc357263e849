#include "core/stats/binning.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace bw::stats {

namespace {
constexpr int mostFloatBins = 4096;

bool isFloat(double x)
{
    return static_cast<double>(static_cast<float>(x)) == x;
}

/// The least float32 number that is not below x.
float floatFrom(double x)
{
    const auto nearest = static_cast<float>(x);
    return static_cast<double>(nearest) < x ? std::nextafter(nearest, std::numeric_limits<float>::infinity()) : nearest;
}
} // namespace

Binner::Binner(double low, double high, int bins)
    : m_binsPerUnit(bins / (high - low))
{
    const double step = (high - low) / bins;
    m_edges.reserve(static_cast<std::size_t>(bins) + 1);
    for (int i = 0; i < bins; ++i) {
        m_edges.push_back(i * step + low);
    }
    m_edges.push_back(high);
    const bool fits = high - low <= std::numeric_limits<float>::max()
        && m_binsPerUnit <= std::numeric_limits<float>::max() && m_binsPerUnit >= std::numeric_limits<float>::min();
    if (bins <= mostFloatBins && isFloat(low) && isFloat(high) && fits) {
        useFloats();
    }
}

/// (x - low) · binsPerUnit - 0.5 in float32 is off by at most four roundings, 4·2^-24 of a result of at most `bins`.
/// The edges themselves are off by a few 2^-53 of the largest of them, which is at most 2^24 times their whole range as
/// both ends are float32; together less than bins·2^-21.
void Binner::useFloats()
{
    for (const double edge : std::span(m_edges).first(bins())) {
        m_starts.push_back(floatFrom(edge));
    }
    m_starts.push_back(std::numeric_limits<float>::infinity());
    m_floatBins = FloatBins { static_cast<float>(m_edges.front()), static_cast<float>(m_edges.back()), m_starts,
        static_cast<float>(m_binsPerUnit), static_cast<float>(bins()) * 0x1p-21F };
}

std::size_t Binner::binOf(float x) const
{
    const double value = x;
    if (!(value >= m_edges.front() && value <= m_edges.back())) {
        return bins();
    }
    const std::size_t last = bins() - 1;
    auto bin = std::min(last, static_cast<std::size_t>((value - m_edges.front()) * m_binsPerUnit));
    while (bin > 0 && value < m_edges[bin]) {
        --bin;
    }
    while (bin < last && value >= m_edges[bin + 1]) {
        ++bin;
    }
    return bin;
}

std::uint64_t Binner::Counts::inBin(std::size_t bin) const
{
    std::uint64_t total = 0;
    for (const auto& counts : copy) {
        total += counts[bin];
    }
    return total;
}

Binner::Counts Binner::emptyCounts() const
{
    Counts counts;
    for (auto& copy : counts.copy) {
        copy.resize(bins() + 1);
    }
    return counts;
}

std::uint64_t Binner::count(std::span<const float> values, Counts& counts) const
{
    if (!m_floatBins) {
        return countEach(values, counts.copy[0]);
    }
    std::array<std::uint32_t, groupSize> numbers;
    const std::size_t outside = findBins(values, *m_floatBins, numbers.data());
    std::uint32_t* const copy[Counts::copies] { counts.copy[0].data(), counts.copy[1].data(), counts.copy[2].data(),
        counts.copy[3].data() };
    std::size_t i = 0;
    for (; i + Counts::copies <= values.size(); i += Counts::copies) {
        ++copy[0][numbers[i]];
        ++copy[1][numbers[i + 1]];
        ++copy[2][numbers[i + 2]];
        ++copy[3][numbers[i + 3]];
    }
    for (; i < values.size(); ++i) {
        ++copy[0][numbers[i]];
    }
    return outside;
}

std::uint64_t Binner::countEach(std::span<const float> values, std::vector<std::uint32_t>& counts) const
{
    std::uint64_t outside = 0;
    for (const float value : values) {
        const std::size_t bin = binOf(value);
        ++counts[bin];
        outside += bin == bins() ? 1 : 0;
    }
    return outside;
}

BinRange binRange(double low, double high)
{
    if (low != high) {
        return { low, high };
    }
    // numpy's half unit on either side vanishes beside a large value.
    const double half = std::abs(low) <= 0x1p24 ? 0.5 : std::abs(low) / 2;
    return { low - half, low + half };
}

namespace {
constexpr int mostBins = 1 << 24;

const BinRange& checked(const BinRange& range, int bins)
{
    if (bins < 1 || bins > mostBins) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "a histogram cannot have %1 bins; 1 to %2 are possible"),
            toText(bins), toText(mostBins));
    }
    if (!(range.low < range.high) || !std::isfinite(range.high - range.low)) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "a histogram cannot reach from %1 to %2"),
            toText(range.low), toText(range.high));
    }
    return range;
}
} // namespace

HistogramCounter::HistogramCounter(BinRange range, int bins)
    : m_binner(checked(range, bins).low, range.high, bins)
{
    m_result.edges = m_binner.edges();
    m_result.counts.resize(m_binner.bins());
}

HistogramCounter::Local::Local(HistogramCounter& whole)
    : m_whole(whole)
    , m_counts(whole.m_binner.emptyCounts())
{
}

HistogramCounter::Local::~Local()
{
    // Whole numbers: the order in which threads come here does not matter.
    const std::lock_guard lock(m_whole.m_mutex);
    for (std::size_t i = 0; i < m_whole.m_result.counts.size(); ++i) {
        m_whole.m_result.counts[i] += m_counts.inBin(i);
    }
    m_whole.m_result.nanCount += m_nans;
    m_whole.m_result.infCount += m_infinities;
}

void HistogramCounter::Local::add(std::span<const float> values)
{
    const Binner& binner = m_whole.m_binner;
    if (binner.count(values, m_counts) == 0) {
        return;
    }
    for (const float value : values) {
        m_nans += std::isnan(value) ? 1 : 0;
        m_infinities += std::isinf(value) ? 1 : 0;
        if (std::isfinite(value) && binner.binOf(value) == binner.bins()) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "the value %1 lies outside the histogram, which reaches from %2 to %3"),
                toText(value), toText(binner.edges().front()), toText(binner.edges().back()));
        }
    }
}

} // namespace bw::stats
