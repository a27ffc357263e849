#pragma once

#include "core/formats/grid_kernels.h"
#include "core/formats/quant_format.h"
#include "core/tensor/tensor_view.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bw {

/// How a matrix falls into groups of weights that share a scale (or a codebook). Rows are the first dimension; a tensor
/// of fewer than two dimensions is one row. Groups are runs of one row (of the whole tensor for Granularity::Tensor),
/// numbered row by row.
class Groups
{
public:
    static constexpr std::size_t mostRuns = 256; ///< in one call of forEachRuns()'s function

    Groups(const Shape& shape, const Scaling& scaling);

    std::uint64_t count() const { return m_count; }
    std::uint64_t valueCount() const { return m_values; }
    /// Length of all groups but the last of each row, which may be shorter.
    std::uint64_t length() const { return m_length; }
    std::uint64_t at(std::uint64_t position) const
    {
        return position / m_rowLength * m_perRow + position % m_rowLength / m_length;
    }
    std::uint64_t row(std::uint64_t group) const { return group / m_perRow; }
    std::uint64_t begin(std::uint64_t group) const
    {
        return group / m_perRow * m_rowLength + group % m_perRow * m_length;
    }
    std::uint64_t size(std::uint64_t group) const
    {
        return group % m_perRow == m_perRow - 1 ? m_rowLength - (m_perRow - 1) * m_length : m_length;
    }
    /// Shape of an array with one value per group: {1}, {rows} or {rows, blocks per row}; {0} when there are no values.
    const Shape& arrayShape() const { return m_arrayShape; }

    /// Calls f(group, offset, length) for the parts of positions first … first+count that lie in one group each.
    template <class F>
    void forEachPart(std::uint64_t first, std::size_t count, F&& f) const
    {
        if (count == 0) {
            return;
        }
        std::uint64_t group = at(first);
        std::uint64_t place = group % m_perRow; // counted on: dividing for each group would cost more than f
        std::uint64_t left = begin(group) + size(group) - first;
        for (std::size_t offset = 0; offset < count;) {
            const std::size_t length = left < count - offset ? static_cast<std::size_t>(left) : count - offset;
            f(group, offset, length);
            offset += length;
            ++group;
            place = place + 1 == m_perRow ? 0 : place + 1;
            left = place == m_perRow - 1 ? m_rowLength - place * m_length : m_length;
        }
    }

    /// The same as runs of `scale(group)`, a table of them at a time: f(runs, first group, offset).
    template <class Scale, class F>
    void forEachRuns(std::uint64_t first, std::size_t count, Scale&& scale, F&& f) const
    {
        std::array<ScaledRun, mostRuns> runs; // a call of a kernel costs as much as some ten weights
        std::size_t used = 0;
        std::size_t start = 0;
        forEachPart(first, count, [&](std::uint64_t group, std::size_t offset, std::size_t length) {
            runs[used++] = { length, scale(group) };
            if (used == runs.size() || offset + length == count) {
                f(std::span<const ScaledRun>(runs.data(), used), group + 1 - used, start);
                used = 0;
                start = offset + length;
            }
        });
    }

private:
    std::uint64_t m_values = 0;
    std::uint64_t m_rowLength = 1;
    std::uint64_t m_length = 1;
    std::uint64_t m_perRow = 1;
    std::uint64_t m_count = 0;
    Shape m_arrayShape;
};

} // namespace bw
