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
constexpr std::size_t chunkValues = 4096; // with their codes, these stay in the nearest cache
constexpr const char* codesName = "codes";
static_assert(blockValues % chunkValues == 0);

using CodeBuffer = std::array<std::uint16_t, chunkValues>;

void requireCodesBelow(int limit, int bits, std::span<const std::byte> packed, std::uint64_t count)
{
    CodeBuffer codes;
    for (std::uint64_t at = 0; at < count; at += chunkValues) {
        const auto part
            = std::span(codes).first(static_cast<std::size_t>(std::min<std::uint64_t>(chunkValues, count - at)));
        unpackCodes(packed, bits, at, part);
        const auto largest = *std::max_element(part.begin(), part.end());
        if (largest >= limit) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "the quantized tensor has the code %1, but only %2 levels"), toText(largest),
                toText(limit));
        }
    }
}
} // namespace

void packInBlocks(const TensorView& matrix, std::span<std::byte> packed, const JobContext& ctx,
    const std::function<void(std::uint64_t, std::span<const float>, std::span<std::byte>)>& packBlock)
{
    const std::uint64_t count = matrix.count();
    std::atomic<bool> isFinite { true };
    std::atomic<std::uint64_t> done { 0 };
    parallelBlocks(count, blockValues, ctx, [&](std::uint64_t first, std::uint64_t last) {
        FloatChunks chunks(matrix);
        for (std::uint64_t at = first; at < last; at += chunkValues) {
            const auto values = chunks.values(at, std::min<std::uint64_t>(last, at + chunkValues));
            if (!allFinite(values)) {
                isFinite = false;
                return;
            }
            packBlock(at, values, packed);
        }
        const std::uint64_t before = done.fetch_add(last - first);
        ctx.report(
            Text(BW_TR_NOOP("core", "Encoding")), before + last - first, count, Text(BW_TR_NOOP("core", "weights")));
    });
    if (!isFinite) {
        requireFinite(matrix, ctx); // throws, naming the first one
    }
}

std::vector<std::byte> Codec::pack(const TensorView& matrix, const JobContext& ctx) const
{
    std::vector<std::byte> packed(static_cast<std::size_t>(packedBytes(matrix.count(), codeBits())));
    packInBlocks(
        matrix, packed, ctx, [&](std::uint64_t first, std::span<const float> values, std::span<std::byte> out) {
            CodeBuffer codes;
            for (std::size_t at = 0; at < values.size(); at += chunkValues) {
                const auto piece = values.subspan(at, std::min(chunkValues, values.size() - at));
                const auto part = std::span(codes).first(piece.size());
                encode(first + at, piece, part);
                packCodes(part, codeBits(), first + at, out);
            }
        });
    return packed;
}

void Codec::unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const
{
    CodeBuffer buffer;
    for (std::size_t at = 0; at < values.size(); at += chunkValues) {
        const auto piece = values.subspan(at, std::min(chunkValues, values.size() - at));
        const auto part = std::span(buffer).first(piece.size());
        unpackCodes(codes, codeBits(), first + at, part);
        decode(first + at, part, piece);
    }
}

std::uint64_t Codec::packedBits(std::uint64_t count, std::span<const std::byte>) const
{
    return count * static_cast<std::uint64_t>(codeBits());
}

void Codec::requireCodes(std::uint64_t count, std::span<const std::byte> codes) const
{
    const std::uint64_t wanted = checkedAdd(checkedMul(count, static_cast<std::uint64_t>(codeBits())), 7) / 8;
    requirePartSize(codesName, codes.size(), wanted);
    if (codeCount() < (1 << codeBits())) {
        requireCodesBelow(codeCount(), codeBits(), codes, count);
    }
}

std::shared_ptr<const Codec> Codec::boundTo(const TensorView&) const
{
    return nullptr;
}

void requirePartSize(std::string_view name, std::uint64_t size, std::uint64_t wanted)
{
    if (size != wanted) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be %2 bytes, not %3"),
            std::string(name), toText(wanted), toText(size));
    }
}

std::uint64_t QuantizedTensor::bits() const
{
    return codec->packedBits(count(), parts.front().data.bytes) + codec->sideBits();
}

namespace {
void bindCodes(QuantizedTensor& tensor)
{
    if (auto bound = tensor.codec->boundTo(tensor.parts.front().data)) {
        tensor.codec = std::move(bound);
    }
}
} // namespace

QuantizedTensor encodeTensor(
    std::shared_ptr<const Codec> codec, const TensorView& matrix, int outAxis, const JobContext& ctx)
{
    QuantizedTensor tensor { codec->format(), matrix.shape, outAxis, {}, codec };
    auto codes = codec->pack(matrix, ctx);
    const auto bytes = static_cast<std::int64_t>(codes.size());
    tensor.parts.push_back({ codesName, makeTensor(DType::U8, { bytes }, std::move(codes)) });
    for (auto& part : codec->sideParts()) {
        tensor.parts.push_back(std::move(part));
    }
    bindCodes(tensor);
    return tensor;
}

void decodeTensor(const QuantizedTensor& tensor, std::uint64_t first, std::span<float> out)
{
    tensor.codec->unpack(first, tensor.parts.front().data.bytes, out);
}

namespace {
TensorView decodedMatrix(const QuantizedTensor& tensor, const JobContext& ctx)
{
    std::vector<float> values(static_cast<std::size_t>(tensor.count()));
    parallelBlocks(values.size(), blockValues, ctx, [&](std::uint64_t first, std::uint64_t last) {
        decodeTensor(tensor, first,
            std::span(values).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
    });
    return makeTensor(tensor.shape, std::move(values));
}
} // namespace

TensorView dequantize(const QuantizedTensor& tensor, const JobContext& ctx)
{
    return withFirstAxisAt(decodedMatrix(tensor, ctx), tensor.outAxis);
}

namespace {
bool isAlike(const TensorPart& a, const TensorPart& b)
{
    return a.name == b.name && a.data.dtype == b.data.dtype && a.data.shape == b.data.shape;
}

/// Codecs read numbers of any type and shape; files must hold exactly what encoding stores.
void requireUsualParts(const Codec& codec, std::span<const TensorPart> parts)
{
    const auto usual = codec.sideParts();
    for (const auto& part : parts) {
        const bool isUsual = part.name == codesName
            ? part.data.dtype == DType::U8 && part.data.shape.size() == 1
            : std::any_of(usual.begin(), usual.end(), [&](const TensorPart& other) { return isAlike(part, other); });
        if (!isUsual) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its part \"%1\" is not what its format stores"),
                printable(part.name));
        }
    }
}
} // namespace

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
    const std::uint64_t count = elementCount(shape);
    auto codec = restoreCodec(format, shape, std::span(parts).subspan(1));
    codec->requireCodes(count, parts.front().data.bytes);
    requireUsualParts(*codec, parts);
    QuantizedTensor tensor { codec->format(), std::move(shape), outAxis, std::move(parts), codec };
    bindCodes(tensor);
    return tensor;
}

std::optional<std::uint64_t> firstUnstable(const QuantizedTensor& tensor, const JobContext& ctx)
{
    const auto values = decodedMatrix(tensor, ctx);
    const auto again = encodeTensor(tensor.codec, values, 0, ctx);
    const auto decoded = decodedMatrix(again, ctx);
    const auto before = values.asFloats();
    const auto differs = std::mismatch(before.begin(), before.end(), decoded.asFloats().begin()).first;
    return differs == before.end() ? std::nullopt : std::optional(static_cast<std::uint64_t>(differs - before.begin()));
}

} // namespace bw
