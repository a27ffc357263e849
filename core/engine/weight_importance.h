#pragma once

#include "core/engine/quantize_model.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// How much the error of each weight of a model counts, and how often each of its words occurs, for formats that ask
/// (needsImportance, needsRowCounts). Immutable once made.
struct WeightImportance
{
    std::map<std::string, std::vector<float>> layers; ///< one figure ≥ 0 per weight in the order of LayerInfo::matrix()
    std::map<std::string, Text> reasons; ///< of layers of which nothing is known
    std::vector<float> tokenCounts; ///< of tokens 0, 1, 2, …, which are the rows of embeddings
    ContentHash hash; ///< of what it was made from

    /// Empty if the layer is not among them. Error{Unsupported} with the reason if nothing is known of it.
    std::span<const float> of(const std::string& layer) const;
    /// One for each row of matrix(): tokens behind the last count do not occur. Empty without token counts.
    /// Error{BadInput}: there are more counts than rows.
    std::vector<float> rowCountsFor(const LayerInfo& layer) const;
};

/// Error{Unsupported} if a layer's format needs what is not there.
void requireImportance(const Plan& plan, const WeightImportance* importance);

/// As their namesakes in quantize_model.h. `importance` may be null; Error{Unsupported} then, and of layers without it,
/// from formats that need it.
QuantizedLayerPtr quantizeLayer(
    const LayerInfo& layer, const LayerChoice& choice, const WeightImportance* importance, const JobContext& ctx);
QuantizedModelPtr quantizeModel(
    ModelPtr model, const Plan& plan, const WeightImportance* importance, ResultCache* cache, const JobContext& ctx);

} // namespace bw
