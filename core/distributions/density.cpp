#include "core/distributions/density.h"

#include <cmath>
#include <numbers>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/digamma.hpp>

namespace bw {

namespace {
using std::numbers::pi;
using std::numbers::sqrt2;

/// Γ((ν+1)/2) / (√(νπ) Γ(ν/2)), Student-t's density at 0.
double logStudentNorm(double nu)
{
    return std::lgamma((nu + 1) / 2) - std::lgamma(nu / 2) - std::log(nu * pi) / 2;
}

/// P(T > x), where Boost's distribution wants finite numbers.
double studentAbove(double nu, double x)
{
    if (std::isinf(x)) {
        return x > 0 ? 0 : 1;
    }
    return boost::math::cdf(boost::math::complement(boost::math::students_t(nu), x));
}

/// In the usual scale.
double pointAbove(const Density& density, double share)
{
    switch (density.kind) {
    case DensityKind::Laplace:
        return share < 0.5 ? -std::log(2 * share) : std::log(2 * (1 - share));
    case DensityKind::StudentT:
        return boost::math::quantile(boost::math::complement(boost::math::students_t(density.nu), share));
    case DensityKind::Normal:
        break;
    }
    return boost::math::quantile(boost::math::complement(boost::math::normal(), share));
}
} // namespace

const char* densityName(DensityKind kind)
{
    switch (kind) {
    case DensityKind::Laplace:
        return "laplace";
    case DensityKind::StudentT:
        return "student_t";
    case DensityKind::Normal:
        break;
    }
    return "normal";
}

Text densityTitle(const Density& density)
{
    switch (density.kind) {
    case DensityKind::Laplace:
        return { BW_TR_NOOP("core", "Laplace") };
    case DensityKind::StudentT:
        return { BW_TR_NOOP("core", "Student-t, ν = %1"), { toTextRounded(density.nu, 2) } };
    case DensityKind::Normal:
        break;
    }
    return { BW_TR_NOOP("core", "Normal") };
}

double UnitDensity::rmsPerScale(const Density& density)
{
    switch (density.kind) {
    case DensityKind::Laplace:
        return sqrt2;
    case DensityKind::StudentT:
        return std::sqrt(density.nu / (density.nu - 2));
    case DensityKind::Normal:
        break;
    }
    return 1;
}

UnitDensity::UnitDensity(const Density& density)
    : m_density(density)
    , m_scale(1 / rmsPerScale(density))
{
    switch (density.kind) {
    case DensityKind::Laplace:
        m_logNorm = -std::log(2 * m_scale);
        return;
    case DensityKind::StudentT:
        m_logNorm = logStudentNorm(density.nu) - std::log(m_scale);
        return;
    case DensityKind::Normal:
        m_logNorm = -std::log(2 * pi) / 2;
        return;
    }
}

double UnitDensity::logAt(double x) const
{
    const double z = x / m_scale;
    switch (m_density.kind) {
    case DensityKind::Laplace:
        return m_logNorm - std::abs(z);
    case DensityKind::StudentT:
        return m_logNorm - (m_density.nu + 1) / 2 * std::log1p(z * z / m_density.nu);
    case DensityKind::Normal:
        break;
    }
    return m_logNorm - z * z / 2;
}

double UnitDensity::at(double x) const
{
    return std::exp(logAt(x));
}

double UnitDensity::shareAbove(double x) const
{
    const double z = x / m_scale;
    switch (m_density.kind) {
    case DensityKind::Laplace:
        return z >= 0 ? std::exp(-z) / 2 : 1 - std::exp(z) / 2;
    case DensityKind::StudentT:
        return studentAbove(m_density.nu, z);
    case DensityKind::Normal:
        break;
    }
    return std::erfc(z / sqrt2) / 2;
}

double UnitDensity::firstAbove(double x) const
{
    if (std::isinf(x)) {
        return 0;
    }
    const double z = x / m_scale;
    switch (m_density.kind) {
    case DensityKind::Laplace:
        return m_scale * (1 + z) * std::exp(-z) / 2;
    case DensityKind::StudentT: {
        const double nu = m_density.nu;
        return m_scale * nu / (nu - 1) * std::exp(logStudentNorm(nu) - (nu - 1) / 2 * std::log1p(z * z / nu));
    }
    case DensityKind::Normal:
        break;
    }
    return at(x);
}

double UnitDensity::secondAbove(double x) const
{
    if (std::isinf(x)) {
        return 0;
    }
    const double z = x / m_scale;
    switch (m_density.kind) {
    case DensityKind::Laplace:
        return m_scale * m_scale * (2 + 2 * z + z * z) * std::exp(-z) / 2;
    case DensityKind::StudentT: {
        // (1 + t²/ν)·p is a multiple of Student-t with ν - 2 degrees of freedom, wider.
        const double nu = m_density.nu;
        const double wider = studentAbove(nu - 2, z * std::sqrt((nu - 2) / nu));
        return m_scale * m_scale * nu * ((nu - 1) / (nu - 2) * wider - studentAbove(nu, z));
    }
    case DensityKind::Normal:
        break;
    }
    return shareAbove(x) + x * at(x);
}

double UnitDensity::pointWithShareAbove(double share) const
{
    return m_scale * pointAbove(m_density, share);
}

double UnitDensity::cubeRootPointAbove(double share) const
{
    // p^(1/3) is of p's kind, wider.
    switch (m_density.kind) {
    case DensityKind::Laplace:
        return 3 * m_scale * pointAbove(m_density, share);
    case DensityKind::StudentT:
        return std::numbers::sqrt3 * pointAbove({ DensityKind::StudentT, (m_density.nu - 2) / 3 }, share);
    case DensityKind::Normal:
        break;
    }
    return std::numbers::sqrt3 * pointAbove(m_density, share);
}

double UnitDensity::entropy() const
{
    double nats = 0;
    switch (m_density.kind) {
    case DensityKind::Normal:
        nats = std::log(2 * pi * std::numbers::e) / 2;
        break;
    case DensityKind::Laplace:
        nats = 1 + std::log(2 * m_scale);
        break;
    case DensityKind::StudentT: {
        const double half = (m_density.nu + 1) / 2;
        nats = half * (boost::math::digamma(half) - boost::math::digamma(m_density.nu / 2)) - m_logNorm;
        break;
    }
    }
    return nats / std::numbers::ln2;
}

double UnitDensity::cubeRootNorm() const
{
    switch (m_density.kind) {
    case DensityKind::Laplace:
        return 108 * m_scale * m_scale;
    case DensityKind::StudentT: {
        // p^(1/3) is a multiple of Student-t with (ν-2)/3 degrees of freedom, wider.
        const double nu = m_density.nu;
        const double rootNu = (nu - 2) / 3;
        return std::exp(m_logNorm - 3 * logStudentNorm(rootNu)) * std::pow(m_scale * std::sqrt(nu / rootNu), 3);
    }
    case DensityKind::Normal:
        break;
    }
    return 2 * pi * std::pow(3, 1.5);
}

} // namespace bw
