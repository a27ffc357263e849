#pragma once

#include "core/base/job_context.h"
#include "core/formats/codec.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace bw {

/// One tensor of a file that is written or compared: its description, and where its bytes come from.
/// A QuantizedTensor stands for its dequantized values, in the layer's own dimension order.
struct ContentTensor
{
    std::string name;
    DType dtype = DType::F32;
    Shape shape;
    std::variant<TensorView, QuantizedTensor> source;
};

/// Gives the tensor's bytes (little-endian, row-major) piece by piece, each of at most about 1 MB; polls `ctx` before
/// each. `use` gets the index of the piece's first value. Decodes on the way: no copy of the whole tensor is made
/// unless its axes must be swapped.
void forEachPiece(const ContentTensor& tensor, const JobContext& ctx,
    const std::function<void(std::uint64_t first, std::span<const std::byte> bytes)>& use);

/// `values` in a float type that holds each of them exactly or rounded to nearest: F16, BF16, F32 or F64. `out` has
/// values.size() · size bytes.
void castFloats(std::span<const float> values, DType dtype, std::span<std::byte> out);
/// True for the types castFloats() knows.
bool canCastFloats(DType dtype);

/// The type dequantized values are written in: the layer's own float type if it holds all of them exactly, else F32.
DType dequantizedDType(const QuantizedTensor& tensor, DType original, const JobContext& ctx);
/// Shape in the layer's own dimension order.
Shape layerShape(const QuantizedTensor& tensor);

/// The values of a tensor whose output channels come first, in its storage order, decoded when they are asked for.
TensorView decodedView(QuantizedTensor tensor, Shape shape);

/// Codes that are plain 16- or 32-bit floats ("f16"): a format without levels or scales.
bool isPlainFloat(const QuantizedTensor& tensor);

/// Error{Verification}: `found`, read back from a file, has another type or shape, or another value (named by index).
void compareContent(const ContentTensor& expected, const TensorView& found, const JobContext& ctx);

/// Bytes of all tensors.
std::uint64_t contentBytes(const std::vector<ContentTensor>& tensors);

} // namespace bw
