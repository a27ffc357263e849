#pragma once

#include "core/formats/codec.h"

#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace bw::test {

inline std::vector<std::uint16_t> encodeAll(const Codec& codec, std::span<const float> values)
{
    std::vector<std::uint16_t> codes(values.size());
    codec.encode(0, values, codes);
    return codes;
}

inline std::vector<float> decodeAll(const Codec& codec, std::span<const std::uint16_t> codes)
{
    std::vector<float> values(codes.size());
    codec.decode(0, codes, values);
    return values;
}

inline std::vector<float> gaussian(std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::vector<float> values(count);
    for (auto& value : values) {
        value = static_cast<float>(normal(random));
    }
    return values;
}

} // namespace bw::test
