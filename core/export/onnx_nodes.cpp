#include "core/export/onnx_nodes.h"

namespace bw {

namespace {
// AttributeProto.AttributeType
constexpr std::uint64_t oneNumber = 2;
constexpr std::uint64_t moreNumbers = 7;
} // namespace

NodeAttributes& NodeAttributes::add(std::string_view name, std::int64_t value)
{
    m_messages.push_back(WireWriter().bytes(1, name).signedNumber(3, value).number(20, oneNumber).take());
    return *this;
}

NodeAttributes& NodeAttributes::add(std::string_view name, const std::vector<std::int64_t>& values)
{
    WireWriter writer;
    writer.bytes(1, name);
    for (const auto value : values) {
        writer.signedNumber(8, value);
    }
    m_messages.push_back(writer.number(20, moreNumbers).take());
    return *this;
}

void NodeChain::add(const char* op, std::vector<std::string> inputs, const NodeAttributes& attributes)
{
    m_nodes.push_back({ op, std::move(inputs), m_names.unique(m_weight + "_" + op), attributes.messages() });
    m_current = m_nodes.back().output;
}

void NodeChain::step(const char* op, std::vector<std::string> operands, const NodeAttributes& attributes)
{
    operands.insert(operands.begin(), m_current);
    add(op, std::move(operands), attributes);
}

void NodeChain::cast(OnnxType type)
{
    step("Cast", {}, NodeAttributes().add("to", static_cast<std::int64_t>(type)));
}

void NodeChain::gather(const std::string& table)
{
    add("Gather", { table, m_current }, {});
}

std::string NodeChain::aside(const char* op, const char* suffix, std::vector<std::string> inputs)
{
    m_nodes.push_back({ op, std::move(inputs), m_names.unique(m_weight + suffix), {} });
    return m_nodes.back().output;
}

std::vector<std::string> NodeChain::nodes() const
{
    std::vector<std::string> messages;
    for (std::size_t i = 0; i < m_nodes.size(); ++i) {
        const auto& node = m_nodes[i];
        WireWriter writer;
        for (const auto& input : node.inputs) {
            writer.bytes(1, input);
        }
        writer.bytes(2, i + 1 == m_nodes.size() ? m_weight : node.output);
        writer.bytes(3, node.output); // the node's own name
        writer.bytes(4, node.op);
        for (const auto& attribute : node.attributes) {
            writer.bytes(5, attribute);
        }
        messages.push_back(writer.take());
    }
    return messages;
}

} // namespace bw
