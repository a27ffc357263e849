#pragma once

#include <memory>
#include <unordered_map>

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>

namespace bw::torch_backend {

/// A model's `forward` as one graph: all calls of its own methods put in place, `training` and other plain attributes
/// that forward never writes made constant, branches that cannot be taken removed. Input 0 is the module. No operator
/// is fused, folded into weights or reordered, so it computes bit for bit what the model computes.
struct ForwardGraph
{
    std::shared_ptr<torch::jit::Graph> graph;
    /// forward writes attributes or buffers of the module: a run must have a copy of its own.
    bool isStateful = false;
};

/// The module is in evaluation mode and has a method forward.
ForwardGraph prepareForward(const torch::jit::Module& module);

/// What the values of a graph are that come from the module alone: sub-modules, tensors, lists of tensors.
using KnownValues = std::unordered_map<const torch::jit::Value*, c10::IValue>;
KnownValues knownValues(const torch::jit::Graph& graph, const torch::jit::Module& module);

/// Calls `visit(node)` for each node, with those of inner blocks after the node that holds them.
template <class F>
void forEachNode(torch::jit::Block* block, const F& visit)
{
    for (auto* node : block->nodes()) {
        visit(node);
        for (auto* inner : node->blocks()) {
            forEachNode(inner, visit);
        }
    }
}

} // namespace bw::torch_backend
