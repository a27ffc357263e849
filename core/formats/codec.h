#pragma once

#include "core/formats/code_values.h"
#include "core/formats/grid.h"
#include "core/formats/quant_format.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

class JobContext;

/// One array of a quantized tensor, exactly as it is written to a file.
struct TensorPart
{
    std::string name; ///< "codes", "scales", "zero_points", "codebooks", …
    TensorView data;
};

/// A format bound to one [output channels, …] matrix: nothing is left open (scales, exponents, levels are fixed).
/// Immutable and thread-safe; deterministic; coding allocates nothing that grows with the tensor. Positions are
/// row-major indices into the matrix.
class Codec
{
public:
    virtual ~Codec() = default;

    /// The format with searched parameters filled in where one value holds for the tensor (a=0.64).
    virtual const QuantFormat& format() const = 0;
    /// Bits of one code, 1…16; 0 if weights have no codes of their own (block types, vectors): then there is only
    /// pack() and unpack().
    virtual int codeBits() const = 0;
    /// Valid codes are 0 … codeCount() - 1, at most 2^codeBits().
    virtual int codeCount() const { return 1 << codeBits(); }
    /// Codes of values first … first+values.size(). Values are finite.
    virtual void encode(std::uint64_t first, std::span<const float> values, std::span<std::uint16_t> codes) const = 0;
    virtual void decode(std::uint64_t first, std::span<const std::uint16_t> codes, std::span<float> values) const = 0;

    /// The tensor's part "codes": what the file holds for all values of `matrix`. By default all codes packed
    /// (bit_stream.h). The same bytes for any number of threads. Error{BadInput}: a NaN or infinity, named by its
    /// index.
    virtual std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const;
    /// Values first … first+values.size() of the matrix from that part.
    virtual void unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const;
    /// Bits of that part in use; fewer than 8 more are stored.
    virtual std::uint64_t packedBits(std::uint64_t count, std::span<const std::byte> codes) const;
    /// Error{BadFile}: the part is of the wrong size for `count` values, or holds what no encoder writes.
    virtual void requireCodes(std::uint64_t count, std::span<const std::byte> codes) const;
    /// This codec with the tensor's part "codes" at hand, for types that keep scales in there: what grid() and
    /// typicalGroup() read. nullptr: not needed.
    virtual std::shared_ptr<const Codec> boundTo(const TensorView& codes) const;
    /// Does encoding decoded values give them again?
    virtual bool isIdempotent() const { return true; }

    /// Groups of weights with a scale (and possibly a codebook) of their own.
    virtual std::uint64_t groupCount() const = 0;
    /// The levels of one group. Without levels when every float32 is one (f32).
    virtual Grid grid(std::uint64_t group) const = 0;
    /// The group whose grid stands for the tensor in pictures: the one with the median scale. 0 if there is one.
    virtual std::uint64_t typicalGroup() const = 0;
    /// How codes become values, if that can be said with arrays. Nothing: block types, vectors, extras.
    virtual std::optional<CodeValues> codeValues() const { return std::nullopt; }
    /// Scales, zero-points, codebooks: all a reader needs beside the codes.
    virtual std::vector<TensorPart> sideParts() const = 0;
    /// Bits of the side parts as stored; with the codes, the exact size.
    virtual std::uint64_t sideBits() const = 0;
};

/// Fills `packed` from all values of a matrix, in blocks of 65,536 that may run at the same time:
/// packBlock(first, values, packed) gets a finite part of one block, in pieces of 4,096 values (the last may have
/// fewer). Reports progress. Error{BadInput} as Codec::pack().
void packInBlocks(const TensorView& matrix, std::span<std::byte> packed, const JobContext& ctx,
    const std::function<void(std::uint64_t, std::span<const float>, std::span<std::byte>)>& packBlock);

/// A tensor after quantization; immutable. parts[0] is "codes" (packed, see bit_stream.h), then the codec's side parts.
struct QuantizedTensor
{
    QuantFormat format; ///< resolved, as Codec::format()
    Shape shape; ///< output channels first, then the layer's other dimensions in their order (or flattened to one)
    int outAxis = 0; ///< where dimension 0 belongs in the layer
    std::vector<TensorPart> parts;
    std::shared_ptr<const Codec> codec;

    std::uint64_t count() const { return elementCount(shape); }
    /// Exact: codes + side parts. Equals 8 · bytes written, minus fewer than 8 bits of padding per part.
    std::uint64_t bits() const;
};

/// Codes of the whole tensor, packed; several threads, the same bytes for any number of them.
/// Error{BadInput}: a NaN or infinity, named by its index.
QuantizedTensor encodeTensor(
    std::shared_ptr<const Codec> codec, const TensorView& matrix, int outAxis, const JobContext& ctx);
/// Values first … of the matrix.
void decodeTensor(const QuantizedTensor& tensor, std::uint64_t first, std::span<float> out);
/// The whole tensor as float32 in the layer's own dimension order.
TensorView dequantize(const QuantizedTensor& tensor, const JobContext& ctx);
/// Encodes the decoded values again with the same codec: the first value that changes, if any does. Error{BadInput} as
/// encodeTensor().
std::optional<std::uint64_t> firstUnstable(const QuantizedTensor& tensor, const JobContext& ctx);
/// Error{BadFile}: a part is not of the size it must have.
void requirePartSize(std::string_view name, std::uint64_t size, std::uint64_t wanted);
/// Rebuilds a tensor from its stored parts (format, matrix shape, parts with "codes"). Error{BadFile} if parts are
/// missing or of the wrong size.
QuantizedTensor restoreTensor(const QuantFormat& format, Shape shape, int outAxis, std::vector<TensorPart> parts);

} // namespace bw
