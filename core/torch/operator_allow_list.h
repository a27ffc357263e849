#pragma once

#include "core/base/text.h"

#include <span>
#include <string_view>

namespace bw::torch_backend {

/// True for operators known to compute on tensors, numbers, strings and containers and nothing else ("aten::conv2d",
/// also in place: "aten::relu_"). Whatever is not on the list is refused, so that operators of other LibTorch versions
/// are too.
bool isAllowedOperator(std::string_view name);
/// What a refused operator could do: "read files".
Text dangerOf(std::string_view name);
/// The names of the list, with namespace (tests compare them with LibTorch's own).
std::span<const std::string_view> allowedOperators();

} // namespace bw::torch_backend
