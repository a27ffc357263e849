#pragma once

#include "core/model/channel_links.h"
#include "core/model/model.h"
#include "core/torch/forward_graph.h"
#include "core/torch/module_tensors.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bw::torch_backend {

/// Which tensors have to follow when the rows of a layer change places, for all `layers` that can be quantized. Inputs
/// are taken to come in batches. What an operator does to the order is known of those in channel_rules.cpp; any other
/// fixes the order of all it reads.
std::map<std::string, ChannelLinks> findChannelLinks(const ForwardGraph& forward, const torch::jit::Module& module,
    const std::vector<ModuleTensor>& tensors, const std::vector<LayerInfo>& layers);

/// The dimensions of a value of the graph.
struct FlowValue
{
    std::vector<ChannelAxes::Axis> axes; ///< all, or the last ones
    bool isRankKnown = false; ///< false: there may be dimensions before, of fixed order
    Text whyFixed {}; ///< why those are fixed, a sentence
};

/// The walk through a graph that operators' rules work on.
class ChannelFlow
{
public:
    ChannelFlow(const ForwardGraph& forward, const torch::jit::Module& module, const std::vector<ModuleTensor>& tensors,
        const std::vector<LayerInfo>& layers);
    void run();

    ChannelAxes& axes() { return m_axes; }
    FlowValue valueOf(const torch::jit::Value* value) const;
    void setValue(const torch::jit::Value* value, FlowValue flow);
    const std::vector<const torch::jit::Value*>* listOf(const torch::jit::Value* value) const;
    bool isTensor(const torch::jit::Value* value) const;

    ChannelAxes::Axis fixedAxis(const Text& why);
    /// `fromEnd` counts back from 0. Nothing if the value has no such dimension; a fixed one where that is not known.
    std::optional<ChannelAxes::Axis> axisFromEnd(const FlowValue& value, std::size_t fromEnd);
    /// The common dimensions of values that are combined number by number.
    FlowValue broadcast(const std::vector<FlowValue>& values);
    void fixAll(const FlowValue& value, const Text& why);
    /// Everything a node reads; what it makes stays unknown.
    void fixInputs(const torch::jit::Node& node, const Text& why);

private:
    void walk(torch::jit::Block& block);
    void visit(torch::jit::Node& node);
    void visitStored(const torch::jit::Node& node);
    void addTensor(const torch::jit::Value* value, const at::Tensor& tensor);
    void fixSharedMemory();
    const ModuleTensor* find(const at::Tensor& tensor) const;

    torch::jit::Graph& m_graph;
    const std::vector<ModuleTensor>& m_tensors;
    const std::vector<LayerInfo>& m_layers;
    KnownValues m_known;
    ChannelAxes m_axes;
    std::unordered_map<const torch::jit::Value*, FlowValue> m_values;
    std::unordered_map<const torch::jit::Value*, std::vector<const torch::jit::Value*>> m_lists;
    std::map<const ModuleTensor*, FlowValue> m_ofTensors;
};

/// "Its channels reach the operator …".
Text operatorReason(const torch::jit::Node& node);
/// Ties and fixes what an operator does, and sets its output. False: there is no rule for it, or not for these
/// arguments.
bool applyChannelRule(ChannelFlow& flow, const torch::jit::Node& node);

} // namespace bw::torch_backend
