#include "core/distributions/limit_lines.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr double ratesPerOctave = 4;

bool isRate(double bits)
{
    return bits >= leastLimitBits && bits <= mostLimitBits;
}

double sumOfSquares(const DistributionFit& fit)
{
    return fit.exists() ? static_cast<double>(fit.count) * fit.rms * fit.rms : 0;
}

double sumOfSquares(std::span<const DistributionFit> fits)
{
    double sum = 0;
    for (const DistributionFit& fit : fits) {
        sum += sumOfSquares(fit);
    }
    return sum;
}
} // namespace

ShannonLine::ShannonLine(std::span<const DistributionFit> fits)
{
    const double sum = sumOfSquares(fits);
    for (const DistributionFit& fit : fits) {
        if (fit.exists()) {
            m_parts.push_back({ sumOfSquares(fit) / sum,
                shannonBound(fit.chosen().density) * fit.chosen().rms() / fit.rms, fit.zeroShare() });
        }
    }
}

std::optional<double> ShannonLine::at(double bits) const
{
    if (m_parts.empty() || !isRate(bits)) {
        return std::nullopt;
    }
    double square = 0;
    for (const Part& part : m_parts) {
        // Bits are spent on weights other than 0 only; all weights as 0 is R = 1: as limitsAt().
        const double r = std::min(part.unit * std::exp2(-bits / (1 - part.zeroShare)), 1.0);
        square += part.share * r * r;
    }
    return std::sqrt(square) * std::exp2(bits);
}

std::optional<double> ShannonLine::distance(double bits, double rTimes2b) const
{
    const auto limit = at(bits);
    return limit && rTimes2b > 0 && std::isfinite(rTimes2b) ? std::optional(decibelsAbove(*limit, rTimes2b))
                                                            : std::nullopt;
}

std::optional<RateLimits> knownLimits(std::span<const DistributionFit> fits, double bits)
{
    const double sum = sumOfSquares(fits);
    if (!(sum > 0) || !isRate(bits)) {
        return std::nullopt;
    }
    RateLimits all;
    all.bits = bits;
    constexpr double RateLimits::*figures[]
        = { &RateLimits::shannon, &RateLimits::entropyCoded, &RateLimits::panterDite, &RateLimits::lloydMax };
    for (const DistributionFit& fit : fits) {
        if (!fit.exists()) {
            continue;
        }
        const RateLimits own = limitsAt(fit, bits);
        for (const auto figure : figures) {
            all.*figure += sumOfSquares(fit) / sum * own.*figure * own.*figure;
        }
    }
    for (const auto figure : figures) {
        all.*figure = std::sqrt(all.*figure);
    }
    return all;
}

std::vector<RateLimits> limitLines(
    std::span<const DistributionFit> fits, double leastBits, double mostBits, const JobContext& ctx)
{
    std::vector<double> rates;
    for (double step = std::floor(leastBits * ratesPerOctave); step <= std::ceil(mostBits * ratesPerOctave); ++step) {
        const double levels = std::max(2.0, std::round(std::exp2(step / ratesPerOctave)));
        const double rate = std::clamp(std::log2(levels), leastBits, mostBits);
        if (rates.empty() || rate > rates.back()) {
            rates.push_back(rate);
        }
    }
    std::vector<RateLimits> lines(sumOfSquares(fits) > 0 ? rates.size() : 0);
    parallelBlocks(lines.size(), 1, ctx, [&](std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t i = first; i < last; ++i) {
            ctx.checkpoint();
            lines[static_cast<std::size_t>(i)] = *knownLimits(fits, rates[static_cast<std::size_t>(i)]);
        }
    });
    return lines;
}

} // namespace bw
