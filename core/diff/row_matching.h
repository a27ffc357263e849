#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <vector>

namespace bw::diff {

/// Rows longer or more than these are not searched for: it would take longer than the comparison.
inline constexpr std::uint64_t mostMatchedRows = 16384;

/// For each row of `a` (a matrix of rows × columns values) the row of `b` that is nearest in direction; empty unless
/// that is a permutation, and another one than the identity. Rows are compared by their products with random signs,
/// so that quantized ones are found as well.
std::vector<std::uint32_t> matchRows(
    const TensorView& a, const TensorView& b, std::uint64_t rows, std::uint64_t columns, const JobContext& ctx);
/// The same for columns.
std::vector<std::uint32_t> matchColumns(
    const TensorView& a, const TensorView& b, std::uint64_t rows, std::uint64_t columns, const JobContext& ctx);

} // namespace bw::diff
