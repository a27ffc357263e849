#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// A random orthogonal map of rows of `size` values that costs O(size · log size): a random permutation, then rounds of
/// random signs and a Walsh–Hadamard transform of the first or the last 2^k ≤ size values in turn (Ailon and Chazelle
/// 2009; as in QuaRot, arXiv 2404.00456, but for any size). The same seed and size give the same map everywhere.
class RandomRotation
{
public:
    RandomRotation(std::uint64_t seed, std::size_t size);

    std::size_t size() const { return m_size; }
    /// In place; `row` has size() values. Both allocate nothing but `work`.
    void apply(std::span<double> row, std::vector<double>& work) const;
    void undo(std::span<double> row, std::vector<double>& work) const;

private:
    std::span<double> mixed(std::span<double> row, std::size_t round) const;

    std::size_t m_size = 0;
    std::size_t m_power = 1; ///< the largest power of two that fits
    std::vector<std::uint32_t> m_from; ///< value i comes from here
    std::vector<std::vector<double>> m_signs; ///< of each round
};

} // namespace bw
