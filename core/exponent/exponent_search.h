#pragma once
// value header

#include "core/base/job_context.h"
#include "core/formats/quant_format.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bw {

/// Error of the power-function grid x^a against its power exponent a (PowerQuant §3, after arXiv 2301.09858).
struct ExponentCurve
{
    int bits = 0;
    std::vector<std::pair<double, double>> points; ///< (a, R), ascending a: the coarse grid and what the search visited
    double optimum = 1;
    double error = 0; ///< R at the optimum
    double errorUniform = 0; ///< R at a = 1
    double flatLow
        = 1; ///< exponents whose squared error is within 1 % of the optimum's: never compare closer than this
    double flatHigh = 1;
    friend bool operator==(const ExponentCurve&, const ExponentCurve&) = default;
};

/// A tensor prepared so that the error of one exponent takes microseconds: normalised magnitudes sorted, with prefix
/// sums of weight, weight·z and weight·z² (weight = squared scale of the group). Exact. Immutable, thread-safe.
class SortedMagnitudes
{
public:
    /// Groups and their scales as `scaling` says (stored scales, as encode will use). A rule that searches scales does
    /// so for the exponent that is best together with one common clipping point, so that the curve shows the
    /// neighbourhood of the joint optimum. Error{BadInput} on NaN or infinity.
    SortedMagnitudes(const TensorView& matrix, const Scaling& scaling, int bits, const JobContext& ctx);
    ~SortedMagnitudes();
    SortedMagnitudes(SortedMagnitudes&&) noexcept;
    SortedMagnitudes& operator=(SortedMagnitudes&&) noexcept;

    /// Σ(D(q)-x)² over the tensor for power exponent `a` at `bits` bits.
    double squaredError(double a, int bits) const;
    /// Σx²
    double squaredSignal() const;
    std::uint64_t count() const;
    /// The stored scale of each group.
    std::span<const float> scales() const;

private:
    struct Impl;
    std::unique_ptr<const Impl> m_impl;
};

inline constexpr double minExponent = 0.05; ///< below it, (k/L)^(1/a) underflows (methods-nonuniform 1.7)
inline constexpr double maxExponent = 2.0;

enum class ExponentSolver
{
    GoldenSection,
    NelderMead
};

/// Curve and optimum for one tensor (scope layer) or several (scope model: the paper's Σ‖error‖ over layers; R is then
/// Σ‖error‖ / Σ‖weights‖). The curve always holds the 23 exponents 0.20, 0.25 … 1.30; the optimum is the best of all
/// that was tried with two decimals: the valley is flatter than that, and its text gives the same grid. b = 2 is frozen
/// at a = 1: there the exponent only moves a threshold that is best in the middle.
ExponentCurve searchExponent(
    std::span<const SortedMagnitudes* const> tensors, int bits, ExponentSolver solver, const JobContext& ctx);
/// R at one exponent: what a dragged marker shows.
double errorAt(const SortedMagnitudes& tensor, double a, int bits);
/// The high-resolution theory of the optimum (methods-nonuniform 1.4), an instant preview: argmin of 2a ln M - 2 ln a +
/// ln E|w|^(2-2a).
double theoreticalExponent(const TensorView& matrix, const JobContext& ctx);

} // namespace bw
