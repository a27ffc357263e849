#pragma once

#include "core/engine/weight_importance.h"
#include "core/sensitivity/sensitivity.h"

namespace bw {

/// The diagonal Fisher information of the weights of a request's layers, from its cache or by running the model (see
/// captures.h). Layers without gradients have the reason. Error{Unsupported}: the model cannot be run.
WeightImportance fisherImportance(const SensitivityRequest& request, const JobContext& ctx);

} // namespace bw
