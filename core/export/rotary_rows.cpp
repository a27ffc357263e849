#include "core/export/rotary_rows.h"

#include "core/base/mapped_pages.h"

#include <algorithm>
#include <cstring>

namespace bw {

namespace {
constexpr std::uint64_t pieceBytes = std::uint64_t { 1 } << 20;

/// Gives the bytes of values first … of a tensor.
using ByteReader = std::function<void(std::uint64_t first, std::span<std::byte> out)>;

ByteReader viewReader(const TensorView& view)
{
    if (!view.source) {
        return [&view, size = info(view.dtype).size](std::uint64_t first, std::span<std::byte> out) {
            std::memcpy(out.data(), view.bytes.data() + first * size, out.size());
        };
    }
    return [&view, values = std::vector<float>()](std::uint64_t first, std::span<std::byte> out) mutable {
        values.resize(out.size() / info(view.dtype).size);
        view.read(first, values);
        castFloats(values, view.dtype, out);
    };
}

ByteReader quantizedReader(const QuantizedTensor& tensor, DType dtype)
{
    return [&tensor, dtype, values = std::vector<float>()](std::uint64_t first, std::span<std::byte> out) mutable {
        values.resize(out.size() / info(dtype).size);
        decodeTensor(tensor, first, values);
        castFloats(values, dtype, out);
    };
}
} // namespace

void forEachRotatedPiece(const ContentTensor& content, std::uint64_t rows, std::uint64_t heads, const JobContext& ctx,
    const std::function<void(std::uint64_t first, std::span<const std::byte> bytes)>& use)
{
    const auto* view = std::get_if<TensorView>(&content.source);
    const auto read = view != nullptr ? viewReader(*view)
                                      : quantizedReader(std::get<QuantizedTensor>(content.source), content.dtype);
    const std::uint64_t rowValues = elementCount(content.shape) / rows;
    const std::uint64_t rowBytes = rowValues * info(content.dtype).size;
    const std::uint64_t step = std::max<std::uint64_t>(1, pieceBytes / std::max<std::uint64_t>(1, rowBytes));
    std::vector<std::byte> bytes;
    for (std::uint64_t first = 0; first < rows; first += step) {
        ctx.checkpoint();
        const auto count = std::min(step, rows - first);
        bytes.resize(static_cast<std::size_t>(count * rowBytes));
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto out
                = std::span(bytes).subspan(static_cast<std::size_t>(i * rowBytes), static_cast<std::size_t>(rowBytes));
            read(rowForGgml(first + i, rows / heads) * rowValues, out);
        }
        use(first * rowValues, bytes);
    }
    if (view != nullptr) {
        releasePages(view->bytes);
    }
}

} // namespace bw
