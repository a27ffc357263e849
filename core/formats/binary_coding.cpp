#include "core/formats/binary_coding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace bw {

namespace {
using Factors = std::vector<double>;

constexpr int shortGroup = 128;
constexpr int roundsForShort = 15;
constexpr int roundsForLong = 40;
constexpr double smallestGain = 1e-7;

double levelOf(const Factors& factors, std::size_t code)
{
    double level = 0;
    for (std::size_t i = 0; i < factors.size(); ++i) {
        level += (code >> i & 1) != 0 ? factors[i] : -factors[i];
    }
    return level;
}

/// Counts and sums of the values nearest to each level, and the squared error.
struct Assignment
{
    std::vector<std::size_t> codes; ///< of the levels, ascending
    std::vector<double> weights;
    std::vector<double> sums;
    double error = 0;
};

Assignment assign(const SortedValues& values, const Factors& factors)
{
    Assignment assignment;
    auto& codes = assignment.codes;
    codes.resize(std::size_t { 1 } << factors.size());
    std::iota(codes.begin(), codes.end(), std::size_t { 0 });
    std::stable_sort(codes.begin(), codes.end(),
        [&](std::size_t a, std::size_t b) { return levelOf(factors, a) < levelOf(factors, b); });
    SortedValues::Sums from;
    for (std::size_t k = 0; k < codes.size(); ++k) {
        const double level = levelOf(factors, codes[k]);
        const bool isLast = k + 1 == codes.size();
        const std::size_t end
            = isLast ? values.count() : values.countUpTo((level + levelOf(factors, codes[k + 1])) / 2);
        const auto to = values.sumsOf(end);
        assignment.weights.push_back(to.weight - from.weight);
        assignment.sums.push_back(to.first - from.first);
        assignment.error += squaredErrorOf(from, to, level);
        from = to;
    }
    return assignment;
}

/// Solves the normal equations of the factors for given signs; a little ridge keeps equal planes apart.
Factors bestFactors(const Assignment& assignment, std::size_t planes)
{
    std::array<std::array<double, maxBinaryPlanes + 1>, maxBinaryPlanes> rows {};
    double count = 0;
    for (std::size_t k = 0; k < assignment.codes.size(); ++k) {
        const auto sign = [&](std::size_t i) { return (assignment.codes[k] >> i & 1) != 0 ? 1.0 : -1.0; };
        count += assignment.weights[k];
        for (std::size_t i = 0; i < planes; ++i) {
            for (std::size_t j = 0; j < planes; ++j) {
                rows[i][j] += assignment.weights[k] * sign(i) * sign(j);
            }
            rows[i][planes] += assignment.sums[k] * sign(i);
        }
    }
    for (std::size_t i = 0; i < planes; ++i) {
        rows[i][i] += 1e-9 * count;
    }
    for (std::size_t i = 0; i < planes; ++i) { // positive definite: no pivots needed
        for (std::size_t j = i + 1; j < planes; ++j) {
            const double factor = rows[j][i] / rows[i][i];
            for (std::size_t k = i; k <= planes; ++k) {
                rows[j][k] -= factor * rows[i][k];
            }
        }
    }
    Factors factors(planes);
    for (std::size_t i = planes; i-- > 0;) {
        double rest = rows[i][planes];
        for (std::size_t j = i + 1; j < planes; ++j) {
            rest -= rows[i][j] * factors[j];
        }
        factors[i] = rest / rows[i][i];
    }
    return factors;
}

Factors inOrder(Factors factors)
{
    for (double& factor : factors) {
        factor = std::isfinite(factor) ? std::abs(factor) : 0;
    }
    std::sort(factors.begin(), factors.end(), std::greater<>());
    return factors;
}

/// Each factor is the mean magnitude of what the ones before leave over.
Factors greedyFactors(const SortedValues& values, int planes)
{
    struct Cell
    {
        std::size_t begin;
        std::size_t end;
        double level;
    };
    std::vector<Cell> cells { { 0, values.count(), 0 } };
    Factors factors;
    for (int plane = 0; plane < planes; ++plane) {
        std::vector<Cell> split;
        double sum = 0;
        for (const auto& cell : cells) {
            const auto middle = std::clamp(values.countBelow(cell.level), cell.begin, cell.end);
            const auto a = values.sumsOf(cell.begin);
            const auto b = values.sumsOf(middle);
            const auto c = values.sumsOf(cell.end);
            sum += cell.level * (b.weight - a.weight) - (b.first - a.first);
            sum += (c.first - b.first) - cell.level * (c.weight - b.weight);
            split.push_back({ cell.begin, middle, cell.level });
            split.push_back({ middle, cell.end, cell.level });
        }
        const double factor = sum / values.sumsOf(values.count()).weight;
        for (std::size_t i = 0; i < split.size(); ++i) {
            split[i].level += i % 2 == 0 ? -factor : factor;
        }
        factors.push_back(factor);
        cells = std::move(split);
    }
    return factors;
}

/// Levels at equal distances, the outermost at `reach`.
Factors uniformFactors(double reach, int planes)
{
    Factors factors;
    const double step = reach / (std::exp2(planes) - 1);
    for (int plane = planes - 1; plane >= 0; --plane) {
        factors.push_back(step * std::exp2(plane));
    }
    return factors;
}

struct Fit
{
    Factors factors;
    double error = std::numeric_limits<double>::infinity();
};

Fit alternate(const SortedValues& values, Factors factors, const JobContext& ctx)
{
    Fit best;
    const int rounds = values.count() <= shortGroup ? roundsForShort : roundsForLong;
    for (int round = 0; round <= rounds; ++round) {
        ctx.checkpoint();
        factors = inOrder(std::move(factors));
        const auto assignment = assign(values, factors);
        const double gain = best.error - assignment.error;
        if (assignment.error < best.error) {
            best = { factors, assignment.error };
        }
        if (round > 0 && !(gain > smallestGain * best.error)) {
            break;
        }
        factors = bestFactors(assignment, factors.size());
    }
    return best;
}
} // namespace

BinaryLevels::BinaryLevels(std::span<const float> factors)
    : codes(std::size_t { 1 } << factors.size())
{
    std::vector<float> byCode(codes.size());
    for (std::size_t code = 0; code < codes.size(); ++code) {
        for (std::size_t i = 0; i < factors.size(); ++i) {
            byCode[code] += (code >> i & 1) != 0 ? factors[i] : -factors[i];
        }
    }
    std::iota(codes.begin(), codes.end(), std::uint16_t { 0 });
    std::stable_sort(
        codes.begin(), codes.end(), [&](std::uint16_t a, std::uint16_t b) { return byCode[a] < byCode[b]; });
    for (const auto code : codes) {
        levels.push_back(byCode[code] + 0.0F);
    }
}

std::vector<double> fitBinaryFactors(const SortedValues& values, int planes, const JobContext& ctx)
{
    const auto count = static_cast<std::size_t>(planes);
    if (values.count() == 0) {
        return std::vector<double>(count, 0.0);
    }
    const double largest
        = std::max(-static_cast<double>(values.value(0)), static_cast<double>(values.value(values.count() - 1)));
    Fit best = alternate(values, greedyFactors(values, planes), ctx);
    for (const double share : { 1.0, 0.8, 0.6, 0.45 }) {
        auto fit = alternate(values, uniformFactors(largest * share, planes), ctx);
        if (fit.error < best.error) {
            best = std::move(fit);
        }
    }
    return best.factors.empty() ? std::vector<double>(count, 0.0) : best.factors;
}

} // namespace bw
