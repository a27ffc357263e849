#pragma once

#include "core/base/job_context.h"
#include "core/formats/codec.h"
#include "core/formats/quant_format.h"

#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// Rows by group: those of a group follow one another, in their own order.
struct RowOrder
{
    std::vector<std::uint32_t> order; ///< the row of the matrix at each place
    std::vector<std::uint32_t> sizes; ///< rows of each group

    std::size_t start(std::size_t group) const
    {
        return std::accumulate(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(group), std::size_t { 0 });
    }
};

using RowOrderPtr = std::shared_ptr<const RowOrder>;

/// The rows of one group, one after another, read as they are asked for.
TensorView rowsOf(const TensorView& matrix, const RowOrderPtr& rows, std::size_t group);
/// Of a part of a matrix with so many rows.
Shape shapeOfRows(const Shape& shape, std::uint32_t rows);

/// The names of the side parts that say it.
struct RowOrderParts
{
    const char* order;
    const char* sizes;
};
std::vector<TensorPart> rowOrderParts(const RowOrder& rows, const RowOrderParts& names);
/// For a matrix of that shape. Error{BadFile}: a part is missing, or they do not name each row once.
RowOrder readRowOrder(std::span<const TensorPart> sideParts, const RowOrderParts& names, const Shape& shape);

using RowCodecs = std::vector<std::shared_ptr<const Codec>>;

/// Every group of rows has a codec of its own. The part "codes": for each group the offset of its end (64 bits, from
/// the end of this list), then the groups' codes. Side parts: `ownParts`, then those of each group's codec with ".0",
/// ".1", … behind their names, and last, if the groups' formats are not all the same, the list of them.
std::shared_ptr<const Codec> rowGroupsCodec(
    QuantFormat format, const Shape& shape, RowOrderPtr rows, RowCodecs codecs, std::vector<TensorPart> ownParts);

/// The parts of one group among all, with their own names.
std::vector<TensorPart> partsOfRowGroup(std::span<const TensorPart> parts, std::size_t group);
/// The formats listed for the groups; empty if there is no list. Error{BadFile}: not one for each, or one with an extra
/// that groups rows itself (`nestedExtras`).
std::vector<QuantFormat> readRowGroupFormats(
    std::span<const TensorPart> parts, std::size_t groups, std::span<const std::string> nestedExtras);

} // namespace bw
