#include "core/exponent/exponent_search.h"

#include "core/exponent/exponent_solver.h"
#include "core/exponent/power_errors.h"
#include "core/exponent/power_grid.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <cmath>

namespace bw {

struct SortedMagnitudes::Impl
{
    std::vector<float> scales;
    PowerErrors errors;
    std::uint64_t count = 0;
};

namespace {
/// The exponent of the least error when one factor clips all scales.
double jointExponent(const PowerErrors& errors, int bits, const JobContext& ctx)
{
    double best = 1;
    double least = errors.squaredError(1, bits);
    for (int i = 4; i <= 26 && bits > 2; ++i) {
        ctx.checkpoint();
        for (double clip = 1.2; clip > 0.01; clip *= 0.94) {
            const double error = errors.squaredError(i / 20.0, bits, clip);
            if (error < least) {
                least = error;
                best = i / 20.0;
            }
        }
    }
    return best;
}

std::vector<float> scalesFor(
    const TensorView& matrix, const Groups& groups, const Scaling& scaling, int bits, const JobContext& ctx)
{
    if (scaling.rule != searchRule) {
        return chooseScales(matrix, groups, scaling, powerGrid(bits, 1), ctx);
    }
    Scaling plain = scaling;
    plain.rule = Scaling {}.rule;
    const auto start = chooseScales(matrix, groups, plain, powerGrid(bits, 1), ctx);
    const double a = jointExponent(PowerErrors(matrix, groups, start, ctx), bits, ctx);
    return chooseScales(matrix, groups, scaling, powerGrid(bits, a), ctx);
}
} // namespace

SortedMagnitudes::SortedMagnitudes(const TensorView& matrix, const Scaling& scaling, int bits, const JobContext& ctx)
{
    const Groups groups(matrix.shape, scaling);
    auto scales = scalesFor(matrix, groups, scaling, bits, ctx);
    PowerErrors errors(matrix, groups, scales, ctx);
    m_impl = std::make_unique<const Impl>(Impl { std::move(scales), std::move(errors), matrix.count() });
}
SortedMagnitudes::~SortedMagnitudes() = default;
SortedMagnitudes::SortedMagnitudes(SortedMagnitudes&&) noexcept = default;
SortedMagnitudes& SortedMagnitudes::operator=(SortedMagnitudes&&) noexcept = default;

double SortedMagnitudes::squaredError(double a, int bits) const
{
    return m_impl->errors.squaredError(a, bits);
}
double SortedMagnitudes::squaredSignal() const
{
    return m_impl->errors.squaredSignal();
}
std::uint64_t SortedMagnitudes::count() const
{
    return m_impl->count;
}
std::span<const float> SortedMagnitudes::scales() const
{
    return m_impl->scales;
}

double errorAt(const SortedMagnitudes& tensor, double a, int bits)
{
    const double signal = tensor.squaredSignal();
    return signal > 0 ? std::sqrt(tensor.squaredError(a, bits) / signal) : 0;
}

namespace {
constexpr double flatLimit = 1.01; // of the squared error
constexpr double flatStep = 0.005;

/// Where the error leaves the flat bottom, going from the optimum in steps of `step` and then halving.
double flatEnd(const std::function<double(double)>& error, double optimum, double limit, double step)
{
    double inside = optimum;
    double outside = optimum;
    do {
        inside = outside;
        outside = std::clamp(inside + step, minExponent, maxExponent);
    } while (outside != inside && error(outside) < limit);
    while (std::abs(outside - inside) > 1e-4) {
        const double middle = (inside + outside) / 2;
        (error(middle) < limit ? inside : outside) = middle;
    }
    return inside;
}
} // namespace

ExponentCurve searchExponent(
    std::span<const SortedMagnitudes* const> tensors, int bits, ExponentSolver solver, const JobContext& ctx)
{
    double signal = 0;
    for (const auto* tensor : tensors) {
        signal += std::sqrt(tensor->squaredSignal());
    }
    const std::function<double(double)> error = [&](double a) {
        double sum = 0;
        for (const auto* tensor : tensors) {
            ctx.checkpoint();
            sum += std::sqrt(tensor->squaredError(a, bits));
        }
        return signal > 0 ? sum / signal : 0;
    };
    ExponentCurve curve;
    curve.bits = bits;
    ExponentErrors visited;
    curve.optimum
        = signal > 0 ? bestExponent(error, bits, solver, visited) : (bestExponent(error, bits, solver, visited), 1.0);
    curve.points.assign(visited.begin(), visited.end());
    curve.error = visited.at(curve.optimum);
    curve.errorUniform = visited.at(1);
    const double limit = curve.error * std::sqrt(flatLimit);
    curve.flatLow = signal > 0 ? flatEnd(error, curve.optimum, limit, -flatStep) : minExponent;
    curve.flatHigh = signal > 0 ? flatEnd(error, curve.optimum, limit, flatStep) : maxExponent;
    return curve;
}

} // namespace bw
