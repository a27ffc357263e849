#pragma once
// value header

#include "core/base/job_context.h"
#include "core/formats/codec.h"

#include <cstdint>
#include <optional>

namespace bw {

// What parts of a format's size would be at best: figures beside those that are stored.

/// Shannon's entropy of a tensor's codes, in bits per weight: what an entropy coder could bring them to, its model and
/// everything beside the codes not counted. Nothing for codes that are entropy-coded already, and where weights have no
/// codes of their own. The same for any thread count.
std::optional<double> codeEntropy(const QuantizedTensor& tensor, const JobContext& ctx);

/// What it costs to say which weights an extra treats apart, in bits per weight.
struct IndexCost
{
    double stored = 0; ///< as they are stored
    double limit = 0; ///< log2 of the number of ways to choose so many of the weights, over the weights
    friend bool operator==(const IndexCost&, const IndexCost&) = default;
};
/// Of a valid format on a tensor of `count` weights; nothing if it treats no weights apart.
std::optional<IndexCost> indexCost(const QuantFormat& format, std::uint64_t count);

/// log2 of the number of ways to choose `chosen` of `count`; 0 if there is only one.
double log2Choose(std::uint64_t count, std::uint64_t chosen);

} // namespace bw
