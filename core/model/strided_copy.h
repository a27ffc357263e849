#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// A dense row-major copy of values that lie in `bytes` with `strides` ≥ 0, counted in values. All of them must lie
/// inside (the caller has checked); strides of dimensions of size 1 may be any number.
TensorView copyStrided(DType dtype, const Shape& shape, const std::vector<std::int64_t>& strides,
    std::span<const std::byte> bytes, const JobContext& ctx);

} // namespace bw
