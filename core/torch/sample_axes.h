#pragma once

#include "core/evaluate/inference_backend.h"

#include <cstdint>
#include <optional>

#include <ATen/core/Tensor.h>

namespace bw::torch_backend {

/// Two float32 computations of one thing: they differ by at most a thousandth of the larger norm.
bool isNear(const at::Tensor& a, const at::Tensor& b);
/// The dimension along which `both` is `first` followed by `second`; nothing if there is none.
std::optional<std::int64_t> batchAxis(const at::Tensor& first, const at::Tensor& second, const at::Tensor& both);
/// [samples, …]: `x` with its batch dimension taken apart, or with one added if there is a single sample.
at::Tensor bySample(const at::Tensor& x, std::optional<std::int64_t> axis, std::int64_t samples);
/// A batch of one of the samples.
FloatBatch oneOf(const FloatBatch& samples, std::int64_t index);

} // namespace bw::torch_backend
