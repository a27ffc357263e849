#pragma once
// value header

#include "core/tensor/dtype.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// Sizes of each dimension, outermost first. Empty for a scalar.
using Shape = std::vector<std::int64_t>;

/// Product of the sizes; Error{BadFile} if negative or over 2^63.
std::uint64_t elementCount(const Shape& shape);
/// "64×3×3×3"; "scalar".
std::string shapeText(const Shape& shape);

/// Values that are made while they are read, from those of another tensor. Immutable, thread-safe.
class TensorSource
{
public:
    virtual ~TensorSource() = default;
    /// Values first … first+out.size() as float32, which the dtype of the view represents exactly.
    virtual void read(std::uint64_t first, std::span<float> out) const = 0;
};

/// A dense row-major tensor somewhere in memory (usually a mapped file). Copying is cheap; `owner` keeps the bytes
/// alive. Immutable, thread-safe.
struct TensorView
{
    DType dtype = DType::F32;
    Shape shape;
    std::span<const std::byte> bytes; ///< elementCount(shape) · size, little-endian, any alignment
    std::shared_ptr<const void> owner;
    /// In place of bytes: the tensor's values are `sourceCount` of the source's, from `sourceFirst` on. Weights that a
    /// file holds quantized are such views, and some that fits and encoders get: read() and what is below works always.
    std::shared_ptr<const TensorSource> source {};
    std::uint64_t sourceFirst = 0;
    std::uint64_t sourceCount = 0;

    std::uint64_t count() const { return source ? sourceCount : bytes.size() / info(dtype).size; }
    /// Values first … first+out.size() as float32.
    void read(std::uint64_t first, std::span<float> out) const;
    /// The values themselves when they are aligned float32, else an empty span (read() works always).
    std::span<const float> asFloats() const;
    /// Consecutive values of it as a tensor of their own.
    TensorView part(std::uint64_t first, std::uint64_t count, Shape partShape) const;
};

/// A float32 tensor that owns its values.
TensorView makeTensor(Shape shape, std::vector<float> values);
/// A tensor of any type that owns its bytes.
TensorView makeTensor(DType dtype, Shape shape, std::vector<std::byte> bytes);
/// A tensor without bytes: all values of a source.
TensorView makeTensor(DType dtype, Shape shape, std::shared_ptr<const TensorSource> source);
/// The same values, read when they are asked for, as a tensor of a type that represents them exactly.
TensorView widened(const TensorView& view, DType dtype);
/// All values as float32 (a copy).
std::vector<float> toFloats(const TensorView& view);
/// The tensor with dimension `axis` moved to the front (copies, unless axis is 0), and back again.
TensorView withAxisFirst(const TensorView& view, int axis);
TensorView withFirstAxisAt(const TensorView& view, int axis);

/// Streams a view as float32 through a small buffer (or directly when it is float32 already).
class FloatChunks
{
public:
    static constexpr std::size_t chunkSize = 16384;
    explicit FloatChunks(const TensorView& view)
        : m_view(view)
        , m_direct(view.asFloats())
    {
    }
    /// Values first…last of the view (last - first ≤ chunkSize). Valid until the next call.
    std::span<const float> values(std::uint64_t first, std::uint64_t last);

private:
    const TensorView& m_view;
    std::span<const float> m_direct;
    std::vector<float> m_buffer;
};

} // namespace bw
