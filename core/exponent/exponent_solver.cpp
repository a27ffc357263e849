#include "core/exponent/exponent_solver.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr int coarseCount = 23;
constexpr double tolerance = 1e-3;
constexpr int maxEvaluations = 100; // of Nelder-Mead
constexpr double exponentSteps = 100; // per unit, of the exponents that are returned
constexpr int valleySteps = 5;

double coarseExponent(int i)
{
    return (20 + 5 * i) / 100.0;
}

class Search
{
public:
    Search(const std::function<double(double)>& error, ExponentErrors& visited)
        : m_error(error)
        , m_visited(visited)
    {
    }

    double at(double exact)
    {
        // So that the same exponent reached by other sums is the same point of the curve.
        const double a = std::round(exact * 1e6) / 1e6;
        const auto found = m_visited.find(a);
        return found != m_visited.end() ? found->second : m_visited.emplace(a, m_error(a)).first->second;
    }

    double best() const
    {
        return std::min_element(m_visited.begin(), m_visited.end(), [](const auto& x, const auto& y) {
            return x.second < y.second;
        })->first;
    }

    /// The best of what was tried that has two decimals.
    double bestOnLattice() const
    {
        double found = 1;
        double lowest = std::numeric_limits<double>::infinity();
        for (const auto& [a, error] : m_visited) {
            const double rounded = std::round(a * exponentSteps) / exponentSteps;
            if (error < lowest && std::abs(rounded - a) < 1e-9) {
                found = rounded;
                lowest = error;
            }
        }
        return found;
    }

    /// Between the neighbours of the best coarse exponent.
    void goldenSection()
    {
        const double ratio = (std::sqrt(5.0) - 1) / 2;
        double low = best() - 0.05;
        double high = best() + 0.05;
        double left = high - ratio * (high - low);
        double right = low + ratio * (high - low);
        while (high - low > tolerance) {
            if (at(left) <= at(right)) {
                high = right;
                right = left;
                left = high - ratio * (high - low);
            } else {
                low = left;
                left = right;
                right = low + ratio * (high - low);
            }
        }
    }

    /// The simplex method in one dimension: two points. Reflection 1, expansion 2, contraction and shrinking 0.5.
    void nelderMead()
    {
        const auto clamped = [](double a) { return std::clamp(a, minExponent, maxExponent); };
        double good = 0.5;
        double poor = 0.6;
        for (int i = 0; i < maxEvaluations && std::abs(good - poor) >= tolerance; ++i) {
            if (at(poor) < at(good)) {
                std::swap(good, poor);
            }
            const double reflected = clamped(good + (good - poor));
            if (at(reflected) < at(good)) {
                const double expanded = clamped(good + 2 * (good - poor));
                poor = at(expanded) < at(reflected) ? expanded : reflected;
                continue;
            }
            // Outside or inside contraction; in one dimension shrinking gives the inside point again.
            const double outside = good + 0.5 * (reflected - good);
            const bool isOutside = at(reflected) < at(poor) && at(outside) <= at(reflected);
            poor = isOutside ? outside : good + 0.5 * (poor - good);
        }
    }

private:
    const std::function<double(double)>& m_error;
    ExponentErrors& m_visited;
};
} // namespace

double bestExponent(
    const std::function<double(double)>& error, int bits, ExponentSolver solver, ExponentErrors& visited)
{
    Search search(error, visited);
    for (int i = 0; i < coarseCount; ++i) {
        search.at(coarseExponent(i));
    }
    if (bits == 2) {
        return 1;
    }
    if (solver == ExponentSolver::GoldenSection) {
        search.goldenSection();
    } else {
        search.nelderMead();
    }
    // The valley is flat (the error changes by less than 1 % within about ±0.05), so finer steps would only pretend.
    // All of that valley is tried, as rounding makes the curve jagged.
    const double nearest = std::round(search.best() * exponentSteps);
    for (int step = -valleySteps; step <= valleySteps; ++step) {
        search.at(std::clamp((nearest + step) / exponentSteps, minExponent, maxExponent));
    }
    return search.bestOnLattice();
}

} // namespace bw
