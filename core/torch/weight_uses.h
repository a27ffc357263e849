#pragma once

#include "core/model/model.h"
#include "core/torch/forward_graph.h"

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace bw::torch_backend {

/// One place where an operator takes a tensor of the model as a weight.
struct WeightUse
{
    at::Tensor tensor;
    std::string op; ///< "aten::conv2d"
    LayerKind kind = LayerKind::Other;
    int outAxis = 0; ///< dimension of the tensor that counts output channels
    std::int64_t groups = 1; ///< of convolutions
};

/// All uses in the order of the graph. Weights that reach an operator changed (scaled, joined with others) are not
/// found.
std::vector<WeightUse> findWeightUses(const ForwardGraph& forward, const torch::jit::Module& module);

} // namespace bw::torch_backend
