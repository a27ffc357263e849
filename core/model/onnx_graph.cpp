#include "core/model/onnx_graph.h"

#include "core/model/onnx_tensor.h"
#include "core/model/wire_reader.h"

#include <algorithm>
#include <array>
#include <set>

namespace bw {

namespace {
constexpr int deepestGraph = 16;
constexpr std::size_t pollEvery = 256;
constexpr std::size_t mostInputs = 64; ///< of a node that are looked at
constexpr std::size_t nodesPerWeight = 32; ///< in exports of this program
constexpr std::size_t mostOperands = 4;
constexpr std::size_t longestAttributes = 1 << 16;
constexpr std::size_t freeTensors = 4096;
constexpr std::size_t bytesPerTensor = 64;

[[noreturn]] void bad(const char* sentence)
{
    throw Error(ErrorKind::BadFile, Text(sentence));
}

using Node = OnnxNode;

Node readNode(std::string_view message)
{
    Node node;
    for (WireReader reader(message); reader.next();) {
        if (reader.field() == 1 && node.inputs.size() < mostInputs) {
            node.inputs.push_back(reader.bytes());
        } else if (reader.field() == 2 && node.output.empty()) {
            node.output = reader.bytes();
        } else if (reader.field() == 4) {
            node.op = reader.bytes();
        } else if (reader.field() == 5) {
            node.attributes.push_back(reader.bytes());
        }
    }
    return node;
}

void readAttribute(std::string_view message, OnnxAttributes& attributes)
{
    std::string_view name;
    std::int64_t whole = 0;
    std::string_view tensor;
    std::vector<std::int64_t> list;
    for (WireReader reader(message); reader.next();) {
        if (reader.field() == 1) {
            name = reader.bytes();
        } else if (reader.field() == 3) {
            whole = reader.signedNumber();
        } else if (reader.field() == 5) {
            tensor = reader.bytes();
        } else if (reader.field() == 8 && list.size() <= mostInputs) {
            reader.numbers([&](std::uint64_t number) {
                if (list.size() <= mostInputs) {
                    list.push_back(static_cast<std::int64_t>(number));
                }
            });
        }
    }
    if (name == "axis") {
        attributes.axis = whole;
    } else if (name == "block_size") {
        attributes.blockSize = whole;
    } else if (name == "to") {
        attributes.to = whole;
    } else if (name == "starts") {
        attributes.starts = std::move(list);
    } else if (name == "ends") {
        attributes.ends = std::move(list);
    } else if (name == "axes") {
        attributes.axes = std::move(list);
    } else if (name == "transB") {
        attributes.transB = whole != 0;
    } else if (name == "perm") {
        attributes.perm = std::move(list);
    } else if (name == "value") {
        attributes.value = tensor;
    }
}

/// Operators that stand for whole layers in integer arithmetic: where operand, scale and zero point are.
struct IntegerOperator
{
    std::string_view op;
    unsigned weight;
    std::int64_t axis;
};
constexpr std::array integerOperators { IntegerOperator { "QLinearConv", 3, 0 },
    IntegerOperator { "QLinearMatMul", 3, 1 } };

class GraphReader
{
public:
    GraphReader(OnnxGraph& graph, std::size_t fileBytes, const JobContext& ctx)
        : m_graph(graph)
        , m_mostTensors(freeTensors + fileBytes / bytesPerTensor)
        , m_ctx(ctx)
    {
        for (const auto& derived : graph.derived) {
            m_derived.insert(derived.name);
        }
    }

    void read(std::string_view message)
    {
        collectTensors(message);
        readNodes(message, 0);
    }

private:
    /// What a name stands for: a stored tensor, perhaps on its way through nodes that keep its values.
    struct Alias
    {
        std::string_view tensor;
        bool isTransposed = false;
    };

    void poll()
    {
        if (++m_steps % pollEvery == 0) {
            m_ctx.checkpoint();
        }
    }

    void addTensor(std::string_view name)
    {
        if (name.empty()) {
            bad(BW_TR_NOOP("core", "a tensor has no name"));
        }
        if (!m_aliases.emplace(name, Alias { name }).second) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "two tensors are called %1"), printable(name));
        }
        if (m_aliases.size() > m_mostTensors) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "it has more than %1 tensors, which is more than a file of its size holds"),
                toText(m_mostTensors));
        }
    }

    void collectTensors(std::string_view message)
    {
        for (WireReader reader(message); reader.next();) {
            poll();
            if (reader.field() == 5) {
                m_graph.initializers.push_back(reader.bytes());
                addTensor(onnxTensorName(reader.bytes()));
            } else if (reader.field() == 15) {
                ++m_graph.sparseInitializers;
            }
        }
    }

    void readNodes(std::string_view message, int depth)
    {
        if (depth > deepestGraph) {
            bad(BW_TR_NOOP("core", "its graphs are nested more than 16 deep"));
        }
        for (WireReader reader(message); reader.next();) {
            poll();
            if (reader.field() == 1) {
                useNode(readNode(reader.bytes()), depth);
            } else if (reader.field() == 5 && depth > 0) {
                ++m_graph.nestedInitializers;
            }
        }
    }

    void useNode(const Node& node, int depth)
    {
        for (const auto attribute : node.attributes) {
            for (WireReader reader(attribute); reader.next();) {
                if (reader.field() == 6 || reader.field() == 11) { // a graph, or several
                    readNodes(reader.bytes(), depth + 1);
                }
            }
        }
        if (node.op == "Constant") {
            addConstant(node, depth);
            return;
        }
        if (depth == 0 && !m_derived.empty()) {
            if (m_graph.nodes.size() < nodesPerWeight * m_derived.size() && node.inputs.size() <= mostOperands
                && node.attributes.size() <= mostOperands) {
                m_graph.nodes.emplace(node.output, node);
            }
            if (m_derived.contains(node.output)) {
                m_aliases.emplace(node.output, Alias { node.output });
                return;
            }
        }
        for (unsigned i = 0; i < node.inputs.size(); ++i) {
            const auto alias = m_aliases.find(node.inputs[i]);
            if (alias != m_aliases.end()) {
                useTensor(node, i, Alias(alias->second));
            }
        }
    }

    void addConstant(const Node& node, int depth)
    {
        const auto value = onnxAttributes(node).value;
        if (depth > 0 || value.empty() || node.output.empty()) {
            return;
        }
        m_graph.constants.emplace_back(node.output, value);
        addTensor(node.output);
    }

    void useTensor(const Node& node, unsigned input, Alias alias)
    {
        const auto attributes = onnxAttributes(node);
        if (node.op == "DequantizeLinear" && input == 0 && node.inputs.size() >= 2) {
            dequantize(alias, node, 1, attributes.axis, attributes.blockSize);
            keepAlias(node.output, alias);
        } else if ((node.op == "Identity" || node.op == "Cast") && input == 0) {
            keepAlias(node.output, alias);
        } else if (node.op == "Transpose" && (attributes.perm.empty() || attributes.perm == swapped)) {
            alias.isTransposed = !alias.isTransposed;
            keepAlias(node.output, alias);
        } else {
            const auto integer = std::find_if(integerOperators.begin(), integerOperators.end(),
                [&](const IntegerOperator& found) { return found.op == node.op && found.weight == input; });
            if (integer != integerOperators.end() && node.inputs.size() >= input + 2) {
                dequantize(alias, node, input + 1, integer->axis, 0);
            }
            addUse(alias, node.op, input, attributes.transB);
        }
    }

    void keepAlias(std::string_view name, const Alias& alias)
    {
        if (!name.empty() && m_aliases.size() <= 2 * m_mostTensors) {
            m_aliases.emplace(name, alias);
        }
    }

    void dequantize(const Alias& alias, const Node& node, std::size_t scale, std::int64_t axis, std::int64_t blockSize)
    {
        OnnxDequantization how { node.inputs[scale], {}, axis, blockSize };
        if (node.inputs.size() > scale + 1) {
            how.zeroPoint = node.inputs[scale + 1];
        }
        auto& use = m_graph.uses[alias.tensor];
        if (!use.dequantization) {
            use.dequantization = how;
        }
    }

    void addUse(const Alias& alias, std::string_view op, unsigned input, bool transB)
    {
        auto& use = m_graph.uses[alias.tensor];
        if (use.op.empty()) {
            use.op = op;
            use.input = input;
            use.isTransposed = alias.isTransposed != (transB && input == 1);
        }
    }

    static inline const std::vector<std::int64_t> swapped { 1, 0 };

    OnnxGraph& m_graph;
    std::size_t m_mostTensors;
    const JobContext& m_ctx;
    std::unordered_map<std::string_view, Alias> m_aliases;
    std::set<std::string_view> m_derived;
    std::size_t m_steps = 0;
};

void readOperatorSet(std::string_view message, std::map<std::string, std::string>& metadata)
{
    std::string domain;
    std::int64_t version = 0;
    for (WireReader reader(message); reader.next();) {
        if (reader.field() == 1) {
            domain = reader.bytes();
        } else if (reader.field() == 2) {
            version = reader.signedNumber();
        }
    }
    metadata[domain.empty() ? "opset" : "opset " + domain] = toText(version);
}
/// What is not as exports have it is left out: then the graph alone speaks.
void readDerived(OnnxGraph& graph)
{
    const auto found = graph.properties.find(onnxLayersKey);
    std::string_view rest = found == graph.properties.end() ? std::string_view() : found->second;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        constexpr std::size_t most = 4;
        std::array<std::string_view, most> words;
        std::string_view left = line;
        for (auto& word : words) {
            word = left.substr(0, left.find('\t'));
            left.remove_prefix(std::min(left.size(), word.size() + 1));
        }
        const auto [name, format, form, codes] = words;
        if (!name.empty() && !codes.empty() && codes != name) {
            graph.derived.push_back({ std::string(name), std::string(format), std::string(codes) });
        }
    }
}
} // namespace

OnnxAttributes onnxAttributes(const OnnxNode& node)
{
    OnnxAttributes attributes;
    for (const auto message : node.attributes) {
        // Of graphs and long lists nothing is asked here.
        if (message.size() <= longestAttributes || node.op == "Constant") {
            readAttribute(message, attributes);
        }
    }
    return attributes;
}

void readOnnxEntry(std::string_view message, std::map<std::string, std::string>& into)
{
    std::string_view key;
    std::string_view value;
    for (WireReader reader(message); reader.next();) {
        if (reader.field() == 1) {
            key = reader.bytes();
        } else if (reader.field() == 2) {
            value = reader.bytes();
        }
    }
    into[std::string(key)] = value;
}

OnnxGraph readOnnxGraph(std::string_view model, const JobContext& ctx)
{
    OnnxGraph graph;
    std::optional<std::string_view> graphMessage;
    for (WireReader reader(model); reader.next();) {
        switch (reader.field()) {
        case 1:
            graph.metadata["ir_version"] = toText(reader.signedNumber());
            break;
        case 2:
            graph.metadata["producer_name"] = reader.bytes();
            break;
        case 3:
            graph.metadata["producer_version"] = reader.bytes();
            break;
        case 7:
            if (graphMessage) {
                bad(BW_TR_NOOP("core", "it holds two graphs"));
            }
            graphMessage = reader.bytes();
            break;
        case 8:
            readOperatorSet(reader.bytes(), graph.metadata);
            break;
        case 14:
            readOnnxEntry(reader.bytes(), graph.properties);
            break;
        default:
            break;
        }
    }
    if (!graphMessage) {
        bad(BW_TR_NOOP("core", "it holds no graph: the file is no ONNX model, or truncated"));
    }
    readDerived(graph);
    GraphReader(graph, model.size(), ctx).read(*graphMessage);
    return graph;
}

bool looksLikeOnnx(std::string_view model)
{
    try {
        bool hasVersion = false;
        bool hasGraph = false;
        std::size_t fields = 0;
        for (WireReader reader(model); reader.next(); ++fields) {
            hasVersion = hasVersion
                || (reader.field() == 1 && reader.type() == WireReader::Type::Varint && reader.number() < 1000);
            hasGraph = hasGraph || (reader.field() == 7 && reader.type() == WireReader::Type::Bytes);
            if (reader.field() > 30 || fields > 10'000) {
                return false;
            }
        }
        return hasVersion && hasGraph;
    } catch (const Error&) {
        return false;
    }
}

} // namespace bw
