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

void encodeByCounting(
    std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes)
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

/// A binary search without branches: the same steps for every value.
void encodeBySearching(
    std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float z = values[i] / scale;
        const float* from = thresholds.data();
        std::size_t left = thresholds.size();
        while (left > 1) {
            const std::size_t half = left / 2;
            from += from[half - 1] < z ? half : 0;
            left -= half;
        }
        codes[i] = static_cast<std::uint16_t>((from - thresholds.data()) + (*from < z ? 1 : 0));
    }
}
} // namespace

void encodeThresholds(
    std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes)
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
