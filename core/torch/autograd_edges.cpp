#include "core/torch/autograd_edges.h"

#include <exception>
#include <memory>
#include <stop_token>
#include <unordered_set>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

namespace bw::torch_backend {

namespace autograd = torch::autograd;

namespace {
/// What the engine lets through, which takes std::exception only.
struct BackwardCanceled : std::exception
{
    const char* what() const noexcept override { return "canceled"; }
};

class Poll final : public autograd::FunctionPreHook
{
public:
    explicit Poll(std::stop_token stop)
        : m_stop(std::move(stop))
    {
    }
    autograd::variable_list operator()(const autograd::variable_list& gradients) override
    {
        if (m_stop.stop_requested()) {
            throw BackwardCanceled {};
        }
        return gradients;
    }

private:
    std::stop_token m_stop;
};

/// Lets every node that a pass from `root` may come by look for cancellation first. Not those of leaves, which outlive
/// the graph.
void addPolls(const at::Tensor& root, const std::stop_token& stop)
{
    std::unordered_set<const autograd::Node*> seen;
    std::vector<autograd::Node*> waiting { root.grad_fn().get() };
    while (!waiting.empty()) {
        auto* node = waiting.back();
        waiting.pop_back();
        if (node == nullptr || node->num_outputs() == 0 || !seen.insert(node).second) {
            continue;
        }
        node->add_pre_hook(std::make_unique<Poll>(stop));
        for (const auto& edge : node->next_edges()) {
            waiting.push_back(edge.function.get());
        }
    }
}
} // namespace

std::vector<at::Tensor> gradientsAt(const at::Tensor& root, const at::Tensor& gradient,
    const std::vector<autograd::Edge>& edges, const JobContext& ctx, bool isKept, bool isDifferentiable)
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
    addPolls(root, ctx.stopToken());
    autograd::variable_list found;
    try {
        found = autograd::Engine::get_default_engine().execute(
            { autograd::impl::gradient_edge(root) }, { gradient }, isKept, isDifferentiable, false, valid);
    } catch (const BackwardCanceled&) {
        throw Canceled {};
    }
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
