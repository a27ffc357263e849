#include "core/export/packed_weights.h"

#include "core/export/content.h"

#include <algorithm>

namespace bw {

namespace {
constexpr int mostBits = 8;

TensorView scalesOf(const QuantizedTensor& tensor, const CodeValues& values)
{
    if (values.scales.empty()) {
        return {};
    }
    const Shape shape { static_cast<std::int64_t>(values.scales.size()) };
    const auto part = std::find_if(tensor.parts.begin(), tensor.parts.end(),
        [](const TensorPart& candidate) { return candidate.name == "scales"; });
    if (part == tensor.parts.end() || part->data.dtype != DType::F16) {
        return makeTensor(shape, values.scales);
    }
    std::vector<std::byte> bytes(values.scales.size() * 2);
    castFloats(values.scales, DType::F16, bytes);
    return makeTensor(DType::F16, shape, std::move(bytes));
}

TensorView zeroPointsOf(const CodeValues& values)
{
    std::vector<std::byte> bytes;
    for (const auto zero : values.zeros) {
        bytes.push_back(static_cast<std::byte>(zero));
    }
    const Shape shape { static_cast<std::int64_t>(bytes.size()) };
    return makeTensor(DType::U8, shape, std::move(bytes));
}
} // namespace

Text packedWeightObstacle(const QuantizedTensor& tensor)
{
    if (isPlainFloat(tensor)) {
        return {};
    }
    if (!tensor.codec->codeValues()) {
        return Text(BW_TR_NOOP("core",
                        "codes of %1 cannot be said as arrays of codes, scales and levels (block types, vectors and "
                        "extras cannot)"),
            { formatText(tensor.format) });
    }
    if (tensor.codec->codeBits() > mostBits) {
        return Text(BW_TR_NOOP("core", "codes of %1 take %2 bits, and at most 8 are unpacked"),
            { formatText(tensor.format), toText(tensor.codec->codeBits()) });
    }
    return {};
}

PackedWeight packedWeight(const LayerInfo& layer, const QuantizedTensor& tensor, const JobContext& ctx)
{
    const CodeValues values = *tensor.codec->codeValues();
    const auto rows = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(tensor.shape.front()));
    const bool isOneGroup = tensor.format.scaling.granularity == Granularity::Tensor;
    PackedWeight out;
    out.name = layer.name;
    out.shape = layer.view.shape;
    out.outAxis = tensor.outAxis;
    out.codeBits = tensor.codec->codeBits();
    out.low = values.low;
    out.rowLength = std::max<std::uint64_t>(1, isOneGroup ? tensor.count() : tensor.count() / rows);
    out.groupLength = std::max<std::uint64_t>(1, values.groups.length());
    out.groupsPerRow = isOneGroup ? 1 : std::max<std::uint64_t>(1, values.groups.count() / rows);
    out.isTablePerRow = values.isPerRow;
    out.codes = tensor.parts.front().data;
    out.scales = scalesOf(tensor, values);
    out.zeroPoints = zeroPointsOf(values);
    if (!values.levels.empty()) {
        out.codebook = makeTensor(
            Shape { static_cast<std::int64_t>(values.tableCount()), static_cast<std::int64_t>(values.levelsPerTable) },
            values.levels);
    }
    out.values = tensor.outAxis == 0 ? decodedView(tensor, layer.view.shape) : dequantize(tensor, ctx);
    return out;
}

} // namespace bw
