#pragma once

#include "core/distributions/density.h"

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace bw::test {

/// Independent draws of a density of root mean square 1.
inline std::vector<float> drawn(const Density& density, std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::exponential_distribution<double> exponential;
    std::student_t_distribution<double> student(density.nu);
    std::vector<float> values(count);
    for (auto& value : values) {
        const double x = density.kind == DensityKind::Normal ? normal(random)
            : density.kind == DensityKind::Laplace           ? (random() % 2 == 0 ? 1 : -1) * exponential(random)
                                                             : student(random);
        value = static_cast<float>(x / UnitDensity::rmsPerScale(density));
    }
    return values;
}

inline std::vector<float> scaled(std::vector<float> values, float factor)
{
    for (auto& value : values) {
        value *= factor;
    }
    return values;
}

inline const Density normalDensity { DensityKind::Normal };
inline const Density laplaceDensity { DensityKind::Laplace };
inline Density studentDensity(double nu)
{
    return { DensityKind::StudentT, nu };
}

} // namespace bw::test
