#include "core/export/onnx_uses.h"

#include "core/model/wire_reader.h"

namespace bw {

namespace {
constexpr int deepestGraph = 16; // the loader opens no others
}

OnnxUses::OnnxUses(std::string_view model)
{
    for (WireReader reader(model); reader.next();) {
        if (reader.field() == 7) {
            readGraph(reader.bytes(), 0);
        }
    }
}

void OnnxUses::readGraph(std::string_view graph, int depth)
{
    for (WireReader reader(graph); reader.next();) {
        if (reader.field() == 12) {
            for (WireReader output(reader.bytes()); output.next();) {
                if (output.field() == 1) {
                    ++m_readers[output.bytes()];
                }
            }
        }
        if (reader.field() != 1) {
            continue;
        }
        std::vector<std::string_view> inputs;
        std::vector<std::string_view> outputs;
        std::string_view op;
        for (WireReader node(reader.bytes()); node.next();) {
            if (node.field() == 1) {
                inputs.push_back(node.bytes());
                ++m_readers[node.bytes()];
            } else if (node.field() == 2) {
                outputs.push_back(node.bytes());
            } else if (node.field() == 4) {
                op = node.bytes();
            } else if (node.field() == 5) {
                for (WireReader attribute(node.bytes()); attribute.next();) {
                    if ((attribute.field() == 6 || attribute.field() == 11) && depth < deepestGraph) {
                        readGraph(attribute.bytes(), depth + 1);
                    }
                }
            }
        }
        if (depth > 0 || outputs.size() != 1) {
            continue;
        }
        if (op == "DequantizeLinear" && !inputs.empty()) {
            m_dequantized[inputs.front()].push_back(outputs.front());
        }
        m_inputs[outputs.front()] = std::move(inputs);
    }
}

std::string OnnxUses::weightName(const LayerInfo& layer) const
{
    if (!layer.stored || m_inputs.contains(layer.name)) {
        return layer.name;
    }
    const auto found = m_dequantized.find(layer.name);
    const auto readers = m_readers.find(layer.name);
    const bool isOne = found != m_dequantized.end() && found->second.size() == 1 && readers->second == 1;
    return isOne ? std::string(found->second.front()) : std::string();
}

std::unordered_set<std::string> OnnxUses::unusedWithout(std::string_view name)
{
    std::unordered_set<std::string> unused;
    std::vector<std::string_view> todo { name };
    while (!todo.empty()) {
        const auto node = m_inputs.find(todo.back());
        todo.pop_back();
        if (node == m_inputs.end()) {
            continue;
        }
        const auto inputs = std::move(node->second);
        m_inputs.erase(node);
        for (const auto input : inputs) {
            if (--m_readers[input] == 0) {
                unused.emplace(input);
                todo.push_back(input);
            }
        }
    }
    return unused;
}

} // namespace bw
