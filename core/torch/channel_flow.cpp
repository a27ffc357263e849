#include "core/torch/channel_flow.h"

#include <algorithm>
#include <set>

#include <torch/csrc/jit/ir/constants.h>

namespace bw::torch_backend {

namespace {
namespace jit = torch::jit;

Text inputReason()
{
    return BW_TR_NOOP("core", "Its channels are joined with those of the model's input, whose order is given.");
}
Text outputReason()
{
    return BW_TR_NOOP("core", "Its channels reach the model's output, whose order is given.");
}
Text constantReason()
{
    return BW_TR_NOOP("core", "Its channels meet a constant that is written into the model's code.");
}
Text sharedReason()
{
    return BW_TR_NOOP("core", "It shares memory with other tensors of the model.");
}
/// Asks for shapes and the like, which no order of channels changes.
bool asksOnlyForShape(const jit::Node& node)
{
    static const std::set<std::string> names { "aten::size", "aten::dim", "aten::numel", "aten::len", "prim::dtype",
        "prim::device", "prim::layout", "aten::is_floating_point" };
    return names.contains(node.kind().toQualString());
}
} // namespace

Text operatorReason(const jit::Node& node)
{
    return Text(BW_TR_NOOP("core",
                    "Its channels reach the operator %1, which may take them apart, mix them or keep their order."),
        { printable(node.kind().toUnqualString()) });
}

ChannelFlow::ChannelFlow(const ForwardGraph& forward, const jit::Module& module,
    const std::vector<ModuleTensor>& tensors, const std::vector<LayerInfo>& layers)
    : m_graph(*forward.graph)
    , m_tensors(tensors)
    , m_layers(layers)
    , m_known(knownValues(*forward.graph, module))
{
}

void ChannelFlow::run()
{
    for (const auto* input : m_graph.inputs()) {
        setValue(input, { {}, false, inputReason() });
    }
    walk(*m_graph.block());
    for (const auto* output : m_graph.outputs()) {
        fixAll(valueOf(output), outputReason());
        if (const auto* list = listOf(output)) {
            for (const auto* value : *list) {
                fixAll(valueOf(value), outputReason());
            }
        }
    }
    fixSharedMemory();
}

void ChannelFlow::walk(jit::Block& block)
{
    for (auto* node : block.nodes()) {
        for (auto* inner : node->blocks()) {
            for (const auto* input : inner->inputs()) {
                setValue(input, { {}, false, operatorReason(*node) });
            }
            walk(*inner);
            fixInputs(*inner->return_node(), operatorReason(*node));
        }
        visit(*node);
    }
}

void ChannelFlow::visit(jit::Node& node)
{
    const auto kind = node.kind();
    if (kind == jit::prim::GetAttr || kind == jit::prim::Constant) {
        visitStored(node);
    } else if (kind == jit::prim::ListConstruct) {
        m_lists.emplace(node.output(), std::vector<const jit::Value*>(node.inputs().begin(), node.inputs().end()));
    } else if (kind == jit::prim::NumToTensor) {
        setValue(node.output(), { {}, true, {} });
    } else if (!asksOnlyForShape(node) && !applyChannelRule(*this, node)) {
        fixInputs(node, operatorReason(node));
        for (const auto* output : node.outputs()) {
            setValue(output, { {}, false, operatorReason(node) });
        }
    }
}

void ChannelFlow::visitStored(const jit::Node& node)
{
    const auto known = m_known.find(node.output());
    const auto constant = node.kind() == jit::prim::Constant ? jit::toIValue(node.output()) : c10::nullopt;
    if (known != m_known.end() && known->second.isTensor()) {
        addTensor(node.output(), known->second.toTensor());
    } else if (known != m_known.end() && known->second.isTensorList()) {
        for (const at::Tensor& tensor : known->second.toTensorVector()) {
            addTensor(node.output(), tensor);
            fixAll(valueOf(node.output()), operatorReason(node));
        }
        m_values.erase(node.output());
    } else if (constant.has_value() && constant->isTensor()) {
        addTensor(node.output(), constant->toTensor());
    }
}

void ChannelFlow::fixInputs(const jit::Node& node, const Text& why)
{
    for (const auto* input : node.inputs()) {
        fixAll(valueOf(input), why);
        if (const auto* list = listOf(input)) {
            for (const auto* value : *list) {
                fixAll(valueOf(value), why);
            }
        }
    }
}

const ModuleTensor* ChannelFlow::find(const at::Tensor& tensor) const
{
    const auto found = std::find_if(m_tensors.begin(), m_tensors.end(),
        [&](const ModuleTensor& entry) { return entry.tensor.is_same(tensor) || isSameMemory(entry.tensor, tensor); });
    return found == m_tensors.end() ? nullptr : &*found;
}

void ChannelFlow::addTensor(const jit::Value* value, const at::Tensor& tensor)
{
    const auto* entry = find(tensor);
    const bool isLayer = entry != nullptr && std::any_of(m_layers.begin(), m_layers.end(), [&](const LayerInfo& layer) {
        return layer.name == entry->names.front();
    });
    if (isLayer && m_ofTensors.contains(entry)) {
        setValue(value, m_ofTensors[entry]);
        return;
    }
    FlowValue flow { {}, true, {} };
    for (int axis = 0; axis < tensor.dim(); ++axis) {
        const auto size = tensor.size(axis);
        flow.axes.push_back(isLayer ? m_axes.addTensor(entry->names.front(), axis, size) : m_axes.add(size));
    }
    if (isLayer) {
        m_ofTensors[entry] = flow;
    } else {
        for (const auto axis : flow.axes) {
            if (m_axes.size(axis) != 1) {
                m_axes.fix(axis, constantReason());
            }
        }
    }
    setValue(value, std::move(flow));
}

/// A matrix and its transpose, or the parts of one block of memory: changing one changes the others.
void ChannelFlow::fixSharedMemory()
{
    std::map<const void*, int> count;
    for (const auto& entry : m_tensors) {
        if (entry.tensor.has_storage() && entry.tensor.numel() > 0) {
            ++count[entry.tensor.storage().data()];
        }
    }
    for (const auto& [entry, flow] : m_ofTensors) {
        if (entry->tensor.has_storage() && count[entry->tensor.storage().data()] > 1) {
            fixAll(flow, sharedReason());
        }
    }
}

FlowValue ChannelFlow::valueOf(const jit::Value* value) const
{
    const auto found = m_values.find(value);
    return found == m_values.end() ? FlowValue {} : found->second;
}

void ChannelFlow::setValue(const jit::Value* value, FlowValue flow)
{
    m_values.insert_or_assign(value, std::move(flow));
}

const std::vector<const jit::Value*>* ChannelFlow::listOf(const jit::Value* value) const
{
    const auto found = m_lists.find(value);
    return found == m_lists.end() ? nullptr : &found->second;
}

bool ChannelFlow::isTensor(const jit::Value* value) const
{
    return value->type()->kind() != c10::TypeKind::NoneType
        && value->type()->isSubtypeOf(*c10::OptionalType::create(c10::TensorType::get()));
}

ChannelAxes::Axis ChannelFlow::fixedAxis(const Text& why)
{
    const auto axis = m_axes.add();
    m_axes.fix(axis, why);
    return axis;
}

std::optional<ChannelAxes::Axis> ChannelFlow::axisFromEnd(const FlowValue& value, std::size_t fromEnd)
{
    if (fromEnd < value.axes.size()) {
        return value.axes[value.axes.size() - 1 - fromEnd];
    }
    return value.isRankKnown ? std::nullopt : std::optional(fixedAxis(value.whyFixed));
}

FlowValue ChannelFlow::broadcast(const std::vector<FlowValue>& values)
{
    FlowValue result { {}, true, {} };
    std::size_t length = 0;
    for (const auto& value : values) {
        length = std::max(length, value.axes.size());
        if (!value.isRankKnown) {
            result.isRankKnown = false;
            result.whyFixed = value.whyFixed;
        }
    }
    for (std::size_t i = 0; i < length; ++i) {
        std::optional<ChannelAxes::Axis> common;
        std::optional<ChannelAxes::Axis> single;
        for (const auto& value : values) {
            const auto axis = axisFromEnd(value, i);
            if (!axis) {
                continue;
            }
            if (m_axes.size(*axis) == 1) {
                single = axis;
            } else if (common) {
                m_axes.tie(*common, *axis);
            } else {
                common = axis;
            }
        }
        result.axes.push_back(common ? *common : *single);
    }
    std::reverse(result.axes.begin(), result.axes.end());
    return result;
}

void ChannelFlow::fixAll(const FlowValue& value, const Text& why)
{
    for (const auto axis : value.axes) {
        m_axes.fix(axis, why);
    }
}

std::map<std::string, ChannelLinks> findChannelLinks(const ForwardGraph& forward, const jit::Module& module,
    const std::vector<ModuleTensor>& tensors, const std::vector<LayerInfo>& layers)
{
    ChannelFlow flow(forward, module, tensors, layers);
    flow.run();
    std::vector<std::pair<std::string, int>> rows;
    for (const auto& layer : layers) {
        if (layer.isQuantizable()) {
            rows.emplace_back(layer.name, layer.outAxis);
        }
    }
    return flow.axes().links(rows);
}

} // namespace bw::torch_backend
