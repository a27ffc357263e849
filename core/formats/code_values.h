#pragma once
// value header

#include "core/formats/groups.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// How the codes of a tensor become values, as arrays that other tools' files can hold: code c of group g stands for
/// (its level)·(the scale of g), a float32 product, where the level is c + low - zeros[g] or the table's entry c.
struct CodeValues
{
    Groups groups;
    std::vector<float> scales {}; ///< one per group; empty: all 1
    bool isIntegers = false;
    int low = 0; ///< of integers
    std::vector<std::uint16_t> zeros {}; ///< of integers, one per group; empty: all 0
    std::vector<float> levels {}; ///< of tables, one after another
    std::size_t levelsPerTable = 0;
    bool isPerRow = false; ///< table i is row i's, else group i's, unless there is just one

    float scale(std::uint64_t group) const { return scales.empty() ? 1.0F : scales[static_cast<std::size_t>(group)]; }
    std::size_t tableCount() const { return levelsPerTable == 0 ? 0 : levels.size() / levelsPerTable; }
    std::size_t tableOf(std::uint64_t group) const
    {
        return tableCount() <= 1 ? 0 : static_cast<std::size_t>(isPerRow ? groups.row(group) : group);
    }
    std::span<const float> table(std::uint64_t group) const
    {
        return std::span(levels).subspan(tableOf(group) * levelsPerTable, levelsPerTable);
    }
};

} // namespace bw
