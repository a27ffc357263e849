#pragma once

#include "core/torch/channel_flow.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <torch/csrc/jit/ir/constants.h>

namespace bw::torch_backend {

/// One operator with its arguments by name.
class Call
{
public:
    Call(ChannelFlow& flow, const torch::jit::Node& node)
        : m_flow(flow)
        , m_node(node)
        , m_why(operatorReason(node))
    {
    }

    ChannelFlow& flow() const { return m_flow; }
    ChannelAxes& axes() const { return m_flow.axes(); }
    const torch::jit::Node& node() const { return m_node; }
    const Text& why() const { return m_why; }
    /// Without "aten::".
    std::string name() const { return m_node.kind().toUnqualString(); }

    const torch::jit::Value* argument(std::string_view name) const
    {
        const auto& arguments = m_node.schema().arguments();
        for (std::size_t i = 0; i < arguments.size() && i < m_node.inputs().size(); ++i) {
            if (arguments[i].name() == name) {
                return m_node.input(i);
            }
        }
        return nullptr;
    }
    FlowValue value(std::string_view name) const
    {
        const auto* found = argument(name);
        return found == nullptr ? FlowValue { {}, false, m_why } : m_flow.valueOf(found);
    }
    /// Is there a tensor of this name, not None?
    bool has(std::string_view name) const
    {
        const auto* found = argument(name);
        return found != nullptr && m_flow.isTensor(found);
    }
    std::optional<std::int64_t> number(std::string_view name) const
    {
        const auto* found = argument(name);
        return found == nullptr ? std::nullopt : numberOf(found);
    }
    std::optional<std::vector<std::int64_t>> numbers(std::string_view name) const
    {
        const auto* found = argument(name);
        if (found == nullptr) {
            return std::nullopt;
        }
        std::vector<std::int64_t> numbers;
        if (const auto* list = m_flow.listOf(found)) {
            for (const auto* entry : *list) {
                const auto number = numberOf(entry);
                if (!number) {
                    return std::nullopt;
                }
                numbers.push_back(*number);
            }
            return numbers;
        }
        const auto constant = torch::jit::toIValue(found);
        return constant.has_value() && constant->isIntList() ? std::optional(constant->toIntVector()) : std::nullopt;
    }
    static std::optional<std::int64_t> numberOf(const torch::jit::Value* value)
    {
        const auto constant = torch::jit::toIValue(value);
        if (constant.has_value() && constant->isInt()) {
            return constant->toInt();
        }
        return constant.has_value() && constant->isBool() ? std::optional<std::int64_t>(constant->toBool())
                                                          : std::nullopt;
    }
    bool isNone(std::string_view name) const
    {
        const auto* found = argument(name);
        return found == nullptr || found->type()->kind() == c10::TypeKind::NoneType;
    }

    /// Sets the one output.
    bool give(FlowValue value) const
    {
        m_flow.setValue(m_node.output(), std::move(value));
        return true;
    }
    ChannelAxes::Axis newFixed() const { return m_flow.fixedAxis(m_why); }
    void fix(ChannelAxes::Axis axis) const { axes().fix(axis, m_why); }
    /// Ties the first dimension of a parameter of one dimension (if it is there).
    void tieParameter(std::string_view name, ChannelAxes::Axis axis) const
    {
        if (has(name)) {
            m_flow.axes().tie(axis, m_flow.axisFromEnd(value(name), 0).value_or(axis));
        }
    }

private:
    ChannelFlow& m_flow;
    const torch::jit::Node& m_node;
    Text m_why;
};

/// Where dimension `dim` of a value is; nothing if that is not known.
std::optional<std::size_t> placeOf(const FlowValue& value, std::int64_t dim);

/// What an operator does to the order of channels; false: not known for these arguments.
using Rule = bool (*)(const Call&);

// Rules of operators that only arrange numbers differently (channel_shapes.cpp).
bool flatten(const Call& call);
bool reshape(const Call& call);
bool permute(const Call& call);
bool transpose(const Call& call);
bool unsqueeze(const Call& call);
bool slice(const Call& call);
bool select(const Call& call);
bool padding(const Call& call);

} // namespace bw::torch_backend
