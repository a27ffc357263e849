#include "core/torch/autograd_edges.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>

namespace bw::torch_backend {

namespace autograd = torch::autograd;

std::vector<at::Tensor> gradientsAt(const at::Tensor& root, const at::Tensor& gradient,
    const std::vector<autograd::Edge>& edges, bool isKept, bool isDifferentiable)
{
    autograd::edge_list valid;
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (edges[i].is_valid()) {
            valid.push_back(edges[i]);
            indices.push_back(i);
        }
    }
    std::vector<at::Tensor> result(edges.size());
    if (valid.empty() || !root.requires_grad()) {
        return result;
    }
    const auto found = autograd::Engine::get_default_engine().execute(
        { autograd::impl::gradient_edge(root) }, { gradient }, isKept, isDifferentiable, false, valid);
    for (std::size_t i = 0; i < found.size(); ++i) {
        result[indices[i]] = found[i];
    }
    return result;
}

std::vector<autograd::Edge> weightEdges(
    const ObservedForward& forward, const std::function<bool(std::size_t)>& isNeeded)
{
    std::vector<autograd::Edge> edges;
    for (std::size_t layer = 0; layer < forward.weights().size(); ++layer) {
        for (const auto& tensor : forward.weights()[layer].tensors) {
            const bool isWanted = tensor.requires_grad() && isNeeded(layer);
            edges.push_back(isWanted ? autograd::impl::gradient_edge(tensor) : autograd::Edge());
        }
    }
    return edges;
}

at::Tensor weightGradient(
    const ObservedForward& forward, std::size_t layer, const std::vector<at::Tensor>& found, std::size_t first)
{
    for (std::size_t i = 0; i < layer; ++i) {
        first += forward.weights()[i].tensors.size();
    }
    at::Tensor sum;
    for (std::size_t i = 0; i < forward.weights()[layer].tensors.size(); ++i) {
        const auto& part = found[first + i];
        if (part.defined()) {
            sum = sum.defined() ? sum + part : part;
        }
    }
    return sum;
}

} // namespace bw::torch_backend
