#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// y = Mx over GF(2): a fixed network of exclusive ORs that turns few stored bits into more signs (FleXOR,
/// arXiv 2009.04126). An output 1 is the sign +, so that output j is −(−1)^(rowⱼ·x), which is the product form
/// (−1)^(n−1) ∏ sign(xᵢ) of a row with n ones. Words hold input i or output j as bit i or j. Immutable.
class XorNetwork
{
public:
    static constexpr int maxInputs = 16;
    static constexpr int maxOutputs = 64;

    /// Does every word of inputs give outputs of its own (full rank), and does every output have a row of its own,
    /// which is not zero? At most maxInputs and maxOutputs, no row with more bits than `inputs`.
    static bool isUsable(int inputs, std::span<const std::uint16_t> rows);
    /// Dense random rows, drawn until they are usable: the same network for a seed everywhere. inputs ≤ outputs <
    /// 2^inputs.
    static XorNetwork random(int inputs, int outputs, std::uint64_t seed);
    /// Usable rows (Error{Internal} otherwise).
    XorNetwork(int inputs, std::vector<std::uint16_t> rows);

    int inputs() const { return m_inputs; }
    int outputs() const { return static_cast<int>(m_rows.size()); }
    const std::vector<std::uint16_t>& rows() const { return m_rows; }

    /// By tables of eight inputs each ("Four Russians").
    std::uint64_t outputsOf(std::uint32_t inputs) const
    {
        return m_tables[0][inputs & 0xFF] ^ m_tables[1][inputs >> 8 & 0xFF];
    }
    /// The inputs that give these outputs, which must be a word that outputsOf() returns.
    std::uint32_t inputsOf(std::uint64_t outputs) const;
    /// The outputs − inputs parity checks: words that have an even number of ones in common with every word of outputs
    /// (and with no others).
    const std::vector<std::uint64_t>& checks() const { return m_checks; }

private:
    int m_inputs;
    std::vector<std::uint16_t> m_rows;
    std::array<std::array<std::uint64_t, 256>, 2> m_tables {};
    std::vector<std::uint64_t> m_inverse; ///< input i is the parity of these outputs
    std::vector<std::uint64_t> m_checks;
};

/// Numbers of our own (splitmix64, Steele et al. 2014), so that a seed gives the same network with any library.
class SplitMix64
{
public:
    explicit SplitMix64(std::uint64_t seed)
        : m_state(seed)
    {
    }
    std::uint64_t operator()()
    {
        m_state += 0x9E3779B97F4A7C15;
        std::uint64_t mixed = m_state;
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
        return mixed ^ mixed >> 31;
    }

private:
    std::uint64_t m_state;
};

} // namespace bw
