#include "core/formats/codec.h"

#include "core/base/bit_stream.h"
#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/base/job_context.h"
#include "core/base/parallel.h"
#include "core/formats/format_family.h"
#include "core/formats/grid_kernels.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <array>
#include <atomic>

namespace bw {

namespace {
constexpr std::uint64_t blockValues = 65536; // a multiple of 8, so that blocks pack to whole bytes
constexpr std::size_t chunkValues = 4096;
constexpr const char* codesName = "codes";

using CodeBuffer = std::array<std::uint16_t, chunkValues>;

/// Encodes and packs values first … last, `first` being a multiple of 8. False if a value is not finite.
bool encodeBlock(
    const Codec& codec, const TensorView& matrix, std::uint64_t first, std::uint64_t last, std::span<std::byte> packed)
{
    FloatChunks chunks(matrix);
    CodeBuffer codes;
    for (std::uint64_t at = first; at < last; at += chunkValues) {
        const auto values = chunks.values(at, std::min<std::uint64_t>(last, at + chunkValues));
        if (!allFinite(values)) {
            return false;
        }
        const auto part = std::span(codes).first(values.size());
        codec.encode(at, values, part);
        packCodes(part, codec.codeBits(), at, packed);
    }
    return true;
}

void requireCodes(const Codec& codec, std::span<const std::byte> packed, std::uint64_t count)
{
    if (codec.codeCount() >= (1 << codec.codeBits())) {
        return;
    }
    CodeBuffer codes;
    for (std::uint64_t at = 0; at < count; at += chunkValues) {
        const auto part
            = std::span(codes).first(static_cast<std::size_t>(std::min<std::uint64_t>(chunkValues, count - at)));
        unpackCodes(packed, codec.codeBits(), at, part);
        const auto largest = *std::max_element(part.begin(), part.end());
        if (largest >= codec.codeCount()) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "the quantized tensor has the code %1, but only %2 levels"), toText(largest),
                toText(codec.codeCount()));
        }
    }
}
} // namespace

std::uint64_t QuantizedTensor::bits() const
{
    return count() * static_cast<std::uint64_t>(codec->codeBits()) + codec->sideBits();
}

QuantizedTensor encodeTensor(
    std::shared_ptr<const Codec> codec, const TensorView& matrix, int outAxis, const JobContext& ctx)
{
    const std::uint64_t count = matrix.count();
    std::vector<std::byte> packed(static_cast<std::size_t>(packedBytes(count, codec->codeBits())));
    std::atomic<bool> isFinite { true };
    std::atomic<std::uint64_t> done { 0 };
    parallelBlocks(count, blockValues, ctx, [&](std::uint64_t first, std::uint64_t last) {
        if (!encodeBlock(*codec, matrix, first, last, packed)) {
            isFinite = false;
        }
        const std::uint64_t before = done.fetch_add(last - first);
        ctx.report(
            Text(BW_TR_NOOP("core", "Encoding")), before + last - first, count, Text(BW_TR_NOOP("core", "weights")));
    });
    if (!isFinite) {
        requireFinite(matrix, ctx); // throws, naming the first one
    }
    QuantizedTensor tensor { codec->format(), matrix.shape, outAxis, {}, codec };
    const auto bytes = static_cast<std::int64_t>(packed.size());
    tensor.parts.push_back({ codesName, makeTensor(DType::U8, { bytes }, std::move(packed)) });
    for (auto& part : codec->sideParts()) {
        tensor.parts.push_back(std::move(part));
    }
    return tensor;
}

void decodeTensor(const QuantizedTensor& tensor, std::uint64_t first, std::span<float> out)
{
    CodeBuffer codes;
    const auto& packed = tensor.parts.front().data.bytes;
    for (std::size_t at = 0; at < out.size(); at += chunkValues) {
        const auto values = out.subspan(at, std::min(chunkValues, out.size() - at));
        const auto part = std::span(codes).first(values.size());
        unpackCodes(packed, tensor.codec->codeBits(), first + at, part);
        tensor.codec->decode(first + at, part, values);
    }
}

TensorView dequantize(const QuantizedTensor& tensor, const JobContext& ctx)
{
    std::vector<float> values(static_cast<std::size_t>(tensor.count()));
    parallelBlocks(values.size(), blockValues, ctx, [&](std::uint64_t first, std::uint64_t last) {
        decodeTensor(tensor, first,
            std::span(values).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
    });
    return withFirstAxisAt(makeTensor(tensor.shape, std::move(values)), tensor.outAxis);
}

QuantizedTensor restoreTensor(const QuantFormat& format, Shape shape, int outAxis, std::vector<TensorPart> parts)
{
    const auto problems = validate(format);
    if (!problems.empty()) {
        throw Error(ErrorKind::BadFile, problems.front().message);
    }
    const auto codes
        = std::find_if(parts.begin(), parts.end(), [](const TensorPart& part) { return part.name == codesName; });
    if (codes == parts.end()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the quantized tensor has no \"%1\""), codesName);
    }
    std::rotate(parts.begin(), codes, codes + 1);
    const auto dimensions = static_cast<int>(shape.size());
    if (outAxis < 0 || (outAxis > 0 && outAxis >= dimensions)) {
        throw Error(
            ErrorKind::BadFile, BW_TR_NOOP("core", "the quantized tensor has no dimension %1"), toText(outAxis));
    }
    const auto& family = familyOf(format);
    const std::uint64_t count = elementCount(shape);
    const auto bits = static_cast<std::uint64_t>(family.codeBits(format.params));
    const std::uint64_t wanted = (checkedAdd(checkedMul(count, bits), 7)) / 8;
    if (parts.front().data.bytes.size() != wanted) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be %2 bytes, not %3"),
            codesName, toText(wanted), toText(parts.front().data.bytes.size()));
    }
    auto codec = family.restore(format, shape, std::span(parts).subspan(1));
    requireCodes(*codec, parts.front().data.bytes, count);
    return { codec->format(), std::move(shape), outAxis, std::move(parts), codec };
}

} // namespace bw
