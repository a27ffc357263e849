#pragma once

#include "core/base/job_context.h"
#include "core/formats/codec.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <vector>

namespace bw {

inline constexpr int maxRowGroups = 64;

/// Which group each row of a matrix (first dimension; a tensor of one dimension is one row) belongs to: rows of similar
/// distributions come together, by k-means over 15 quantiles of each (JLCM: the Euclidean distance of those
/// approximates the Wasserstein distance of the rows). `isStandardised`: rows are compared apart from their spread.
/// Groups are numbered by their first row; at most `groups`. Deterministic.
std::vector<std::uint32_t> groupRows(const TensorView& matrix, int groups, bool isStandardised, const JobContext& ctx);

/// Bits of a quantized tensor that only say in which order its rows are stored; 0 where that is their own. They could
/// be left out of a model whose other layers take the order over (core/model/channel_links.h).
std::uint64_t rowOrderBits(const QuantizedTensor& tensor);

} // namespace bw
