#include "core/export/content.h"

#include "core/base/checked_math.h"
#include "core/base/half.h"
#include "core/base/mapped_pages.h"

#include <algorithm>
#include <cstring>

namespace bw {

namespace {
constexpr std::uint64_t pieceValues = std::uint64_t { 1 } << 17;
/// Of values that need no buffer: what takes them may hand them to another thread, which larger pieces make worth it.
constexpr std::size_t pieceBytes = std::size_t { 1 } << 20;

void forViewPieces(const TensorView& view, const JobContext& ctx,
    const std::function<void(std::uint64_t, std::span<const std::byte>)>& use)
{
    const std::uint64_t count = view.count();
    if (view.source) {
        std::vector<float> values;
        std::vector<std::byte> bytes;
        for (std::uint64_t first = 0; first < count; first += pieceValues) {
            ctx.checkpoint();
            values.resize(static_cast<std::size_t>(std::min(pieceValues, count - first)));
            view.read(first, values);
            bytes.resize(values.size() * info(view.dtype).size);
            castFloats(values, view.dtype, bytes);
            use(first, bytes);
        }
        return;
    }
    const std::size_t size = info(view.dtype).size;
    const std::uint64_t whole = pieceBytes / size;
    for (std::uint64_t first = 0; first < count; first += whole) {
        ctx.checkpoint();
        const auto values = std::min(whole, count - first);
        const auto piece
            = view.bytes.subspan(static_cast<std::size_t>(first) * size, static_cast<std::size_t>(values) * size);
        use(first, piece);
        releasePages(piece);
    }
}

/// Values first … of the tensor in the layer's own order.
using FloatReader = std::function<void(std::uint64_t first, std::span<float> out)>;

FloatReader dequantizedReader(const QuantizedTensor& tensor, const JobContext& ctx)
{
    if (tensor.outAxis == 0) {
        return [&tensor](std::uint64_t first, std::span<float> out) { decodeTensor(tensor, first, out); };
    }
    return [values = dequantize(tensor, ctx)](std::uint64_t first, std::span<float> out) { values.read(first, out); };
}

void forDequantizedPieces(const QuantizedTensor& tensor, DType dtype, const JobContext& ctx,
    const std::function<void(std::uint64_t, std::span<const std::byte>)>& use)
{
    const auto read = dequantizedReader(tensor, ctx);
    const std::uint64_t count = tensor.count();
    std::vector<float> values;
    std::vector<std::byte> bytes;
    for (std::uint64_t first = 0; first < count; first += pieceValues) {
        ctx.checkpoint();
        values.resize(static_cast<std::size_t>(std::min(pieceValues, count - first)));
        read(first, values);
        bytes.resize(values.size() * info(dtype).size);
        castFloats(values, dtype, bytes);
        use(first, bytes);
    }
}

template <class T, class Convert>
void castEach(std::span<const float> values, std::span<std::byte> out, const Convert& convert)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        const T value = convert(values[i]);
        std::memcpy(out.data() + i * sizeof(T), &value, sizeof(T));
    }
}

class DecodedValues : public TensorSource
{
public:
    explicit DecodedValues(QuantizedTensor tensor)
        : m_tensor(std::move(tensor))
    {
    }
    void read(std::uint64_t first, std::span<float> out) const override { decodeTensor(m_tensor, first, out); }

private:
    QuantizedTensor m_tensor;
};

bool isExact(float value, DType dtype)
{
    const float back = dtype == DType::F16 ? halfToFloat(floatToHalf(value)) : bfloatToFloat(floatToBfloat(value));
    return back == value;
}
} // namespace

void forEachPiece(const ContentTensor& tensor, const JobContext& ctx,
    const std::function<void(std::uint64_t first, std::span<const std::byte> bytes)>& use)
{
    if (const auto* view = std::get_if<TensorView>(&tensor.source)) {
        forViewPieces(*view, ctx, use);
    } else {
        forDequantizedPieces(std::get<QuantizedTensor>(tensor.source), tensor.dtype, ctx, use);
    }
}

bool canCastFloats(DType dtype)
{
    return dtype == DType::F16 || dtype == DType::BF16 || dtype == DType::F32 || dtype == DType::F64;
}

void castFloats(std::span<const float> values, DType dtype, std::span<std::byte> out)
{
    switch (dtype) {
    case DType::F16:
        castEach<std::uint16_t>(values, out, floatToHalf);
        break;
    case DType::BF16:
        castEach<std::uint16_t>(values, out, floatToBfloat);
        break;
    case DType::F32:
        std::memcpy(out.data(), values.data(), values.size_bytes());
        break;
    case DType::F64:
        castEach<double>(values, out, [](float value) { return static_cast<double>(value); });
        break;
    default:
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "values cannot be written as %1"), info(dtype).name);
    }
}

DType dequantizedDType(const QuantizedTensor& tensor, DType original, const JobContext& ctx)
{
    if (original == DType::F64) {
        return original;
    }
    if (original != DType::F16 && original != DType::BF16) {
        return DType::F32;
    }
    std::vector<float> values;
    for (std::uint64_t first = 0; first < tensor.count(); first += pieceValues) {
        ctx.checkpoint();
        values.resize(static_cast<std::size_t>(std::min(pieceValues, tensor.count() - first)));
        decodeTensor(tensor, first, values);
        if (!std::all_of(values.begin(), values.end(), [&](float value) { return isExact(value, original); })) {
            return DType::F32;
        }
    }
    return original;
}

Shape layerShape(const QuantizedTensor& tensor)
{
    Shape shape(tensor.shape.begin() + 1, tensor.shape.end());
    shape.insert(shape.begin() + tensor.outAxis, tensor.shape.front());
    return shape;
}

TensorView decodedView(QuantizedTensor tensor, Shape shape)
{
    return makeTensor(DType::F32, std::move(shape), std::make_shared<const DecodedValues>(std::move(tensor)));
}

bool isPlainFloat(const QuantizedTensor& tensor)
{
    constexpr int wordBits = 16; // f32 has the lower halves beside
    return tensor.codec->codeBits() == wordBits && tensor.codec->groupCount() <= 1 && !tensor.codec->codeValues()
        && tensor.format.extras.empty();
}

void compareContent(const ContentTensor& expected, const TensorView& found, const JobContext& ctx)
{
    if (found.dtype != expected.dtype || found.shape != expected.shape) {
        throw Error(ErrorKind::Verification, Text(BW_TR_NOOP("core", "its type or shape differs in the written file")));
    }
    const std::size_t size = info(found.dtype).size;
    forEachPiece(expected, ctx, [&](std::uint64_t first, std::span<const std::byte> bytes) {
        const auto begin = found.bytes.begin() + static_cast<std::ptrdiff_t>(first * size);
        const auto at = std::mismatch(bytes.begin(), bytes.end(), begin).first - bytes.begin();
        if (static_cast<std::size_t>(at) != bytes.size()) {
            throw Error(ErrorKind::Verification,
                BW_TR_NOOP("core", "value %1 reads back differently than it was written"),
                toText(first + static_cast<std::uint64_t>(at) / size));
        }
    });
}

std::uint64_t contentBytes(const std::vector<ContentTensor>& tensors)
{
    std::uint64_t bytes = 0;
    for (const auto& tensor : tensors) {
        bytes = checkedAdd(bytes, checkedMul(elementCount(tensor.shape), info(tensor.dtype).size));
    }
    return bytes;
}

} // namespace bw
