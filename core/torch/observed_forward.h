#pragma once

#include "core/evaluate/observation.h"
#include "core/torch/observed_graph.h"
#include "core/torch/script_program.h"

#include <vector>

#include <torch/csrc/jit/runtime/interpreter.h>

namespace bw::torch_backend {

/// A watched weight in a program.
struct WatchedWeight
{
    WatchedLayer layer;
    std::vector<at::Tensor> tensors; ///< the tensors that are it: one, or more over the same memory (ties)
    std::vector<std::size_t> sites;
    /// An operator uses it in a way that cannot be taken apart, and which ("aten::lstm"); empty if none.
    std::string otherUse;
};

/// A model's forward with observers, run with gradients recorded.
class ObservedForward
{
public:
    /// Error{BadInput|Unsupported} as makeObservation().
    ObservedForward(ScriptProgram program, const std::vector<WatchedLayer>& layers);

    const std::vector<WatchedWeight>& weights() const { return m_weights; }
    const WeightSite& site(std::size_t index) const { return m_sites[index]; }
    std::size_t weightOf(std::size_t site) const { return m_weightOfSite[site]; }

    /// Outputs, with the graph that leads to them. Same random numbers in every run; polls ctx between operators.
    at::Tensor run(const FloatBatch& samples, const ObserverScope::Look& look, const JobContext& ctx) const;

private:
    void collectWeights(const std::vector<WatchedLayer>& layers);
    void findSites(const std::vector<WeightUse>& uses, std::vector<torch::jit::Node*>& nodes);
    void prepareArguments();

    ScriptProgram m_program;
    std::vector<WatchedWeight> m_weights;
    std::vector<WeightSite> m_sites;
    std::vector<std::size_t> m_weightOfSite;
    torch::jit::Code m_code;
    bool m_isStateful = false;
    at::ScalarType m_inputType = at::kFloat;
    std::size_t m_inputAt = 0; ///< among m_arguments
    std::vector<c10::IValue> m_arguments; ///< after the module; defaults
};

} // namespace bw::torch_backend
