#pragma once

#include "core/diff/alignment.h"
#include "core/diff/model_diff.h"

namespace bw::diff {

/// Compares every value of a pair. Verdict, sums, scale and the rest; not the names.
TensorDiff compareTensors(const LayerInfo& a, const LayerInfo& b, const Aligned& aligned, const JobContext& ctx);

} // namespace bw::diff
