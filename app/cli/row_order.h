#pragma once
// What commands say about the order of rows that a format stores. Include in .cpp files only.

#include "core/base/json.h"
#include "core/formats/codec.h"
#include "core/model/model.h"

#include <string>
#include <vector>

namespace bw::cli {

/// "can_reorder", "followers", "same_order", "why_not".
Json channelLinksJson(const ChannelLinks& links);
/// The same of a layer whose stored tensor has an order of rows, with its "bits" and "bits_per_weight_without"; null if
/// it has none.
Json rowOrderJson(const Model& model, const LayerInfo& layer, const QuantizedTensor& tensor);
/// "layer1.0.conv1.weight: The order of its 16 rows …" and a new line; empty if it has none.
std::string rowOrderText(const Model& model, const LayerInfo& layer, const QuantizedTensor& tensor);
/// Those lines that are not empty, on a terminal as many as a table has rows there.
std::string rowOrderLines(const std::vector<std::string>& lines, bool showAll);

} // namespace bw::cli
