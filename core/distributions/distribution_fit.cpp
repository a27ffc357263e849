#include "core/distributions/distribution_fit.h"

#include "core/distributions/magnitude_counts.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <boost/math/tools/minima.hpp>

namespace bw {

namespace {
/// Magnitudes over their root mean square, with the share of weights that have them.
struct Points
{
    std::vector<double> squares;
    std::vector<double> shares;
};

Points pointsOf(const MagnitudeCounts& counts)
{
    double sum = 0;
    for (const auto& cell : counts.cells) {
        sum += cell.magnitude * cell.magnitude * static_cast<double>(cell.count());
    }
    Points points;
    const auto total = static_cast<double>(counts.count);
    for (const auto& cell : counts.cells) {
        // The cells' own sum of squares: half-precision weights are on average a little beside the middle of their
        // cell.
        points.squares.push_back(cell.magnitude * cell.magnitude / sum * total);
        points.shares.push_back(static_cast<double>(cell.count()) / total);
    }
    return points;
}

/// The most likely scale of Student-t with ν degrees of freedom, squared: Σ(ν+1)x²/(νs²+x²) = n, by Newton's method
/// within bounds.
double bestSquaredScale(const Points& points, double nu, double start)
{
    double low = 0;
    double high = (nu + 1) / nu * points.squares.back(); // every term below 1
    double scale = std::min(start, high);
    for (int i = 0; i < 200; ++i) {
        double sum = -1;
        double slope = 0; // over ln(scale)
        for (std::size_t k = 0; k < points.squares.size(); ++k) {
            const double part = points.squares[k] / (nu * scale + points.squares[k]);
            sum += points.shares[k] * (nu + 1) * part;
            slope -= points.shares[k] * (nu + 1) * part * (1 - part);
        }
        (sum > 0 ? low : high) = scale;
        double next = scale * std::exp(std::clamp(-sum / slope, -5.0, 5.0));
        if (!(next > low && next < high)) {
            next = low > 0 ? std::sqrt(low * high) : high / 16;
        }
        if (std::abs(next - scale) <= 1e-12 * scale) {
            return next;
        }
        scale = next;
    }
    return scale;
}

double studentLogLikelihood(const Points& points, double nu, double squaredScale)
{
    double sum = 0;
    for (std::size_t k = 0; k < points.squares.size(); ++k) {
        sum += points.shares[k] * std::log1p(points.squares[k] / (nu * squaredScale));
    }
    const UnitDensity unit({ DensityKind::StudentT, nu });
    const double rms = std::sqrt(squaredScale) * UnitDensity::rmsPerScale(unit.density());
    return unit.logAt(0) - std::log(rms) - (nu + 1) / 2 * sum;
}

/// Over magnitudes of root mean square 1.
FittedDensity fitStudent(const Points& points, const JobContext& ctx)
{
    double squaredScale = 0.5;
    const auto unlikelihood = [&](double logNu) {
        ctx.checkpoint();
        const double nu = std::exp(logNu);
        squaredScale = bestSquaredScale(points, nu, squaredScale);
        return -studentLogLikelihood(points, nu, squaredScale);
    };
    constexpr int bitsOfPrecision = 24;
    const double least = std::log(leastFittedNu);
    const double most = std::log(mostFittedNu);
    auto [logNu, best] = boost::math::tools::brent_find_minima(unlikelihood, least, most, bitsOfPrecision);
    for (const double end : { least, most }) {
        if (const double atEnd = unlikelihood(end); atEnd <= best) {
            logNu = end;
            best = atEnd;
        }
    }
    const double nu = logNu == least ? leastFittedNu : logNu == most ? mostFittedNu : std::exp(logNu);
    squaredScale = bestSquaredScale(points, nu, squaredScale);
    return { { DensityKind::StudentT, nu }, std::sqrt(squaredScale), -best };
}

std::array<FittedDensity, 3> candidatesOf(const MagnitudeCounts& counts, double rms, const JobContext& ctx)
{
    const double mean = counts.sumOfMagnitudes / static_cast<double>(counts.count);
    auto student = fitStudent(pointsOf(counts), ctx);
    student.scale *= rms;
    student.logLikelihood -= std::log(rms);
    return { { { { DensityKind::Normal }, rms, -std::log(2 * std::numbers::pi) / 2 - 0.5 - std::log(rms) },
        { { DensityKind::Laplace }, mean, -std::log(2 * mean) - 1 }, student } };
}

std::size_t mostLikely(const std::array<FittedDensity, 3>& candidates, std::uint64_t count)
{
    const auto n = static_cast<double>(count);
    const auto score = [&](const FittedDensity& candidate) {
        const int parameters = candidate.density.kind == DensityKind::StudentT ? 2 : 1;
        return n * candidate.logLikelihood - parameters * std::log(n) / 2;
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < candidates.size(); ++i) {
        best = score(candidates[i]) > score(candidates[best]) ? i : best;
    }
    return best;
}

/// Compares the counts with the fitted density, cell by cell from the largest magnitude down.
class Comparison
{
public:
    Comparison(const MagnitudeCounts& counts, const FittedDensity& fitted)
        : m_count(static_cast<double>(counts.count))
        , m_cells(std::clamp(m_count / 32, 2.0, 128.0))
    {
        const UnitDensity unit(fitted.density);
        for (auto cell = counts.cells.rbegin(); cell != counts.cells.rend(); ++cell) {
            compare(unit.shareAbove(cell->end / fitted.rms()));
            m_positive += static_cast<double>(cell->positive);
            m_negative += static_cast<double>(cell->negative);
            const bool isLast = cell + 1 == counts.cells.rend();
            const double share = isLast ? 0.5 : unit.shareAbove(cell->begin / fitted.rms());
            compare(share);
            if (isLast || 2 * (share - m_closedShare) * m_cells >= 1) {
                closeCell(share);
            }
        }
    }
    double ksDistance() const { return m_distance; }
    double divergence() const { return std::max(0.0, m_divergence - (m_closed - 1) / (2 * m_count)); }

private:
    void compare(double share)
    {
        m_distance
            = std::max({ m_distance, std::abs(m_positive / m_count - share), std::abs(m_negative / m_count - share) });
    }
    void closeCell(double share)
    {
        const double found = (m_positive + m_negative - m_closedCount) / m_count;
        const double expected = 2 * (share - m_closedShare);
        // No weight in a cell: its part is 0.
        m_divergence += found > 0 ? found * std::log(found / expected) : 0;
        m_closedCount = m_positive + m_negative;
        m_closedShare = share;
        ++m_closed;
    }

    double m_count;
    double m_cells; ///< cells to make
    double m_positive = 0; ///< weights so far out or further
    double m_negative = 0;
    double m_distance = 0;
    double m_closedCount = 0; ///< weights and share in cells that are done
    double m_closedShare = 0;
    double m_closed = 0;
    double m_divergence = 0;
};
} // namespace

double DistributionFit::zeroShare() const
{
    return zeros == 0 ? 0 : static_cast<double>(zeros) / static_cast<double>(zeros + count);
}

bool DistributionFit::isHeaviest() const
{
    return chosen().density.kind == DensityKind::StudentT && chosen().density.nu <= leastFittedNu;
}

DistributionFit fitDistribution(const TensorView& view, const JobContext& ctx)
{
    const auto counts = countMagnitudes(view, ctx);
    DistributionFit fit;
    fit.count = counts.count;
    fit.zeros = counts.zeros;
    fit.nonFinite = counts.nonFinite;
    if (counts.count == 0) {
        return fit;
    }
    fit.rms = std::sqrt(counts.sumOfSquares / static_cast<double>(counts.count));
    fit.candidates = candidatesOf(counts, fit.rms, ctx);
    fit.best = mostLikely(fit.candidates, fit.count);
    const Comparison comparison(counts, fit.chosen());
    fit.ksDistance = comparison.ksDistance();
    fit.divergence = comparison.divergence();
    return fit;
}

double decibelsAbove(double limit, double rTimes2b)
{
    return 20 * std::log10(rTimes2b / limit);
}

std::optional<RateLimits> knownLimits(const DistributionFit& fit, double bits)
{
    const bool isKnown = fit.exists() && bits >= leastLimitBits && bits <= mostLimitBits;
    return isKnown ? std::optional(limitsAt(fit, bits)) : std::nullopt;
}

RateLimits limitsAt(const DistributionFit& fit, double bits)
{
    RateLimits limits = limitsAt(fit.chosen().density, bits, fit.zeroShare());
    const double ratio = fit.chosen().rms() / fit.rms;
    for (double* figure : { &limits.shannon, &limits.entropyCoded, &limits.panterDite, &limits.lloydMax }) {
        // All weights as 0 is R = 1, whatever tails a density has beyond those of the tensor.
        *figure = std::min(*figure * ratio, std::exp2(bits));
    }
    return limits;
}

} // namespace bw
