#pragma once

#include "core/formats/grid_codec.h"

#include <memory>
#include <span>
#include <vector>

namespace bw {

/// Grids that differ between groups or rows.
struct CodeTables
{
    std::size_t levelsPerTable = 0;
    std::vector<float> levels; ///< levelsPerTable of each table, ascending (not strictly)
    std::vector<float> thresholds; ///< levelsPerTable - 1 of each table
    bool isPerRow = false; ///< table i belongs to row i, else to group i

    /// Appends a grid of levelsPerTable levels.
    void add(const UnitGrid& grid);
};

/// Groups with tables of their own and, unless `scales` is empty, a scale each. Side parts are given.
std::shared_ptr<const Codec> makeTablesCodec(QuantFormat format, Groups groups, int codeBits, CodeTables tables,
    std::vector<float> scales, std::vector<TensorPart> sideParts);

} // namespace bw
