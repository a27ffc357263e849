#pragma once

#include "core/diff/model_diff.h"

#include <vector>

namespace bw {

/// What else is to be said of a pair: its name in B, a factor, another order, what could not be compared. Empty for
/// what only one model has.
std::vector<Text> diffNotes(const TensorDiff& tensor, const Model& a, const Model& b);
/// "F16", or "F16 → q4_0".
std::string storedTypes(const TensorDiff& tensor, const Model& a, const Model& b);

} // namespace bw
