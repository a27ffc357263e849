#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace bw::test {

inline std::vector<float> normalValues(std::size_t count, unsigned seed, float mean = 0, float deviation = 1)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(mean, deviation);
    std::vector<float> values(count);
    for (float& value : values) {
        value = normal(random);
    }
    return values;
}

/// Values of the kinds that break statistics: NaN, infinities, denormals, zeros of both signs, equal ones, the largest.
inline std::vector<float> nastyValues(std::mt19937& random, std::size_t count)
{
    using Limits = std::numeric_limits<float>;
    const std::vector<float> specials { Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), 0.0F, -0.0F,
        Limits::denorm_min(), -Limits::denorm_min(), Limits::min(), Limits::max(), Limits::lowest(), 1.0F, -1.0F };
    const auto roll = [&](std::uint32_t sides) { return static_cast<std::uint32_t>(random() % sides); };
    const std::uint32_t kind = roll(7);
    // Which specials appear: a few, so that tensors without NaN or without huge values are common too.
    const float first = specials[roll(12)];
    const float second = specials[roll(12)];
    const std::uint32_t share = kind == 0 ? 0 : kind == 1 ? 1 : 2 + roll(30);
    const float scale = kind == 2 ? 1e-42F : kind == 3 ? 1e37F : kind == 4 ? 0.0F : 1.0F;
    const float offset = kind == 5 ? 1000.0F : 0.0F;
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) {
        const bool isSpecial = share == 1 || (share > 1 && roll(share) == 0);
        value = isSpecial ? (roll(2) == 0 ? first : second)
                          : offset + scale * (kind == 6 ? std::round(4 * normal(random)) : normal(random));
    }
    return values;
}

} // namespace bw::test
