#pragma once

#include "core/diff/model_diff.h"

#include <vector>

namespace bw::diff {

struct TensorPair
{
    LayerId a;
    LayerId b;
    MatchedBy how = MatchedBy::Name;
};

/// Each tensor of either model is in at most one pair. By name first, then by the end of the name, by naming
/// convention, and at last, for tensors of two or more dimensions (or equal to the last bit), by values. Pairs of the
/// last three have as many values on both sides.
std::vector<TensorPair> matchTensors(const Model& a, const Model& b, const JobContext& ctx);

} // namespace bw::diff
