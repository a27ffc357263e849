#include "core/formats/random_rotation.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

namespace bw {

namespace {
constexpr std::size_t roundsForPowers = 2;
constexpr std::size_t roundsForOthers = 4;

void hadamard(std::span<double> row)
{
    for (std::size_t half = 1; half < row.size(); half *= 2) {
        for (std::size_t start = 0; start < row.size(); start += 2 * half) {
            for (std::size_t i = start; i < start + half; ++i) {
                const double a = row[i];
                const double b = row[i + half];
                row[i] = a + b;
                row[i + half] = a - b;
            }
        }
    }
    const double factor = 1 / std::sqrt(static_cast<double>(row.size()));
    for (double& value : row) {
        value *= factor;
    }
}
} // namespace

RandomRotation::RandomRotation(std::uint64_t seed, std::size_t size)
    : m_size(size)
    , m_power(std::bit_floor(std::max<std::size_t>(size, 1)))
    , m_from(size)
    , m_signs(m_power == size ? roundsForPowers : roundsForOthers, std::vector<double>(size))
{
    std::mt19937_64 random(seed);
    std::iota(m_from.begin(), m_from.end(), 0U);
    // Not std::shuffle, which every library does its own way.
    for (std::size_t i = size; i > 1; --i) {
        std::swap(m_from[i - 1], m_from[static_cast<std::size_t>(random() % i)]);
    }
    for (auto& signs : m_signs) {
        std::generate(signs.begin(), signs.end(), [&] { return random() >> 63 != 0 ? -1.0 : 1.0; });
    }
}

std::span<double> RandomRotation::mixed(std::span<double> row, std::size_t round) const
{
    // The first and the last values in turn: the two overlap, and no value is left out.
    return round % 2 == 0 ? row.first(m_power) : row.last(m_power);
}

void RandomRotation::apply(std::span<double> row, std::vector<double>& work) const
{
    work.assign(row.begin(), row.end());
    for (std::size_t i = 0; i < m_size; ++i) {
        row[i] = work[m_from[i]];
    }
    for (std::size_t round = 0; round < m_signs.size(); ++round) {
        std::transform(row.begin(), row.end(), m_signs[round].begin(), row.begin(), std::multiplies<>());
        hadamard(mixed(row, round));
    }
}

void RandomRotation::undo(std::span<double> row, std::vector<double>& work) const
{
    for (std::size_t round = m_signs.size(); round-- > 0;) {
        hadamard(mixed(row, round)); // its own inverse, as the signs are
        std::transform(row.begin(), row.end(), m_signs[round].begin(), row.begin(), std::multiplies<>());
    }
    work.assign(row.begin(), row.end());
    for (std::size_t i = 0; i < m_size; ++i) {
        row[m_from[i]] = work[i];
    }
}

} // namespace bw
