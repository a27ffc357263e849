#pragma once

#include "core/export/onnx_weight.h"
#include "core/model/wire_writer.h"

#include <cstring>
#include <string>
#include <vector>

namespace bw {

/// Numbers as raw_data of onnx.proto has them (this program runs on little-endian machines only, see stored floats).
template <class T>
std::string rawBytes(const std::vector<T>& numbers)
{
    std::string bytes(numbers.size() * sizeof(T), '\0');
    if (!numbers.empty()) {
        std::memcpy(bytes.data(), numbers.data(), bytes.size());
    }
    return bytes;
}

/// AttributeProto messages.
class NodeAttributes
{
public:
    NodeAttributes& add(std::string_view name, std::int64_t value);
    NodeAttributes& add(std::string_view name, const std::vector<std::int64_t>& values);
    const std::vector<std::string>& messages() const { return m_messages; }

private:
    std::vector<std::string> m_messages;
};

/// Nodes one after another, each working on what the one before gives; the last gives the weight under its own name.
class NodeChain
{
public:
    NodeChain(std::string weight, OnnxNames& names)
        : m_weight(std::move(weight))
        , m_names(names)
    {
    }

    void start(std::string input) { m_current = std::move(input); }
    /// `operands` follow the chain's own value among the inputs.
    void step(const char* op, std::vector<std::string> operands, const NodeAttributes& attributes = {});
    void cast(OnnxType type);
    /// The chain's value as indices into `table`.
    void gather(const std::string& table);
    /// A node beside the chain; its output's name.
    std::string aside(const char* op, const char* suffix, std::vector<std::string> inputs);
    std::vector<std::string> nodes() const;

private:
    struct Node
    {
        std::string op;
        std::vector<std::string> inputs;
        std::string output;
        std::vector<std::string> attributes;
    };
    void add(const char* op, std::vector<std::string> inputs, const NodeAttributes& attributes);

    std::string m_weight;
    OnnxNames& m_names;
    std::string m_current;
    std::vector<Node> m_nodes;
};

} // namespace bw
