#pragma once

#include "core/base/job_context.h"
#include "core/diff/model_diff.h"
#include "core/model/model.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace bw::diff {

/// Two tensors made comparable: output channels first, value i of the one belongs to value i of the other.
struct Aligned
{
    TensorView a;
    TensorView b; ///< perhaps made while it is read
    Order order = Order::Same;
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;
};

/// The order of B's values that brings them nearest to A's, judged by a sample; nothing if the counts differ.
/// `mayMoveRows`: rows and columns in another order are looked for, too, where all else is far off (two matrices of the
/// same shape).
std::optional<Aligned> align(const LayerInfo& a, const LayerInfo& b, bool mayMoveRows, const JobContext& ctx);

/// |cosine| of a sample of values of both in the best order without moved rows; 1 only if all sampled values are equal.
double sampledCosine(const LayerInfo& a, const LayerInfo& b);

} // namespace bw::diff
