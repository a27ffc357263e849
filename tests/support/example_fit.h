#pragma once

#include "core/formats/format_family.h"

#include <cstdint>
#include <vector>

namespace bw::test {

/// Counts that put the rows in another order than their own, some of them alike.
inline std::vector<float> someCounts(const Shape& shape)
{
    const auto rows = shape.size() >= 2 ? static_cast<std::uint64_t>(shape.front()) : 1;
    std::vector<float> counts;
    for (std::uint64_t row = 0; row < rows; ++row) {
        counts.push_back(static_cast<float>(row * 7919 % 101));
    }
    return counts;
}

/// fitCodec for any example of the registries: with counts for those that go by them.
inline std::shared_ptr<const Codec> fitExample(
    const QuantFormat& format, const TensorView& matrix, const JobContext& ctx = {})
{
    const auto counts = needsRowCounts(format) ? someCounts(matrix.shape) : std::vector<float>();
    return fitCodec(format, matrix, ctx, counts);
}

} // namespace bw::test
