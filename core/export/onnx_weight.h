#pragma once
// How a quantized weight is said in ONNX, so that IEEE float32 arithmetic in the order of the nodes gives exactly the
// values this program measured:
//   dequantize   DequantizeLinear(codes, scale[, zero point]): integers; of blocks with a row per block, then Reshape
//   arithmetic   Mul(Sub(Cast(codes), zero point), scale), in rows of one scale each, then Reshape
//   lookup       Mul(Gather(codebook, Add(Cast(codes), offset)), scale): all other formats with a table of levels
//   cast         Cast(values): 16-bit floats
// Slice cuts what filled up a row's last block; Transpose brings the output channels to where the layer has them.
// Sources: Operators.md of ONNX, versions named where they are asked for.

#include "core/export/content.h"
#include "core/export/onnx_codes.h"
#include "core/model/model.h"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bw {

/// Which of several ways to say the same an export takes.
enum class OnnxStyle
{
    Standard, ///< DequantizeLinear on 8-bit codes where the model's operator set has it
    Packed, ///< 4-bit codes, two a byte, and blocks: operator set 21
    Basic ///< no DequantizeLinear: for engines that take it for activations only
};

struct OnnxTarget
{
    OnnxStyle style = OnnxStyle::Standard;
    std::int64_t opset = 0; ///< the operator set the written file asks for
};

/// Bytes that are made when they are asked for: codebooks of small groups are as large as the codes.
struct OnnxLazyBytes
{
    std::uint64_t count = 0;
    std::function<std::string()> make;
};

/// An initializer that is added.
struct OnnxArray
{
    std::string name;
    OnnxType type = OnnxType::Float;
    Shape dims;
    std::variant<std::string, OnnxLazyBytes, OnnxCodes, ContentTensor> data; ///< the raw bytes, or where they come from

    std::uint64_t bytes() const;
};

struct OnnxWeight
{
    std::vector<OnnxArray> arrays;
    std::vector<std::string> nodes; ///< NodeProto messages; none: arrays.front() is the weight itself
    std::string form; ///< "dequantize", …
};

/// Names that nothing else in a graph has.
class OnnxNames
{
public:
    void reserve(std::string_view name) { m_taken.emplace(name); }
    /// `wanted`, with a number behind it if that is taken.
    std::string unique(const std::string& wanted);

private:
    std::set<std::string, std::less<>> m_taken;
};

/// Why a layer cannot be said in ONNX, as a sentence; empty if it can.
Text onnxObstacle(const LayerInfo& layer, const QuantizedTensor& tensor, const OnnxTarget& target, bool isDequantized);
/// The weight under its own name. For a layer without an obstacle.
OnnxWeight onnxWeight(const LayerInfo& layer, const QuantizedTensor& tensor, const OnnxTarget& target, OnnxNames& names,
    const JobContext& ctx);
/// The weight as plain values in the layer's own type.
OnnxWeight onnxPlainWeight(const LayerInfo& layer, const QuantizedTensor& tensor);
/// ONNX's number of a float type. Error{Unsupported}.
OnnxType onnxTypeOf(DType dtype);

} // namespace bw
