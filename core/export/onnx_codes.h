#pragma once

#include "core/base/job_context.h"
#include "core/formats/codec.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace bw {

/// TensorProto.DataType of onnx.proto, as far as exports use them.
enum class OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
    Double = 11,
    BFloat16 = 16,
    UInt4 = 21,
    Int4 = 22
};
/// Bits of one element.
std::uint64_t bitsOf(OnnxType type);

/// How the codes of a tensor are cut into groups of one scale each.
struct CodeLayout
{
    std::uint64_t rows = 1;
    std::uint64_t rowLength = 1;
    std::uint64_t groupsPerRow = 1;
    std::uint64_t groupLength = 1; ///< of all but perhaps the last of a row

    explicit CodeLayout(const QuantizedTensor& tensor, const CodeValues& values);
    std::uint64_t groups() const { return rows * groupsPerRow; }
    /// With each row filled up to whole groups.
    std::uint64_t paddedRow() const { return groupsPerRow * groupLength; }
    bool isRagged() const { return paddedRow() != rowLength; }
};

/// The codes of a quantized tensor as an ONNX tensor holds them; made piece by piece.
struct OnnxCodes
{
    QuantizedTensor tensor;
    std::shared_ptr<const CodeValues> values;
    OnnxType type = OnnxType::UInt8;
    /// Stands for the code in fillings, and in groups of scale 0, whose values are all +0: with a negative level, a
    /// product would be -0.
    std::uint16_t neutral = 0;
    bool isPadded = false; ///< rows are filled up to whole groups
    bool isLayerOrder = false; ///< in the layer's own dimension order, else with the output channels first
    std::uint64_t innerCount = 1; ///< of the layer's values between two steps along its output dimension

    std::uint64_t count() const;
    std::uint64_t bytes() const { return (count() * bitsOf(type) + 7) / 8; }
    /// Little-endian, 4-bit types two in a byte with the first in the lower half. Pieces of at most 256 kB; polls.
    void forEachPiece(const JobContext& ctx, const std::function<void(std::span<const std::byte>)>& use) const;

private:
    void read(std::uint64_t first, std::span<std::uint16_t> codes) const;
    void readPadded(std::uint64_t first, std::span<std::uint16_t> codes) const;
};

} // namespace bw
