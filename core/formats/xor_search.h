#pragma once

#include "core/formats/xor_network.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// Finds the stored bits whose signs fit numbers best: exact maximum-likelihood decoding of the code that a network
/// generates. Holds its working memory: one for each thread.
class XorSearch
{
public:
    enum class Way
    {
        Fastest,
        /// Correlations with all words at once by a fast Walsh-Hadamard transform: inputs · 2^inputs additions.
        Transform,
        /// The cheapest signs to flip until all parity checks hold, by the trellis of their sums (Wolf, IEEE
        /// Trans. Inf. Theory 24, 1978): outputs · 2^(outputs − inputs) steps.
        Trellis
    };

    /// `network` must outlive this.
    explicit XorSearch(const XorNetwork& network, Way way = Way::Fastest);

    /// The word x with the largest Σ valuesⱼ·signⱼ(x). At most network.outputs() finite values, the others count as 0;
    /// their sizes should not be far from 1. Of equally good words always the same one.
    std::uint32_t best(std::span<const float> values);
    bool isTrellis() const { return m_isTrellis; }

private:
    std::uint32_t byTransform(std::span<const float> values);
    std::uint32_t byTrellis(std::span<const float> values);

    const XorNetwork& m_network;
    bool m_isTrellis;
    std::vector<float> m_sums; ///< of all words, or costs of all sums of checks
    std::vector<std::uint16_t> m_checksOf; ///< which checks each output is in
    std::vector<std::uint8_t> m_isFlipped; ///< in the best way to each sum of checks, output by output
};

} // namespace bw
