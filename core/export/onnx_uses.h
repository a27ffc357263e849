#pragma once

#include "core/model/model.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace bw {

/// Who makes and who reads what in the graph of an ONNX model. Views into the model's file.
class OnnxUses
{
public:
    explicit OnnxUses(std::string_view model);

    /// The name a layer's float values have in the graph: its own, or that of the DequantizeLinear of one that is
    /// quantized already. Empty: its codes are used in another way, or by several.
    std::string weightName(const LayerInfo& layer) const;
    /// What is of no use any more once another node makes `name`: nodes by their output, initializers by their names.
    std::unordered_set<std::string> unusedWithout(std::string_view name);

private:
    void readGraph(std::string_view graph, int depth);

    std::unordered_map<std::string_view, std::size_t> m_readers; ///< nodes of all graphs, and their outputs
    std::unordered_map<std::string_view, std::vector<std::string_view>> m_inputs; ///< of the outer graph's nodes
    std::unordered_map<std::string_view, std::vector<std::string_view>> m_dequantized; ///< outputs, by codes
};

} // namespace bw
