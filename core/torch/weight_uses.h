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
    torch::jit::Node* node = nullptr; ///< the operator
    std::size_t argument = 0; ///< which of its inputs is the weight, or holds it
    bool isWhole = false; ///< the input is the tensor itself, maybe transposed; not a list it is in
};

/// All uses in the order of the graph. Weights that reach an operator changed (scaled, joined with others) are not
/// found.
std::vector<WeightUse> findWeightUses(const ForwardGraph& forward, const torch::jit::Module& module);

} // namespace bw::torch_backend
