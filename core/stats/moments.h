#pragma once

#include <cstdint>

namespace bw::stats {

/// Count, mean and central power sums Σ(x-mean)^k of some values; merge() joins two disjoint sets of values.
struct Moments
{
    std::uint64_t count = 0;
    double mean = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;

    /// P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
    /// moments", SAND2008-6212, equations 2.1 and 3.1 for p = 2, 3, 4.
    void merge(const Moments& other);
};

} // namespace bw::stats
