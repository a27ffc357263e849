#pragma once

#include "core/torch/forward_graph.h"

#include <cstdint>
#include <string>
#include <vector>

#include <torch/csrc/jit/runtime/interpreter.h>

namespace bw::torch_backend {

/// A model's forward cut into pieces at the places where weights are first used. Running the pieces one after the other
/// is running the whole: the same operators in the same order on the same values.
class SplitForward
{
public:
    /// Cuts before the first use of each of `weights` where that is possible: not of models that keep a state or draw
    /// random numbers, and nowhere a value is alive that is neither a tensor nor a plain number, or that a later
    /// operator overwrites under another name.
    SplitForward(const torch::jit::Module& module, const std::vector<at::Tensor>& weights);

    /// The model cannot be started in the middle, and must be run as a whole.
    bool isWhole() const { return m_segments.empty(); }
    std::size_t segmentCount() const { return m_segments.size(); }
    /// The segment before which nothing depends on this tensor's values.
    std::size_t segmentOf(const at::Tensor& weight) const;
    /// Share of the operators from a segment on.
    double shareFrom(std::size_t segment) const;

    /// Values alive at a segment's beginning. Those of segment 0 are forward's arguments after the module.
    using Values = std::vector<c10::IValue>;
    /// Runs one segment; what it gives is what the next one takes, of the last one the model's output. `values` may be
    /// overwritten by it.
    Values run(std::size_t segment, Values values) const;
    /// Values to keep for later: copies of those that a run from here on would overwrite.
    Values copyOf(std::size_t segment, const Values& values) const;

private:
    using Nodes = std::vector<torch::jit::Node*>;
    struct Segment
    {
        std::size_t firstNode = 0;
        std::vector<torch::jit::Value*> inputs;
        std::vector<bool> isOverwritten; ///< by this segment or a later one
        torch::jit::Code code;
    };
    void findUses(const std::vector<at::Tensor>& weights);
    std::vector<torch::jit::Value*> aliveAt(std::size_t firstNode) const;
    bool canCutAt(const Segment& segment) const;
    void compile(Segment& segment, std::size_t lastNode, const std::vector<torch::jit::Value*>& outputs) const;
    bool isShared(const torch::jit::Value* value) const;
    std::size_t lastUseOf(const torch::jit::Value* value) const;

    torch::jit::Module m_module;
    ForwardGraph m_forward;
    KnownValues m_known;
    Nodes m_nodes; ///< of the outermost block
    std::unordered_map<const torch::jit::Node*, std::size_t> m_places;
    std::unordered_map<const void*, std::size_t> m_firstUse; ///< node by a weight's memory
    std::size_t m_allWeights = 0; ///< the first node that takes a whole module: it may use any weight
    std::vector<Segment> m_segments;
};

} // namespace bw::torch_backend
