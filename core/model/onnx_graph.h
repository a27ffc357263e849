#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bw {

/// How a stored tensor stands for real numbers: y = (x - zero point) · scale.
struct OnnxDequantization
{
    std::string_view scale; ///< names of tensors
    std::string_view zeroPoint; ///< empty: 0
    std::int64_t axis = 1;
    std::int64_t blockSize = 0; ///< 0: one scale per channel, or per tensor
};

/// What the graph's nodes say about one tensor.
struct OnnxUse
{
    std::string_view op; ///< of the first node that reads it as an operand ("Conv"); empty if none is known
    unsigned input = 0; ///< as which operand
    bool isTransposed = false; ///< its two dimensions are swapped on the way, or by the node (Gemm's transB)
    std::optional<OnnxDequantization> dequantization;
};

/// A NodeProto, as far as this program reads it.
struct OnnxNode
{
    std::string_view op;
    std::vector<std::string_view> inputs;
    std::string_view output; ///< the first
    std::vector<std::string_view> attributes; ///< AttributeProto messages
};

/// The attributes of nodes this program asks for.
struct OnnxAttributes
{
    std::int64_t axis = 1;
    std::int64_t blockSize = 0;
    std::int64_t to = 0;
    bool transB = false;
    std::vector<std::int64_t> perm;
    std::vector<std::int64_t> starts; ///< of Slice before operator set 10, as the next two
    std::vector<std::int64_t> ends;
    std::vector<std::int64_t> axes;
    std::string_view value; ///< TensorProto
};
OnnxAttributes onnxAttributes(const OnnxNode& node);

/// metadata_props entry of exports of this program: per weight a line of name, format, form and the initializer that
/// has its codes, with tabs between.
inline constexpr const char* onnxLayersKey = "bitwright.layers";

/// A weight that the graph works out from codes, as an export of this program says.
struct OnnxDerived
{
    std::string name;
    std::string format;
    std::string codes; ///< the tensor that has them
};

/// A protobuf message of an ONNX file, split into what this program reads. Views into the message.
struct OnnxGraph
{
    std::vector<std::string_view> initializers; ///< TensorProto messages
    std::vector<std::pair<std::string_view, std::string_view>> constants; ///< node output, TensorProto message
    std::size_t nestedInitializers = 0; ///< in sub-graphs
    std::size_t sparseInitializers = 0;
    std::unordered_map<std::string_view, OnnxUse> uses; ///< by tensor name
    std::map<std::string, std::string> metadata;
    std::map<std::string, std::string> properties; ///< metadata_props
    std::vector<OnnxDerived> derived; ///< the file says so; the nodes may not
    std::unordered_map<std::string_view, OnnxNode> nodes; ///< by output; of files with `derived` only
};

/// Reads a ModelProto. Error{BadFile|Unsupported}: malformed, without a graph, sub-graphs nested too deeply.
OnnxGraph readOnnxGraph(std::string_view model, const JobContext& ctx);
/// Reads a StringStringEntryProto into a map.
void readOnnxEntry(std::string_view message, std::map<std::string, std::string>& into);
/// Does a message look like a ModelProto, going by its fields only?
bool looksLikeOnnx(std::string_view model);

} // namespace bw
