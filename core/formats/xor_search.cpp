#include "core/formats/xor_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr int mostChecks = 14; // 64 outputs · 2^14 flags are a megabyte

bool isTrellisFaster(const XorNetwork& network)
{
    const int checks = network.outputs() - network.inputs();
    return checks <= mostChecks
        && std::ldexp(network.outputs(), checks) < std::ldexp(network.inputs(), network.inputs());
}

void addAndSubtract(float* sums, std::size_t half)
{
    for (std::size_t i = 0; i < half; ++i) {
        const float a = sums[i];
        const float b = sums[i + half];
        sums[i] = a + b;
        sums[i + half] = a - b;
    }
}

/// Two steps at a time: half as often through the memory.
void transformFour(float* sums, std::size_t quarter)
{
    for (std::size_t i = 0; i < quarter; ++i) {
        const float a = sums[i] + sums[i + quarter];
        const float b = sums[i] - sums[i + quarter];
        const float c = sums[i + 2 * quarter] + sums[i + 3 * quarter];
        const float d = sums[i + 2 * quarter] - sums[i + 3 * quarter];
        sums[i] = a + c;
        sums[i + quarter] = b + d;
        sums[i + 2 * quarter] = a - c;
        sums[i + 3 * quarter] = b - d;
    }
}

void walshHadamard(std::vector<float>& sums)
{
    std::size_t half = 1;
    for (; half * 4 <= sums.size(); half *= 4) {
        for (std::size_t start = 0; start < sums.size(); start += 4 * half) {
            transformFour(sums.data() + start, half);
        }
    }
    if (half < sums.size()) {
        addAndSubtract(sums.data(), half);
    }
}
} // namespace

XorSearch::XorSearch(const XorNetwork& network, Way way)
    : m_network(network)
    , m_isTrellis(way == Way::Trellis || (way == Way::Fastest && isTrellisFaster(network)))
{
    const auto outputs = static_cast<std::size_t>(network.outputs());
    if (!m_isTrellis) {
        m_sums.resize(std::size_t { 1 } << network.inputs());
        return;
    }
    const auto& checks = network.checks();
    m_sums.resize(std::size_t { 1 } << checks.size());
    m_isFlipped.resize(m_sums.size() * outputs);
    m_checksOf.resize(outputs);
    for (std::size_t j = 0; j < outputs; ++j) {
        for (std::size_t c = 0; c < checks.size(); ++c) {
            m_checksOf[j] = static_cast<std::uint16_t>(m_checksOf[j] | (checks[c] >> j & 1) << c);
        }
    }
}

std::uint32_t XorSearch::best(std::span<const float> values)
{
    return m_isTrellis ? byTrellis(values) : byTransform(values);
}

std::uint32_t XorSearch::byTransform(std::span<const float> values)
{
    std::fill(m_sums.begin(), m_sums.end(), 0.0F);
    for (std::size_t j = 0; j < values.size(); ++j) {
        m_sums[m_network.rows()[j]] += values[j];
    }
    walshHadamard(m_sums);
    // An even number of common ones is the sign −.
    return static_cast<std::uint32_t>(std::min_element(m_sums.begin(), m_sums.end()) - m_sums.begin());
}

std::uint32_t XorSearch::byTrellis(std::span<const float> values)
{
    std::uint64_t signs = 0;
    std::size_t wanted = 0;
    for (std::size_t j = 0; j < values.size(); ++j) {
        if (values[j] > 0) {
            signs |= std::uint64_t { 1 } << j;
            wanted ^= m_checksOf[j];
        }
    }
    if (wanted == 0) {
        return m_network.inputsOf(signs);
    }
    std::fill(m_sums.begin(), m_sums.end(), std::numeric_limits<float>::infinity());
    m_sums[0] = 0;
    const auto outputs = static_cast<std::size_t>(m_network.outputs());
    for (std::size_t j = 0; j < outputs; ++j) {
        const float cost = j < values.size() ? std::abs(values[j]) : 0.0F;
        const std::size_t checks = m_checksOf[j];
        std::uint8_t* flipped = m_isFlipped.data() + j * m_sums.size();
        for (std::size_t sum = 0; sum < m_sums.size(); ++sum) {
            const std::size_t other = sum ^ checks;
            if (other > sum) {
                const float here = m_sums[sum];
                const float there = m_sums[other];
                flipped[sum] = there + cost < here;
                flipped[other] = here + cost < there;
                m_sums[sum] = std::min(here, there + cost);
                m_sums[other] = std::min(there, here + cost);
            } else if (other == sum) {
                flipped[sum] = 0;
            }
        }
    }
    for (std::size_t j = outputs; j-- > 0;) {
        if (m_isFlipped[j * m_sums.size() + wanted] != 0) {
            signs ^= std::uint64_t { 1 } << j;
            wanted ^= m_checksOf[j];
        }
    }
    return m_network.inputsOf(signs);
}

} // namespace bw
