#include "core/formats/plain_kernels.h"

#include "core/formats/search_steps.h"

#include <algorithm>
#include <array>
#include <bit>

namespace bw::plain {

namespace {
constexpr std::size_t countedThresholds = 31; // up to here, comparing with all is faster than a binary search
constexpr std::size_t chunk = 64; // values worked on side by side

using Quotients = std::array<float, chunk>;
using Counts = std::array<std::uint32_t, chunk>;

void countBelow(const Quotients& z, std::span<const float> thresholds, Counts& counts)
{
    counts.fill(0);
    for (const float threshold : thresholds) {
        for (std::size_t i = 0; i < chunk; ++i) {
            counts[i] += z[i] > threshold ? 1U : 0U;
        }
    }
}

/// A binary search without branches, the same steps for every value, one step of all values after the other.
void searchBelow(const Quotients& z, const SearchSteps& steps, std::span<const float> thresholds, Counts& counts)
{
    counts.fill(0);
    for (const std::uint32_t size : steps) {
        const float* probe = thresholds.data() + size - 1;
        for (std::size_t i = 0; i < chunk; ++i) {
            counts[i] += size & (probe[counts[i]] < z[i] ? ~0U : 0U);
        }
    }
}

void encodeRun(std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes)
{
    const SearchSteps steps(thresholds.size());
    Quotients z {};
    Counts counts;
    for (std::size_t start = 0; start < values.size(); start += chunk) {
        const std::size_t n = std::min(chunk, values.size() - start);
        for (std::size_t i = 0; i < n; ++i) {
            z[i] = values[start + i] / scale;
        }
        thresholds.size() <= countedThresholds ? countBelow(z, thresholds, counts)
                                               : searchBelow(z, steps, thresholds, counts);
        for (std::size_t i = 0; i < n; ++i) {
            codes[start + i] = static_cast<std::uint16_t>(counts[i]);
        }
    }
}
} // namespace

void encodeIntegers(std::span<const ScaledRun> runs, const float* values, int low, int high, std::uint16_t* codes)
{
    const auto lowest = static_cast<float>(low);
    const auto highest = static_cast<float>(high);
    for (const auto& run : runs) {
        if (run.scale == 0) {
            std::fill_n(codes, run.length, static_cast<std::uint16_t>(-low));
        } else {
            for (std::size_t i = 0; i < run.length; ++i) {
                codes[i] = static_cast<std::uint16_t>(roundedLevel(values[i] / run.scale, lowest, highest) - low);
            }
        }
        values += run.length;
        codes += run.length;
    }
}

void encodeThresholds(
    std::span<const ScaledRun> runs, const float* values, std::span<const float> thresholds, std::uint16_t* codes)
{
    const auto zero = std::lower_bound(thresholds.begin(), thresholds.end(), 0.0F) - thresholds.begin();
    for (const auto& run : runs) {
        if (run.scale == 0) {
            std::fill_n(codes, run.length, static_cast<std::uint16_t>(zero));
        } else {
            encodeRun({ values, run.length }, run.scale, thresholds, codes);
        }
        values += run.length;
        codes += run.length;
    }
}

void decodeIntegers(std::span<const ScaledRun> runs, const std::uint16_t* codes, int low, float* values)
{
    for (const auto& run : runs) {
        for (std::size_t i = 0; i < run.length; ++i) {
            const float level = static_cast<float>(static_cast<int>(codes[i]) + low);
            values[i] = run.scale == 0 ? 0.0F : level * run.scale; // not -0, as level · 0 could be
        }
        values += run.length;
        codes += run.length;
    }
}

void decodeLevels(
    std::span<const ScaledRun> runs, const std::uint16_t* codes, std::span<const float> levels, float* values)
{
    for (const auto& run : runs) {
        for (std::size_t i = 0; i < run.length; ++i) {
            values[i] = run.scale == 0 ? 0.0F : levels[codes[i]] * run.scale;
        }
        values += run.length;
        codes += run.length;
    }
}

bool rangesOf(std::span<const ScaledRun> runs, const float* values, ValueRange* ranges)
{
    bool isFinite = true;
    for (const auto& run : runs) {
        ValueRange range;
        for (const float value : std::span(values, run.length)) {
            range.low = value < range.low ? value : range.low;
            range.high = value > range.high ? value : range.high;
        }
        *ranges++ = range;
        isFinite = isFinite && allFinite({ values, run.length });
        values += run.length;
    }
    return isFinite;
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

} // namespace bw::plain
