#include "core/diff/grid_evidence.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace bw::diff {

namespace {
constexpr std::uint64_t sampledRows = 16;
constexpr std::uint64_t mostColumns = 4096;

std::size_t distinctCount(std::span<const float> values)
{
    std::vector<float> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    return static_cast<std::size_t>(std::unique(sorted.begin(), sorted.end()) - sorted.begin());
}

/// All values are the smallest one plus integer multiples of their range over some integer up to 255.
bool areOnSteps(std::span<const float> values)
{
    constexpr std::size_t leastValues
        = 12; // that so many fall near multiples of one of 255 steps happens by chance never
    constexpr std::size_t mostValues = 256;
    constexpr float tolerance = 0.01F; // float32 values of up to 255 steps are much nearer
    values = values.first(std::min(values.size(), mostValues));
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (values.size() < leastValues || *low == *high) {
        return false;
    }
    for (int steps = 1; steps < 256; ++steps) {
        const float perStep = static_cast<float>(steps) / (*high - *low);
        const bool allNear = std::all_of(values.begin(), values.end(), [&, least = *low](float value) {
            const float multiple = (value - least) * perStep;
            return std::abs(multiple - std::round(multiple)) < tolerance;
        });
        if (allNear) {
            return true;
        }
    }
    return false;
}

bool isHalfRepeated(std::span<const float> values)
{
    return 2 * distinctCount(values) <= values.size();
}

/// The last ten of the 23 binary digits of nearly all values are zero: types of half the size were there before.
bool haveFewDigits(std::span<const float> values)
{
    constexpr std::uint32_t lastDigits = (1U << 10U) - 1;
    const auto few = std::count_if(values.begin(), values.end(),
        [](float value) { return (std::bit_cast<std::uint32_t>(value) & lastDigits) == 0; });
    return 20 * static_cast<std::size_t>(few) >= 19 * values.size();
}

/// Nine of ten blocks of `size` values are so.
template <class Predicate>
bool mostBlocks(std::span<const float> row, std::size_t size, Predicate isSo)
{
    const std::size_t blocks = row.size() / size;
    std::size_t count = 0;
    for (std::size_t i = 0; i < blocks; ++i) {
        count += isSo(row.subspan(i * size, size)) ? 1 : 0;
    }
    return blocks > 0 && 10 * count >= 9 * blocks;
}

bool isRowQuantized(std::span<const float> row)
{
    if (isHalfRepeated(row) || haveFewDigits(row) || areOnSteps(row)) {
        return true;
    }
    return mostBlocks(row, 32, [](auto block) { return 4 * distinctCount(block) <= 3 * block.size(); })
        || mostBlocks(row, 16, areOnSteps);
}
} // namespace

bool looksQuantized(const TensorView& view, std::uint64_t rows, std::uint64_t columns)
{
    const auto length = std::min(columns, mostColumns);
    const auto used = std::min(rows, sampledRows);
    if (length < 8 || used == 0) {
        return false;
    }
    const auto width = static_cast<std::size_t>(length);
    std::vector<float> values(width * static_cast<std::size_t>(used));
    std::uint64_t quantized = 0;
    for (std::uint64_t i = 0; i < used; ++i) {
        const auto row = std::span(values).subspan(static_cast<std::size_t>(i) * width, width);
        view.read(i * (rows / used) * columns, row);
        const bool isAllZero = std::all_of(row.begin(), row.end(), [](float value) { return value == 0; });
        quantized += isAllZero || isRowQuantized(row) ? 1 : 0;
    }
    return 10 * quantized >= 9 * used || isHalfRepeated(values);
}

} // namespace bw::diff
