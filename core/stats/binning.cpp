#include "core/stats/binning.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace bw::stats {

Binner::Binner(double low, double high, int bins)
    : m_binsPerUnit(bins / (high - low))
{
    const double step = (high - low) / bins;
    m_edges.reserve(static_cast<std::size_t>(bins) + 1);
    for (int i = 0; i < bins; ++i) {
        m_edges.push_back(i * step + low);
    }
    m_edges.push_back(high);
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

std::size_t Binner::count(std::span<const float> values, std::span<std::uint32_t> counts) const
{
    std::size_t counted = 0;
    for (const float value : values) {
        const std::size_t bin = binOf(value);
        if (bin < counts.size()) {
            ++counts[bin];
            ++counted;
        }
    }
    return counted;
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

Binner checkedBinner(const BinRange& range, int bins)
{
    if (bins < 1 || bins > mostBins) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "a histogram cannot have %1 bins; 1 to %2 are possible"), toText(bins),
            toText(mostBins));
    }
    if (!(range.low < range.high) || !std::isfinite(range.high - range.low)) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "a histogram cannot reach from %1 to %2"), toText(range.low),
            toText(range.high));
    }
    return { range.low, range.high, bins };
}
} // namespace

HistogramCounter::HistogramCounter(BinRange range, int bins)
    : m_binner(checkedBinner(range, bins))
{
    m_result.edges = m_binner.edges();
    m_result.counts.resize(m_binner.bins());
}

HistogramCounter::Local::Local(HistogramCounter& whole)
    : m_whole(whole)
    , m_counts(whole.m_binner.bins())
{
}

HistogramCounter::Local::~Local()
{
    // Whole numbers: the order in which threads come here does not matter.
    const std::lock_guard lock(m_whole.m_mutex);
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        m_whole.m_result.counts[i] += m_counts[i];
    }
    m_whole.m_result.nanCount += m_nans;
    m_whole.m_result.infCount += m_infinities;
}

void HistogramCounter::Local::add(std::span<const float> values)
{
    const Binner& binner = m_whole.m_binner;
    if (binner.count(values, m_counts) == values.size()) {
        return;
    }
    for (const float value : values) {
        m_nans += std::isnan(value) ? 1 : 0;
        m_infinities += std::isinf(value) ? 1 : 0;
        if (std::isfinite(value) && binner.binOf(value) == binner.bins()) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "the value %1 lies outside the histogram, which reaches from %2 to %3"),
                toText(value), toText(binner.edges().front()), toText(binner.edges().back()));
        }
    }
}

} // namespace bw::stats
