#include "core/formats/coded_codec.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/formats/format_family.h"
#include "core/formats/grid_kernels.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <cstring>

namespace bw {

namespace {
constexpr const char* codesName = "codes";
constexpr const char* modelName = "code_model";
constexpr std::uint64_t blockValues = entropyBlockSymbols;
constexpr std::size_t endSize = sizeof(std::uint64_t);
constexpr std::size_t blockRoom = 160; ///< bytes that the start and the end of a coded block take
constexpr std::uint64_t blocksAtOnce = 64;

std::uint64_t blockCount(std::uint64_t values)
{
    return (values + blockValues - 1) / blockValues;
}

/// Codes of values first … last (at most a block).
std::vector<std::uint16_t> codesOf(
    const Codec& codec, const TensorView& matrix, std::uint64_t first, std::uint64_t last, const JobContext& ctx)
{
    std::vector<std::uint16_t> codes(static_cast<std::size_t>(last - first));
    FloatChunks chunks(matrix);
    for (std::uint64_t at = first; at < last; at += FloatChunks::chunkSize) {
        ctx.checkpoint();
        const auto values = chunks.values(at, std::min<std::uint64_t>(last, at + FloatChunks::chunkSize));
        codec.encode(at, values, std::span(codes).subspan(static_cast<std::size_t>(at - first), values.size()));
    }
    return codes;
}

std::uint64_t endOf(std::span<const std::byte> codes, std::uint64_t block)
{
    std::uint64_t end = 0;
    std::memcpy(&end, codes.data() + block * endSize, endSize);
    return end;
}

/// A block of the part "codes" of `blocks` blocks.
std::span<const std::byte> blockAt(std::span<const std::byte> codes, std::uint64_t blocks, std::uint64_t block)
{
    const std::uint64_t start = block == 0 ? 0 : endOf(codes, block - 1);
    return codes.subspan(
        static_cast<std::size_t>(blocks * endSize + start), static_cast<std::size_t>(endOf(codes, block) - start));
}

class CodedCodec : public WrappedCodec
{
public:
    CodedCodec(std::shared_ptr<const Codec> inner, const EntropyCoder& coder, std::shared_ptr<const EntropyModel> model,
        std::uint64_t count, std::vector<TensorPart> parts, double expectedBits = 0)
        : WrappedCodec(std::move(inner), coder.id, {}, std::move(parts))
        , m_model(std::move(model))
        , m_count(count)
        , m_expectedBytes(static_cast<std::size_t>(expectedBits / 8 * 1.01))
    {
    }

    std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const override
    {
        requireFinite(matrix, ctx);
        const std::uint64_t count = blockCount(matrix.count());
        std::vector<std::byte> packed(static_cast<std::size_t>(count) * endSize);
        // Growing step by step would hold the codes twice.
        packed.reserve(packed.size() + m_expectedBytes + static_cast<std::size_t>(count) * blockRoom);
        std::vector<std::vector<std::byte>> blocks(static_cast<std::size_t>(std::min(count, blocksAtOnce)));
        for (std::uint64_t begin = 0; begin < count; begin += blocksAtOnce) {
            const std::uint64_t start = begin * blockValues;
            const std::uint64_t values = std::min(blocksAtOnce * blockValues, matrix.count() - start);
            parallelBlocks(values, blockValues, ctx, [&](std::uint64_t first, std::uint64_t last) {
                auto& block = blocks[static_cast<std::size_t>(first / blockValues)];
                block.clear();
                m_model->encode(codesOf(inner(), matrix, start + first, start + last, ctx), block);
            });
            for (std::uint64_t i = 0; i < blockCount(values); ++i) {
                const auto& block = blocks[static_cast<std::size_t>(i)];
                packed.insert(packed.end(), block.begin(), block.end());
                const std::uint64_t end = packed.size() - count * endSize;
                std::memcpy(packed.data() + (begin + i) * endSize, &end, endSize);
            }
        }
        return packed;
    }

    void unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const override
    {
        std::vector<std::uint16_t> symbols;
        for (std::size_t done = 0; done < values.size();) {
            const std::uint64_t block = (first + done) / blockValues;
            const auto size = std::min(blockValues, m_count - block * blockValues);
            const auto offset = static_cast<std::size_t>(first + done - block * blockValues);
            symbols.resize(static_cast<std::size_t>(size));
            m_model->decode(blockAt(codes, blockCount(m_count), block), symbols);
            const std::size_t length = std::min(symbols.size() - offset, values.size() - done);
            inner().decode(first + done, std::span(symbols).subspan(offset, length), values.subspan(done, length));
            done += length;
        }
    }

    std::uint64_t packedBits(std::uint64_t, std::span<const std::byte> codes) const override
    {
        return 8 * codes.size();
    }

    /// All blocks decode and give codes that the codec inside has.
    void requireCodes(std::uint64_t count, std::span<const std::byte> codes) const override
    {
        const auto blocks = blockCount(count);
        if (codes.size() < blocks * endSize) {
            requirePartSize(codesName, codes.size(), blocks * endSize);
        }
        const std::uint64_t size = codes.size() - blocks * endSize;
        std::uint64_t before = 0;
        for (std::uint64_t block = 0; block < blocks; ++block) {
            const auto end = endOf(codes, block);
            if (end < before || end > size) {
                throw Error(ErrorKind::BadFile,
                    BW_TR_NOOP("core", "block %1 of the entropy-coded codes lies outside of them"), toText(block));
            }
            before = end;
        }
        requirePartSize(codesName, codes.size(), blocks * endSize + before);
        std::vector<std::uint16_t> symbols;
        for (std::uint64_t block = 0; block < blocks; ++block) {
            symbols.resize(static_cast<std::size_t>(std::min(blockValues, count - block * blockValues)));
            m_model->decode(blockAt(codes, blocks, block), symbols);
        }
    }

private:
    std::shared_ptr<const EntropyModel> m_model;
    std::uint64_t m_count = 0;
    std::size_t m_expectedBytes = 0;
};

TensorPart modelPart(std::vector<std::byte> bytes)
{
    const auto size = static_cast<std::int64_t>(bytes.size());
    return { modelName, makeTensor(DType::U8, { size }, std::move(bytes)) };
}
} // namespace

std::vector<std::uint64_t> countCodes(const Codec& codec, const TensorView& matrix, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    // Tables of many codes are kept for fewer, larger blocks.
    const auto perBlock
        = blockValues * std::max<std::uint64_t>(1, static_cast<std::uint64_t>(codec.codeCount()) / 4096);
    return parallelReduce(
        matrix.count(), perBlock, ctx, std::vector<std::uint64_t>(static_cast<std::size_t>(codec.codeCount())),
        [&](std::uint64_t first, std::uint64_t last) {
            std::vector<std::uint64_t> counts(static_cast<std::size_t>(codec.codeCount()));
            for (const auto code : codesOf(codec, matrix, first, last, ctx)) {
                ++counts[code];
            }
            return counts;
        },
        [](std::vector<std::uint64_t>& total, const std::vector<std::uint64_t>& part) {
            std::transform(total.begin(), total.end(), part.begin(), total.begin(), std::plus<>());
        });
}

std::shared_ptr<const Codec> fitCoded(
    const EntropyCoder& coder, const TensorView& matrix, const FormatExtra::FitInner& inner, const JobContext& ctx)
{
    auto codec = inner(matrix, ctx.sub(0, 0.7));
    auto counts = countCodes(*codec, matrix, ctx.sub(0.7, 1));
    if (matrix.count() == 0) {
        counts.front() = 1; // a model needs a symbol
    }
    auto model = coder.train(counts, codec->codeBits());
    std::vector<TensorPart> parts { modelPart(model->bytes()) };
    const double expected = model->expectedBits(counts);
    return std::make_shared<CodedCodec>(
        std::move(codec), coder, std::move(model), matrix.count(), std::move(parts), expected);
}

std::shared_ptr<const Codec> restoreCoded(const EntropyCoder& coder, const Shape& shape,
    std::span<const TensorPart> sideParts, const FormatExtra::RestoreInner& inner)
{
    auto codec = inner(shape, sideParts);
    const auto* part = findPart(sideParts, modelName);
    if (part == nullptr) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the quantized tensor has no \"%1\""), modelName);
    }
    if (part->data.dtype != DType::U8) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be %2 values of type %3"), modelName,
            toText(part->data.count()), std::string(info(DType::U8).name));
    }
    auto model = coder.restore(part->data.bytes, static_cast<std::size_t>(codec->codeCount()), codec->codeBits());
    return std::make_shared<CodedCodec>(
        std::move(codec), coder, std::move(model), elementCount(shape), std::vector<TensorPart> { *part });
}

std::vector<Problem> validateCoded(const QuantFormat& format)
{
    const auto& family = familyOf(format);
    if (family.codeBits(format.params) > 0) {
        return {};
    }
    return { { "extras",
        { BW_TR_NOOP("core", "%1 has no codes of single weights, so there is nothing to entropy-code"),
            { family.elementText(format.params) } } } };
}

} // namespace bw
