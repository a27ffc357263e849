#include "core/formats/encoding_memory.h"

#include "core/formats/format_family.h"
#include "core/formats/groups.h"
#include "core/formats/sorted_values.h"

#include <algorithm>

namespace bw {

namespace {
/// Buffers, tables, sorted values, blocks at work.
constexpr std::uint64_t fixedBytes = 32'000'000;
/// Of each group: its range, its scale, and its zero-point or factors while they are chosen.
constexpr std::uint64_t bytesPerGroup = 16;
constexpr std::uint64_t wordBytes = 2 * sizeof(float); ///< a sorted value and its weight

std::uint64_t groupCount(const QuantFormat& format, const Shape& shape)
{
    return familyOf(format).hasScaling ? Groups(shape, format.scaling).count() : 0;
}
} // namespace

std::uint64_t encodingMemory(const QuantFormat& format, const Shape& shape)
{
    return fixedBytes + bytesPerGroup * groupCount(format, shape);
}

std::uint64_t resultMemory(const QuantFormat& format, const Shape& shape)
{
    const auto& family = familyOf(format);
    const std::uint64_t count = elementCount(shape);
    if (!family.hasScaling) {
        return count * sizeof(float); // plain casts and block types: no more than float32
    }
    const auto bits = static_cast<std::uint64_t>(family.codeBits(format.params));
    const std::uint64_t numbers = family.hasScale ? 2 : std::uint64_t { 1 } << std::min<std::uint64_t>(bits, 8);
    return count * std::max<std::uint64_t>(bits, 1) / 8
        + groupCount(format, shape) * numbers * static_cast<std::uint64_t>(scaleStore(format.scaling.store).bits) / 8;
}

std::uint64_t scratchBytes(const Shape& shape)
{
    const std::uint64_t count = elementCount(shape);
    return count > mostSortedInMemory ? count * wordBytes : 0;
}

} // namespace bw
