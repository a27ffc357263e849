#include "core/model/onnx_expression.h"

#include "core/base/error.h"

#include <algorithm>
#include <numeric>

namespace bw {

namespace {
constexpr int mostSteps = 64; ///< of one weight; exports take 12 at most

[[noreturn]] void notKnown(const OnnxNode& node)
{
    throw Error(ErrorKind::Unsupported,
        BW_TR_NOOP("core", "its weights are worked out by the operator %1 in a way this build does not know"),
        printable(node.op));
}

std::vector<std::int64_t> wholeNumbers(const OnnxValues& values)
{
    std::vector<std::int64_t> out;
    for (const double value : onnx_values::all(values)) {
        out.push_back(static_cast<std::int64_t>(value));
    }
    return out;
}

char symbolOf(std::string_view op)
{
    return op == "Add" ? '+' : op == "Sub" ? '-' : op == "Mul" ? '*' : '\0';
}
} // namespace

OnnxValuesPtr OnnxExpressions::valuesOf(std::string_view name)
{
    if (++m_steps > mostSteps) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "its weights are worked out in more than 64 steps")));
    }
    if (const auto* view = m_find(name)) {
        m_used.insert(name);
        return onnx_values::stored(*view);
    }
    const auto node = m_graph.nodes.find(name);
    if (node == m_graph.nodes.end()) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "its weights are worked out from \"%1\", which the file does not hold"),
            printable(name));
    }
    auto result = of(node->second);
    if (result->count() > m_mostValues) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "its weights are worked out to %1 values, which is more than a file of its size holds"),
            toText(result->count()));
    }
    return result;
}

OnnxValuesPtr OnnxExpressions::of(const OnnxNode& node)
{
    const auto attributes = onnxAttributes(node);
    const auto input = [&](std::size_t i) {
        if (i >= node.inputs.size() || node.inputs[i].empty()) {
            notKnown(node);
        }
        return valuesOf(node.inputs[i]);
    };
    const auto numbers = [&](std::size_t i, const std::vector<std::int64_t>& attribute) {
        return node.inputs.size() > i ? wholeNumbers(*input(i)) : attribute;
    };
    if (node.op == "Identity") {
        return input(0);
    }
    if (node.op == "Cast") {
        return onnx_values::cast(input(0), attributes.to);
    }
    if (const char symbol = symbolOf(node.op)) {
        return onnx_values::binary(symbol, input(0), input(1));
    }
    if (node.op == "Gather" && (attributes.axis == 0 || node.attributes.empty())) {
        return onnx_values::gather(input(0), input(1));
    }
    if (node.op == "Expand") {
        const auto shape = wholeNumbers(*input(1));
        return onnx_values::expand(*input(0), shape);
    }
    if (node.op == "Reshape") {
        return onnx_values::reshape(input(0), wholeNumbers(*input(1)));
    }
    if (node.op == "DequantizeLinear") {
        const auto scale = input(1);
        const auto zero = node.inputs.size() > 2 ? input(2) : nullptr;
        return onnx_values::dequantizeLinear(input(0), *scale, zero.get(), attributes.axis, attributes.blockSize);
    }
    if (node.op == "Slice" && node.inputs.size() <= 4) {
        if (numbers(1, attributes.starts) == std::vector<std::int64_t> { 0 }
            && numbers(3, attributes.axes) == std::vector<std::int64_t> { 1 }) {
            const auto ends = numbers(2, attributes.ends);
            return onnx_values::cutRows(input(0), ends.size() == 1 ? ends.front() : 0);
        }
    }
    if (node.op == "Transpose") {
        auto source = input(0);
        // The first dimension goes to some place, and the others keep their order.
        const auto axis = static_cast<std::size_t>(
            std::find(attributes.perm.begin(), attributes.perm.end(), 0) - attributes.perm.begin());
        std::vector<std::int64_t> order(source->shape.size());
        std::iota(order.begin(), order.end(), 0);
        if (attributes.perm.size() == order.size() && axis < order.size()) {
            std::rotate(order.begin(), order.begin() + 1, order.begin() + static_cast<std::ptrdiff_t>(axis) + 1);
            if (order == attributes.perm) {
                return onnx_values::moveFirst(std::move(source), axis);
            }
        }
    }
    notKnown(node);
}

} // namespace bw
