#pragma once

#include "core/torch/observed_forward.h"

#include <vector>

#include <torch/csrc/autograd/edge.h>

namespace bw::torch_backend {

/// Gradients that arrive at some places of a graph from a gradient at its root; undefined where none does, or where the
/// edge is not valid. Polls ctx before each node of the graph: throws Canceled.
std::vector<at::Tensor> gradientsAt(const at::Tensor& root, const at::Tensor& gradient,
    const std::vector<torch::autograd::Edge>& edges, const JobContext& ctx, bool isKept = false,
    bool isDifferentiable = false);

/// One edge per tensor of each watched weight, in order; invalid ones for weights `isNeeded` says no to.
std::vector<torch::autograd::Edge> weightEdges(
    const ObservedForward& forward, const std::function<bool(std::size_t)>& isNeeded);
/// The gradient of one weight, all its tensors added up, from gradients at those edges, which begin at `first` of
/// `found`; undefined if there is none.
at::Tensor weightGradient(
    const ObservedForward& forward, std::size_t layer, const std::vector<at::Tensor>& found, std::size_t first);

} // namespace bw::torch_backend
