#pragma once
// value header

#include "core/base/text.h"

namespace bw {

enum class DensityKind
{
    Normal,
    Laplace,
    StudentT
};

/// A distribution of weights about 0, in any scale.
struct Density
{
    DensityKind kind = DensityKind::Normal;
    double nu = 7; ///< degrees of freedom of StudentT, above 2: up to there the variance is infinite
    friend bool operator==(const Density&, const Density&) = default;
};

/// "normal", "laplace", "student_t": in JSON documents.
const char* densityName(DensityKind kind);
/// "Normal", "Student-t, ν = 5.3".
Text densityTitle(const Density& density);

/// A density scaled to a root mean square of 1, with its integrals in closed form. Points are ordinary or infinite
/// numbers. Cheap to copy.
class UnitDensity
{
public:
    explicit UnitDensity(const Density& density);

    const Density& density() const { return m_density; }
    double at(double x) const;
    /// ln of at(); finite for all finite x.
    double logAt(double x) const;
    /// The share of weights above x, exact in the tail too.
    double shareAbove(double x) const;
    /// ∫ from x ≥ 0 to infinity of t·p(t) and of t²·p(t).
    double firstAbove(double x) const;
    double secondAbove(double x) const;
    /// The weight that a share of 0 < share < 1 lies above.
    double pointWithShareAbove(double share) const;
    /// The same for the density ∝ p^(1/3), as dense as the levels of the best fixed-length codes.
    double cubeRootPointAbove(double share) const;

    /// Differential entropy, in bits.
    double entropy() const;
    /// (∫p^(1/3))³, on which the error of the best fixed-length codes depends.
    double cubeRootNorm() const;
    /// The factor from the usual scale (standard deviation of Normal, mean magnitude of Laplace, scale parameter of
    /// Student-t) to the root mean square.
    static double rmsPerScale(const Density& density);

private:
    Density m_density;
    double m_scale = 1; ///< the usual scale
    double m_logNorm = 0; ///< logAt(0)
};

} // namespace bw
