#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <functional>

namespace bw {

/// Calls use(position, value) for the `count` weights of largest magnitude (all, if there are fewer) of a finite
/// tensor, by position (row-major index); of equal magnitudes those that come first. Three passes, 0.5 MB.
void forEachLargest(const TensorView& tensor, std::uint64_t count, const JobContext& ctx,
    const std::function<void(std::uint64_t position, float value)>& use);

/// The magnitude of the last of the `count` ≥ 1 weights of largest magnitude of a finite tensor. Two passes.
float lastOfLargest(const TensorView& tensor, std::uint64_t count, const JobContext& ctx);

} // namespace bw
