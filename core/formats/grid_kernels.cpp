#include "core/formats/grid_kernels.h"

#include <algorithm>
#include <bit>

namespace bw {

void encodeIntegers(std::span<const float> values, float scale, int low, int high, std::uint16_t* codes)
{
    const auto lowest = static_cast<float>(low);
    const auto highest = static_cast<float>(high);
    const float* x = values.data();
    const std::size_t count = values.size();
    for (std::size_t i = 0; i < count; ++i) {
        codes[i] = static_cast<std::uint16_t>(roundedLevel(x[i] / scale, lowest, highest) - low);
    }
}

namespace {
constexpr std::size_t countedThresholds = 31; // up to here, comparing with all is faster than a binary search
constexpr std::size_t chunk = 64;

void encodeByCounting(std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes)
{
    float z[chunk];
    std::uint32_t above[chunk];
    for (std::size_t start = 0; start < values.size(); start += chunk) {
        const std::size_t n = std::min(chunk, values.size() - start);
        for (std::size_t i = 0; i < n; ++i) {
            z[i] = values[start + i] / scale;
            above[i] = 0;
        }
        for (const float threshold : thresholds) {
            for (std::size_t i = 0; i < n; ++i) {
                above[i] += z[i] > threshold ? 1U : 0U;
            }
        }
        for (std::size_t i = 0; i < n; ++i) {
            codes[start + i] = static_cast<std::uint16_t>(above[i]);
        }
    }
}

void encodeBySearching(std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes)
{
    const auto steps = static_cast<std::size_t>(std::bit_ceil(thresholds.size() + 1)) / 2;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float z = values[i] / scale;
        std::size_t below = 0;
        for (std::size_t step = steps; step > 0; step /= 2) {
            const std::size_t next = below + step;
            below = next <= thresholds.size() && thresholds[next - 1] < z ? next : below;
        }
        codes[i] = static_cast<std::uint16_t>(below);
    }
}
} // namespace

void encodeThresholds(std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes)
{
    if (thresholds.size() <= countedThresholds) {
        encodeByCounting(values, scale, thresholds, codes);
    } else {
        encodeBySearching(values, scale, thresholds, codes);
    }
}

void decodeIntegers(std::span<const std::uint16_t> codes, float scale, int low, float* values)
{
    const std::size_t count = codes.size();
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = static_cast<float>(static_cast<int>(codes[i]) + low) * scale;
    }
}

void decodeLevels(std::span<const std::uint16_t> codes, float scale, const float* levels, float* values)
{
    const std::size_t count = codes.size();
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = levels[codes[i]] * scale;
    }
}

bool allFinite(std::span<const float> values)
{
    std::uint32_t largest = 0;
    for (const float value : values) {
        const auto magnitude = std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU;
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest < 0x7F800000U;
}

} // namespace bw
