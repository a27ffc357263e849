#pragma once

#include "core/model/onnx_graph.h"
#include "core/model/onnx_values.h"

#include <functional>
#include <set>
#include <string_view>

namespace bw {

/// What the graph works out from stored tensors alone, by name: nodes of the operators that exports of this program
/// use: Cast, Identity, Gather, Add, Sub, Mul, DequantizeLinear, Expand, Reshape, Slice and Transpose.
class OnnxExpressions
{
public:
    /// `find`: a stored tensor by name, or nullptr. `mostValues`: of any step, against graphs that blow up.
    OnnxExpressions(
        const OnnxGraph& graph, std::function<const TensorView*(std::string_view)> find, std::uint64_t mostValues)
        : m_graph(graph)
        , m_find(std::move(find))
        , m_mostValues(mostValues)
    {
    }

    /// Error{BadFile|Unsupported}: operands do not fit, an operator or its use is not known.
    OnnxValuesPtr values(std::string_view name)
    {
        m_steps = 0;
        return valuesOf(name);
    }
    /// Stored tensors that went into values() so far.
    const std::set<std::string_view>& used() const { return m_used; }

private:
    OnnxValuesPtr valuesOf(std::string_view name);
    OnnxValuesPtr of(const OnnxNode& node);

    const OnnxGraph& m_graph;
    std::function<const TensorView*(std::string_view)> m_find;
    std::uint64_t m_mostValues;
    std::set<std::string_view> m_used;
    int m_steps = 0;
};

} // namespace bw
