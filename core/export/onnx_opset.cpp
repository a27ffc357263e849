#include "core/export/onnx_opset.h"

#include "core/model/wire_reader.h"

#include <algorithm>
#include <array>

namespace bw {

namespace {
/// From `since` on, up to operator set 21, a node of this kind means the same (Changelog.md of ONNX: later versions add
/// element types, attributes and inputs whose defaults keep the meaning).
struct StableOperator
{
    std::string_view op;
    int since;
};
constexpr std::array stable { StableOperator { "Abs", 6 }, StableOperator { "Add", 7 }, StableOperator { "And", 7 },
    StableOperator { "ArgMax", 12 }, StableOperator { "ArgMin", 12 }, StableOperator { "AveragePool", 11 },
    StableOperator { "BatchNormalization", 14 }, StableOperator { "Cast", 6 }, StableOperator { "Ceil", 6 },
    StableOperator { "Clip", 11 }, StableOperator { "Concat", 4 }, StableOperator { "Constant", 1 },
    StableOperator { "ConstantOfShape", 9 }, StableOperator { "Conv", 1 }, StableOperator { "ConvTranspose", 1 },
    StableOperator { "Cos", 7 }, StableOperator { "CumSum", 11 }, StableOperator { "DepthToSpace", 11 },
    StableOperator { "DequantizeLinear", 13 }, StableOperator { "Div", 7 }, StableOperator { "Einsum", 12 },
    StableOperator { "Elu", 6 }, StableOperator { "Equal", 11 }, StableOperator { "Erf", 9 },
    StableOperator { "Exp", 6 }, StableOperator { "Expand", 8 }, StableOperator { "Flatten", 9 },
    StableOperator { "Floor", 6 }, StableOperator { "GRU", 7 }, StableOperator { "Gather", 1 },
    StableOperator { "GatherElements", 11 }, StableOperator { "GatherND", 11 }, StableOperator { "Gelu", 20 },
    StableOperator { "Gemm", 9 }, StableOperator { "GlobalAveragePool", 1 }, StableOperator { "GlobalMaxPool", 1 },
    StableOperator { "Greater", 9 }, StableOperator { "GreaterOrEqual", 12 }, StableOperator { "HardSigmoid", 6 },
    StableOperator { "HardSwish", 14 }, StableOperator { "Identity", 1 }, StableOperator { "If", 11 },
    StableOperator { "InstanceNormalization", 6 }, StableOperator { "LSTM", 7 },
    StableOperator { "LayerNormalization", 17 }, StableOperator { "LeakyRelu", 6 }, StableOperator { "Less", 9 },
    StableOperator { "LessOrEqual", 12 }, StableOperator { "Log", 6 }, StableOperator { "LogSoftmax", 13 },
    StableOperator { "Loop", 11 }, StableOperator { "MatMul", 1 }, StableOperator { "Max", 8 },
    StableOperator { "MaxPool", 8 }, StableOperator { "Min", 8 }, StableOperator { "Mod", 10 },
    StableOperator { "Mul", 7 }, StableOperator { "Neg", 6 }, StableOperator { "NonMaxSuppression", 11 },
    StableOperator { "NonZero", 9 }, StableOperator { "Not", 1 }, StableOperator { "Or", 7 },
    StableOperator { "PRelu", 9 }, StableOperator { "Pad", 11 }, StableOperator { "Pow", 7 },
    StableOperator { "QuantizeLinear", 13 }, StableOperator { "Range", 11 }, StableOperator { "Reciprocal", 6 },
    StableOperator { "ReduceMax", 20 }, StableOperator { "ReduceMean", 18 }, StableOperator { "ReduceSum", 13 },
    StableOperator { "Relu", 6 }, StableOperator { "Reshape", 5 }, StableOperator { "ScatterND", 11 },
    StableOperator { "Shape", 1 }, StableOperator { "Sigmoid", 6 }, StableOperator { "Sign", 9 },
    StableOperator { "Sin", 7 }, StableOperator { "Size", 1 }, StableOperator { "Slice", 10 },
    StableOperator { "Softmax", 13 }, StableOperator { "Softplus", 1 }, StableOperator { "Split", 18 },
    StableOperator { "Sqrt", 6 }, StableOperator { "Squeeze", 13 }, StableOperator { "Sub", 7 },
    StableOperator { "Sum", 8 }, StableOperator { "Tanh", 6 }, StableOperator { "Tile", 6 },
    StableOperator { "TopK", 11 }, StableOperator { "Transpose", 1 }, StableOperator { "Unsqueeze", 13 },
    StableOperator { "Where", 9 }, StableOperator { "Xor", 7 } };
constexpr int deepestGraph = 16;

/// The first operator that is not stable from `opset` on; empty if there is none.
std::string_view unstableOperator(std::string_view graph, std::int64_t opset, int depth);

std::string_view unstableNode(std::string_view message, std::int64_t opset, int depth)
{
    std::string_view op;
    std::string_view domain;
    std::string_view inner;
    for (WireReader node(message); node.next();) {
        if (node.field() == 4) {
            op = node.bytes();
        } else if (node.field() == 7) {
            domain = node.bytes();
        } else if (node.field() == 5) {
            for (WireReader attribute(node.bytes()); attribute.next();) {
                if ((attribute.field() == 6 || attribute.field() == 11) && inner.empty()) {
                    inner = unstableOperator(attribute.bytes(), opset, depth + 1);
                }
            }
        }
    }
    if (!inner.empty() || (!domain.empty() && domain != "ai.onnx")) {
        return inner;
    }
    const auto found
        = std::find_if(stable.begin(), stable.end(), [&](const StableOperator& known) { return known.op == op; });
    return found == stable.end() || opset < found->since ? op : std::string_view();
}

std::string_view unstableOperator(std::string_view graph, std::int64_t opset, int depth)
{
    if (depth > deepestGraph) {
        return "If";
    }
    for (WireReader reader(graph); reader.next();) {
        if (reader.field() == 1) {
            if (const auto op = unstableNode(reader.bytes(), opset, depth); !op.empty()) {
                return op;
            }
        }
    }
    return {};
}
} // namespace

OnnxVersions onnxVersions(std::string_view model)
{
    OnnxVersions versions;
    for (WireReader reader(model); reader.next();) {
        if (reader.field() == 1) {
            versions.ir = reader.signedNumber();
        } else if (reader.field() == 25) {
            versions.hasFunctions = true;
        } else if (reader.field() == 8) {
            std::string_view domain;
            std::int64_t version = 1;
            for (WireReader entry(reader.bytes()); entry.next();) {
                if (entry.field() == 1) {
                    domain = entry.bytes();
                } else if (entry.field() == 2) {
                    version = entry.signedNumber();
                }
            }
            if (domain.empty() || domain == "ai.onnx") {
                versions.opset = version;
            }
        }
    }
    return versions;
}

Text whyNotRaised(std::string_view model, const OnnxVersions& versions, std::int64_t wanted)
{
    if (versions.opset >= wanted) {
        return {};
    }
    if (versions.hasFunctions) {
        return BW_TR_NOOP("core", "it defines functions of its own");
    }
    for (WireReader reader(model); reader.next();) {
        if (reader.field() == 7) {
            if (const auto op = unstableOperator(reader.bytes(), versions.opset, 0); !op.empty()) {
                return Text(BW_TR_NOOP("core", "the operator %1 may mean something else there"), { printable(op) });
            }
        }
    }
    return {};
}

} // namespace bw
