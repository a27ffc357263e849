#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace bw {

/// xoshiro256** started by splitmix64. The std distributions differ between libraries; these numbers do not.
class Random
{
public:
    explicit Random(std::uint64_t seed)
    {
        for (std::uint64_t& word : m_state) {
            seed += 0x9e3779b97f4a7c15U;
            word = mixed(seed);
        }
    }

    /// Independent stream `index` of the family `seed`.
    static Random stream(std::uint64_t seed, std::uint64_t index) { return Random(mixed(seed) ^ mixed(~index)); }

    std::uint64_t next()
    {
        const std::uint64_t result = std::rotl(m_state[1] * 5, 7) * 9;
        const std::uint64_t shifted = m_state[1] << 17;
        m_state[2] ^= m_state[0];
        m_state[3] ^= m_state[1];
        m_state[1] ^= m_state[2];
        m_state[0] ^= m_state[3];
        m_state[2] ^= shifted;
        m_state[3] = std::rotl(m_state[3], 45);
        return result;
    }

    /// In [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In [0, count); the bias of the remainder is far below anything visible for small counts.
    int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }
    bool chance(double probability) { return uniform() < probability; }
    /// Nearly normal, mean 0, deviation 1: a sum of four uniforms needs no libm, so every machine gets the same bits.
    double bell()
    {
        double sum = -2;
        for (int i = 0; i < 4; ++i) {
            sum += uniform();
        }
        return sum * 1.7320508075688772;
    }

private:
    static std::uint64_t mixed(std::uint64_t value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
        return value ^ (value >> 31);
    }

    std::array<std::uint64_t, 4> m_state {};
};

} // namespace bw
