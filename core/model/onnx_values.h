#pragma once

#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace bw {

/// Numbers that a graph works out from stored tensors alone, computed while they are read: whole numbers exactly,
/// floats in float32 arithmetic.
class OnnxValues
{
public:
    virtual ~OnnxValues() = default;
    virtual void read(std::uint64_t first, std::span<double> out) const = 0;

    Shape shape;
    bool isFloat = false;
    bool isStored = false; ///< as the file has them
    std::uint64_t count() const { return elementCount(shape); }
};
using OnnxValuesPtr = std::shared_ptr<const OnnxValues>;

/// Each as the operator of that name has it; Error{BadFile}: the operands do not fit. Copies only what is small:
/// tables, and what is broadcast.
namespace onnx_values {
OnnxValuesPtr stored(TensorView view);
/// `type`: of TensorProto.DataType; the values are rounded to 16-bit floats if it is one.
OnnxValuesPtr cast(OnnxValuesPtr values, std::int64_t type);
OnnxValuesPtr reshape(OnnxValuesPtr values, Shape shape);
OnnxValuesPtr expand(const OnnxValues& small, const Shape& shape);
/// Add, Sub and Mul, op '+', '-' and '*'. The result has the shape of `large`.
OnnxValuesPtr binary(char op, OnnxValuesPtr large, OnnxValuesPtr small);
/// Of a table of one dimension.
OnnxValuesPtr gather(OnnxValuesPtr table, OnnxValuesPtr indices);
/// `zero` may be nullptr; `block` is 0 without blocks.
OnnxValuesPtr dequantizeLinear(
    OnnxValuesPtr codes, const OnnxValues& scale, const OnnxValues* zero, std::int64_t axis, std::int64_t block);
/// Slice of a matrix: the first `length` of each row.
OnnxValuesPtr cutRows(OnnxValuesPtr matrix, std::int64_t length);
/// Transpose: the first dimension moved to place `axis`.
OnnxValuesPtr moveFirst(OnnxValuesPtr values, std::size_t axis);

/// Of stored ones.
std::vector<double> all(const OnnxValues& values);
} // namespace onnx_values

/// The values as a tensor of this type, F32 or narrower.
TensorView onnxTensorOf(OnnxValuesPtr values, DType dtype);

} // namespace bw
