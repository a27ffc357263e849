#include "core/export/onnx_codes.h"

#include "core/base/bit_stream.h"

#include <algorithm>
#include <cstring>

namespace bw {

namespace {
constexpr std::uint64_t pieceCodes = std::uint64_t { 1 } << 17;

/// Numbers of one type into bytes.
class NumberPacker
{
public:
    NumberPacker(OnnxType type, int offset)
        : m_type(type)
        , m_offset(offset)
    {
    }

    std::span<const std::byte> pack(std::span<const std::uint16_t> codes)
    {
        switch (m_type) {
        case OnnxType::UInt4:
        case OnnxType::Int4:
            packNibbles(codes);
            break;
        case OnnxType::UInt16:
        case OnnxType::Int16:
            m_bytes.resize(2 * codes.size());
            for (std::size_t i = 0; i < codes.size(); ++i) {
                const auto number = static_cast<std::uint16_t>(codes[i] + m_offset);
                std::memcpy(m_bytes.data() + 2 * i, &number, sizeof number);
            }
            break;
        default:
            m_bytes.resize(codes.size());
            for (std::size_t i = 0; i < codes.size(); ++i) {
                m_bytes[i] = static_cast<std::byte>(codes[i] + m_offset);
            }
            break;
        }
        return m_bytes;
    }

private:
    void packNibbles(std::span<const std::uint16_t> codes)
    {
        constexpr unsigned low = 15;
        m_bytes.assign((codes.size() + 1) / 2, std::byte { 0 });
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const unsigned number = static_cast<unsigned>(codes[i] + m_offset) & low;
            m_bytes[i / 2] |= static_cast<std::byte>(i % 2 == 0 ? number : number << 4);
        }
    }

    OnnxType m_type;
    int m_offset;
    std::vector<std::byte> m_bytes;
};
} // namespace

std::uint64_t bitsOf(OnnxType type)
{
    switch (type) {
    case OnnxType::UInt4:
    case OnnxType::Int4:
        return 4;
    case OnnxType::UInt8:
    case OnnxType::Int8:
        return 8;
    case OnnxType::UInt16:
    case OnnxType::Int16:
    case OnnxType::Float16:
    case OnnxType::BFloat16:
        return 16;
    case OnnxType::Int64:
    case OnnxType::Double:
        return 64;
    default:
        return 32;
    }
}

CodeLayout::CodeLayout(const QuantizedTensor& tensor, const CodeValues& values)
{
    const bool isOneRow = tensor.format.scaling.granularity == Granularity::Tensor || tensor.shape.size() < 2;
    rows = isOneRow ? 1 : std::max<std::uint64_t>(1, static_cast<std::uint64_t>(tensor.shape.front()));
    rowLength = tensor.count() / rows;
    groupsPerRow = std::max<std::uint64_t>(1, values.groups.count() / rows);
    groupLength = groupsPerRow == 1 ? rowLength : values.groups.length();
}

std::uint64_t OnnxCodes::count() const
{
    const CodeLayout layout(tensor, *values);
    return isPadded ? layout.rows * layout.paddedRow() : tensor.count();
}

void OnnxCodes::read(std::uint64_t first, std::span<std::uint16_t> codes) const
{
    unpackCodes(tensor.parts.front().data.bytes, tensor.codec->codeBits(), first, codes);
    if (values->scales.empty()) {
        return;
    }
    values->groups.forEachPart(first, codes.size(), [&](std::uint64_t group, std::size_t offset, std::size_t length) {
        if (values->scale(group) == 0) {
            const auto zero = values->zeros.empty() ? neutral : values->zeros[static_cast<std::size_t>(group)];
            std::fill_n(codes.begin() + static_cast<std::ptrdiff_t>(offset), length, zero);
        }
    });
}

void OnnxCodes::readPadded(std::uint64_t first, std::span<std::uint16_t> codes) const
{
    const CodeLayout layout(tensor, *values);
    for (std::size_t done = 0; done < codes.size();) {
        const std::uint64_t row = (first + done) / layout.paddedRow();
        const std::uint64_t column = (first + done) % layout.paddedRow();
        const bool isFilling = column >= layout.rowLength;
        const auto left = (isFilling ? layout.paddedRow() : layout.rowLength) - column;
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(left, codes.size() - done));
        const auto part = codes.subspan(done, length);
        if (isFilling) {
            std::fill(part.begin(), part.end(), neutral);
        } else {
            read(row * layout.rowLength + column, part);
        }
        done += length;
    }
}

void OnnxCodes::forEachPiece(const JobContext& ctx, const std::function<void(std::span<const std::byte>)>& use) const
{
    const bool isSigned = values->isIntegers && values->zeros.empty();
    NumberPacker packer(type, isSigned ? values->low : 0);
    std::vector<std::uint16_t> piece;
    std::vector<std::uint16_t> all;
    const std::uint64_t total = count();
    const bool isMoved = isLayerOrder && tensor.outAxis != 0;
    if (isMoved) {
        all.resize(static_cast<std::size_t>(total));
        for (std::uint64_t first = 0; first < total; first += pieceCodes) {
            ctx.checkpoint();
            const auto length = static_cast<std::size_t>(std::min(pieceCodes, total - first));
            read(first, std::span(all).subspan(static_cast<std::size_t>(first), length));
        }
    }
    const auto channels = static_cast<std::uint64_t>(tensor.shape.front());
    const std::uint64_t rowLength = total / std::max<std::uint64_t>(1, channels);
    for (std::uint64_t first = 0; first < total; first += pieceCodes) {
        ctx.checkpoint();
        piece.resize(static_cast<std::size_t>(std::min(pieceCodes, total - first)));
        if (isMoved) {
            for (std::size_t i = 0; i < piece.size(); ++i) {
                const std::uint64_t outer = (first + i) / innerCount;
                piece[i] = all[static_cast<std::size_t>(
                    outer % channels * rowLength + outer / channels * innerCount + (first + i) % innerCount)];
            }
        } else if (isPadded) {
            readPadded(first, piece);
        } else {
            read(first, piece);
        }
        use(packer.pack(piece));
    }
}

} // namespace bw
