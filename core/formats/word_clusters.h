#pragma once

#include "core/formats/codec.h"
#include "core/formats/param_schema.h"
#include "core/formats/quant_format.h"
#include "core/formats/row_groups_codec.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// What extras share that give the rows of an embedding fewer bits the rarer their words are (arXiv 2009.07453): each
/// cluster has twice the rows of the one before it, and codes of one bit less.

/// Clusters that have rows, and how many bits less than the first each gets.
struct WordClusters
{
    RowOrderPtr rows;
    std::vector<int> fewer;
};

/// `order`: the rows of the matrix, the most frequent word first. v·2^i / Σ 2^k rows each, rounded down; the rest to
/// the last.
WordClusters wordClusters(std::vector<std::uint32_t> order, int count);
/// Rows 0, 1, 2, ….
std::vector<std::uint32_t> rowsAsStored(std::uint64_t rows);
/// Rows of a matrix; 1 of a tensor of one dimension.
std::uint64_t rowsIn(const Shape& shape);

/// The extra's value: how many clusters.
ParamSpec wordClustersParam();
int wordClustersOf(const QuantFormat& format, const std::string& extraId);
/// Problems of a format with that extra: codes without a number of bits, or too few for so many clusters.
std::vector<Problem> validateWordClusters(const QuantFormat& format, const std::string& extraId);

/// Fits what is inside of the extra to each cluster.
std::shared_ptr<const Codec> fitWordClusters(const QuantFormat& format, const std::string& extraId,
    const TensorView& matrix, const WordClusters& clusters, std::vector<TensorPart> ownParts, const JobContext& ctx);
/// Error{BadFile}: the parts are not those of these clusters.
std::shared_ptr<const Codec> restoreWordClusters(const QuantFormat& format, const std::string& extraId,
    const Shape& shape, const WordClusters& clusters, std::span<const TensorPart> sideParts,
    std::vector<TensorPart> ownParts);

} // namespace bw
