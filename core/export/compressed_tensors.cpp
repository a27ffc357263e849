#include "core/export/compressed_tensors.h"

#include "core/base/bit_stream.h"
#include "core/base/json.h"
#include "core/export/quantized_layout.h"
#include "core/model/safetensors_file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

namespace bw {

namespace {
constexpr std::string_view weightSuffix = ".weight";
constexpr std::uint64_t wordBits = 32;
constexpr std::size_t wordBytes = 4;

const QuantizedLayer* quantizedLayer(const QuantizedModel& model, const LayerInfo& layer)
{
    const auto* found = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
    return found == nullptr ? nullptr : found->get();
}

std::string moduleOf(const LayerInfo& layer)
{
    return layer.name.ends_with(weightSuffix) ? layer.name.substr(0, layer.name.size() - weightSuffix.size())
                                              : layer.name;
}

/// A layer as that layout sees it.
struct Packed
{
    CodeValues values;
    int bits = 0;
    int offset = 0; ///< added to our codes
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;
    std::uint64_t groupsPerRow = 1; ///< of scales; 1 with a scale per row or for the tensor

    Packed(const QuantizedTensor& tensor, CodeValues given)
        : values(std::move(given))
        , bits(tensor.codec->codeBits())
        , offset(values.zeros.empty() ? values.low + (1 << (bits - 1)) : 0)
        , rows(static_cast<std::uint64_t>(tensor.shape.front()))
        , columns(tensor.count() / std::max<std::uint64_t>(1, rows))
    {
        groupsPerRow = std::max<std::uint64_t>(1, values.groups.count() / std::max<std::uint64_t>(1, rows));
    }
    bool isSymmetric() const { return values.zeros.empty(); }
    std::uint64_t wordsPerRow() const { return wordsFor(columns); }
    std::uint64_t wordsFor(std::uint64_t codes) const
    {
        return (codes * static_cast<std::uint64_t>(bits) + wordBits - 1) / wordBits;
    }
};

Packed packedOf(const QuantizedTensor& tensor)
{
    return { tensor, *tensor.codec->codeValues() };
}

TensorView wordsTensor(Shape shape, std::vector<std::byte> bytes)
{
    return makeTensor(DType::I32, std::move(shape), std::move(bytes));
}

/// Each row of codes from a new word on.
TensorView packedWeights(const Packed& layer, const QuantizedTensor& tensor, const JobContext& ctx)
{
    const auto codes = tensor.parts.front().data.bytes;
    const auto rowBytes = static_cast<std::size_t>(layer.wordsPerRow() * wordBytes);
    const Shape shape { static_cast<std::int64_t>(layer.rows), static_cast<std::int64_t>(layer.wordsPerRow()) };
    const bool isSameLayout
        = layer.offset == 0 && layer.columns * static_cast<std::uint64_t>(layer.bits) % wordBits == 0;
    if (isSameLayout) {
        return { DType::I32, shape, codes, tensor.parts.front().data.owner };
    }
    std::vector<std::byte> bytes(static_cast<std::size_t>(layer.rows) * rowBytes);
    std::vector<std::uint16_t> row(static_cast<std::size_t>(layer.columns));
    for (std::uint64_t r = 0; r < layer.rows; ++r) {
        ctx.checkpoint();
        unpackCodes(codes, layer.bits, r * layer.columns, row);
        for (auto& code : row) {
            code = static_cast<std::uint16_t>(code + layer.offset);
        }
        packCodes(row, layer.bits, 0, std::span(bytes).subspan(static_cast<std::size_t>(r) * rowBytes, rowBytes));
    }
    return wordsTensor(shape, std::move(bytes));
}

/// Zero-points, packed down the rows.
TensorView packedZeros(const Packed& layer)
{
    const std::uint64_t words = layer.wordsFor(layer.rows);
    const auto groups = static_cast<std::size_t>(layer.groupsPerRow);
    std::vector<std::byte> bytes(static_cast<std::size_t>(words) * groups * wordBytes);
    std::vector<std::uint16_t> column(static_cast<std::size_t>(layer.rows));
    std::vector<std::byte> packed(static_cast<std::size_t>(words) * wordBytes);
    for (std::size_t group = 0; group < groups; ++group) {
        for (std::size_t r = 0; r < column.size(); ++r) {
            column[r] = layer.values.zeros[r * groups + group];
        }
        packCodes(column, layer.bits, 0, packed);
        for (std::size_t w = 0; w < words; ++w) {
            std::copy_n(packed.begin() + static_cast<std::ptrdiff_t>(w * wordBytes), wordBytes,
                bytes.begin() + static_cast<std::ptrdiff_t>((w * groups + group) * wordBytes));
        }
    }
    return wordsTensor({ static_cast<std::int64_t>(words), static_cast<std::int64_t>(groups) }, std::move(bytes));
}

TensorView scalesOf(const Packed& layer, const QuantizedTensor& tensor)
{
    const auto part = std::find_if(tensor.parts.begin(), tensor.parts.end(),
        [](const TensorPart& candidate) { return candidate.name == "scales"; });
    TensorView scales = part == tensor.parts.end() ? makeTensor(Shape {}, layer.values.scales) : part->data;
    if (!canCastFloats(scales.dtype)) { // a type those readers do not know: the same values as float32
        scales = makeTensor(Shape {}, layer.values.scales);
    }
    scales.shape = tensor.format.scaling.granularity == Granularity::Tensor
        ? Shape { 1 }
        : Shape { static_cast<std::int64_t>(layer.rows), static_cast<std::int64_t>(layer.groupsPerRow) };
    return scales;
}

TensorView shapeTensor(const Packed& layer)
{
    const std::array sizes { layer.rows, layer.columns };
    std::vector<std::byte> bytes(sizeof sizes);
    std::memcpy(bytes.data(), sizes.data(), sizeof sizes);
    return makeTensor(DType::I64, { 2 }, std::move(bytes));
}

void addLayer(
    const LayerInfo& info, const QuantizedTensor& tensor, std::vector<ContentTensor>& out, const JobContext& ctx)
{
    const Packed layer = packedOf(tensor);
    const auto add = [&](const char* name, const TensorView& view) {
        out.push_back({ moduleOf(info) + name, view.dtype, view.shape, view });
    };
    add(".weight_packed", packedWeights(layer, tensor, ctx));
    add(".weight_scale", scalesOf(layer, tensor));
    if (!layer.isSymmetric()) {
        add(".weight_zero_point", packedZeros(layer));
    }
    add(".weight_shape", shapeTensor(layer));
}

/// What weights of one scheme share: a group of the configuration.
Json schemeJson(const QuantizedTensor& tensor)
{
    const Packed layer = packedOf(tensor);
    const auto granularity = tensor.format.scaling.granularity;
    const char* strategy = granularity == Granularity::Tensor ? "tensor"
        : granularity == Granularity::Channel                 ? "channel"
                                                              : "group";
    Json scheme { { "num_bits", layer.bits }, { "type", "int" }, { "symmetric", layer.isSymmetric() },
        { "strategy", strategy }, { "group_size", nullptr }, { "dynamic", false }, { "actorder", nullptr },
        { "block_structure", nullptr }, { "observer", "minmax" }, { "observer_kwargs", Json::object() } };
    if (granularity == Granularity::Block) {
        scheme["group_size"] = tensor.format.scaling.blockSize;
    }
    return scheme;
}
} // namespace

Text compressedTensorsObstacle(const LayerInfo& layer, const QuantizedTensor& tensor)
{
    if (isPlainFloat(tensor)) {
        return {};
    }
    const auto values = tensor.codec->codeValues();
    const int bits = tensor.codec->codeBits();
    if (!values || !values->isIntegers || !tensor.format.extras.empty()) {
        return Text(BW_TR_NOOP("core", "%1 is no format of plain integers; int4, int4s, uint4 and int8 are"),
            { formatText(tensor.format) });
    }
    if (bits != 2 && bits != 4 && bits != 8) {
        return Text(
            BW_TR_NOOP("core", "readers of that layout agree on 2, 4 and 8 bits only, not on %1"), { toText(bits) });
    }
    if (layer.view.shape.size() != 2 || layer.outAxis != 0 || layer.kind == LayerKind::Embedding
        || !layer.name.ends_with(weightSuffix)) {
        return BW_TR_NOOP("core", "that layout packs the weights of linear layers only");
    }
    if (!values->zeros.empty() && tensor.format.scaling.granularity == Granularity::Tensor) {
        return BW_TR_NOOP("core", "a zero-point for a whole tensor is not packed in that layout; /c has one per row");
    }
    const auto columns = static_cast<std::uint64_t>(layer.view.shape.back());
    const auto block = static_cast<std::uint64_t>(tensor.format.scaling.blockSize);
    if (tensor.format.scaling.granularity == Granularity::Block && columns % block != 0) {
        return Text(BW_TR_NOOP("core", "its rows of %1 weights are no whole number of blocks of %2"),
            { toText(columns), toText(block) });
    }
    return {};
}

namespace {
SafetensorsContents contentsOf(
    const QuantizedModel& model, std::map<std::string, std::string> provenance, const JobContext& ctx)
{
    SafetensorsContents contents;
    contents.metadata = std::move(provenance);
    contents.metadata[quantized_layout::formatKey] = "pt";
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = quantizedLayer(model, layer);
        if (quantized == nullptr) {
            contents.tensors.push_back({ layer.name, layer.view.dtype, layer.view.shape, layer.view });
        } else if (isPlainFloat(quantized->tensor)) {
            contents.tensors.push_back({ layer.name, dequantizedDType(quantized->tensor, layer.view.dtype, ctx),
                layer.view.shape, quantized->tensor });
        } else {
            addLayer(layer, quantized->tensor, contents.tensors, ctx);
        }
    }
    sortForFile(contents.tensors);
    return contents;
}

QuantizedModel withoutQuantized(const Model& model)
{
    QuantizedModel kept;
    kept.model = std::shared_ptr<const Model>(&model, [](const Model*) {}); // used within a call only
    kept.plan.recipe = defaultRecipe();
    kept.layers.resize(model.layers().size(), KeptLayer {});
    return kept;
}
} // namespace

SafetensorsContents compressedTensorsContents(
    const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return contentsOf(model, provenanceMetadata(model, options, compressedTensorsKind, ctx), ctx);
}

std::uint64_t compressedTensorsFileBytes(
    const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return safetensorsBytes(contentsOf(
        model, provenanceMetadataForSizes(*model.model, model.plan.recipe, options, compressedTensorsKind), ctx));
}

std::uint64_t compressedTensorsFixedBytes(const Model& model)
{
    std::uint64_t bytes = compressedTensorsFileBytes(withoutQuantized(model), {}, {});
    for (const LayerId id : model.quantizableLayers()) {
        bytes -= std::min(bytes, keptLayerBytes(model.layer(id)));
    }
    return bytes;
}

std::uint64_t compressedTensorsLayerBytes(const LayerInfo& layer, const LayerOutline& outline)
{
    constexpr std::uint64_t shapeBytes = 16;
    constexpr int mostPackedBits = 8;
    if (outline.codeBits > mostPackedBits) { // float values, which stay in the layer's own type
        return keptLayerBytes(layer) + exactPattern(layer.name).size();
    }
    std::uint64_t bytes = shapeBytes + exactPattern(layer.name).size();
    for (const auto& part : outline.parts) {
        bytes += elementCount(part.shape) * info(part.dtype).size;
    }
    const auto add = [&](const char* name, DType dtype) {
        bytes += tensorHeaderBytes(moduleOf(layer) + name, dtype, layer.view.shape, layer.count());
    };
    add(".weight_packed", DType::I32);
    add(".weight_scale", DType::F16);
    add(".weight_shape", DType::I64);
    const bool hasZeros = std::any_of(
        outline.parts.begin(), outline.parts.end(), [](const PartOutline& part) { return part.name == "zero_points"; });
    if (hasZeros) {
        add(".weight_zero_point", DType::I32);
    }
    return bytes;
}

std::string compressedTensorsConfig(const QuantizedModel& model)
{
    std::map<std::string, std::pair<Json, Json>> schemes; // by their text: scheme, targets
    Json ignored = Json::array();
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = quantizedLayer(model, layer);
        if (quantized != nullptr && !isPlainFloat(quantized->tensor)) {
            Json scheme = schemeJson(quantized->tensor);
            auto& entry = schemes[scheme.dump()];
            entry.first = std::move(scheme);
            entry.second.push_back(printable(moduleOf(layer)));
        } else if (layer.kind == LayerKind::Linear && layer.name.ends_with(weightSuffix)) {
            ignored.push_back(printable(moduleOf(layer)));
        }
    }
    Json groups = Json::object();
    for (auto& [text, entry] : schemes) {
        groups["group_" + toText(groups.size())]
            = { { "targets", std::move(entry.second) }, { "weights", std::move(entry.first) },
                  { "input_activations", nullptr }, { "output_activations", nullptr } };
    }
    const Json config { { "quant_method", "compressed-tensors" }, { "format", "pack-quantized" },
        { "quantization_status", "compressed" }, { "config_groups", std::move(groups) },
        { "ignore", std::move(ignored) }, { "kv_cache_scheme", nullptr }, { "global_compression_ratio", nullptr } };
    return Json { { "quantization_config", config } }.dump(2) + "\n";
}

namespace {
std::int64_t codeAt(std::span<const std::byte> words, int bits, std::uint64_t index)
{
    std::uint16_t code = 0;
    unpackCodes(words, bits, index, std::span(&code, 1));
    return std::int64_t { code } - (std::int64_t { 1 } << (bits - 1));
}

/// One packed layer of a file, read as that library reads it.
struct FoundLayer
{
    TensorView packed;
    TensorView zeros; ///< empty of symmetric ones
    std::vector<float> scales;
    int bits = 0;
    std::uint64_t groupsPerRow = 1;
    std::uint64_t groupSize = 1;

    float value(std::uint64_t row, std::uint64_t column, bool isPerTensor) const
    {
        const auto wordsPerRow = static_cast<std::uint64_t>(packed.shape[1]);
        const auto start = static_cast<std::size_t>(row * wordsPerRow) * wordBytes;
        const auto words = packed.bytes.subspan(start, static_cast<std::size_t>(wordsPerRow) * wordBytes);
        const std::uint64_t group = column / groupSize;
        const std::int64_t zero = zeros.bytes.empty() ? 0 : zeroAt(row, group);
        const auto scale = isPerTensor ? 0 : static_cast<std::size_t>(row * groupsPerRow + group);
        return static_cast<float>(codeAt(words, bits, column) - zero) * scales[scale];
    }

private:
    std::int64_t zeroAt(std::uint64_t row, std::uint64_t group) const
    {
        const std::uint64_t bit = row * static_cast<std::uint64_t>(bits);
        const auto word = static_cast<std::size_t>((bit / wordBits * groupsPerRow + group) * wordBytes);
        return codeAt(zeros.bytes.subspan(word, wordBytes), bits, bit % wordBits / static_cast<std::uint64_t>(bits));
    }
};

void compareLayer(const QuantizedTensor& expected, const FoundLayer& found, const JobContext& ctx)
{
    const auto rows = static_cast<std::uint64_t>(expected.shape.front());
    const std::uint64_t columns = expected.count() / std::max<std::uint64_t>(1, rows);
    const bool isPerTensor = found.scales.size() == 1;
    std::vector<float> wanted(static_cast<std::size_t>(columns));
    for (std::uint64_t row = 0; row < rows; ++row) {
        ctx.checkpoint();
        decodeTensor(expected, row * columns, wanted);
        for (std::uint64_t column = 0; column < columns; ++column) {
            const float value = found.value(row, column, isPerTensor);
            if (value != wanted[static_cast<std::size_t>(column)]) {
                throw Error(ErrorKind::Verification,
                    BW_TR_NOOP("core", "value %1 decodes to %2 from the written file, but was %3"),
                    toText(row * columns + column), toText(value), toText(wanted[static_cast<std::size_t>(column)]));
            }
        }
    }
}
} // namespace

void checkCompressedTensors(const QuantizedModel& model, const std::filesystem::path& written, const JobContext& ctx)
{
    const auto file = openSafetensorsFile(written, ctx);
    std::map<std::string, TensorView, std::less<>> tensors;
    for (const auto& tensor : file.tensors) {
        tensors[tensor.name] = tensor.view;
    }
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = quantizedLayer(model, layer);
        if (quantized == nullptr || isPlainFloat(quantized->tensor)) {
            continue;
        }
        withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(layer.name) }), [&] {
            const Packed packed = packedOf(quantized->tensor);
            const std::string module = moduleOf(layer);
            FoundLayer found { tensors.at(module + ".weight_packed"), {},
                toFloats(tensors.at(module + ".weight_scale")), packed.bits, packed.groupsPerRow,
                std::max<std::uint64_t>(1, packed.columns / packed.groupsPerRow) };
            if (!packed.isSymmetric()) {
                found.zeros = tensors.at(module + ".weight_zero_point");
            }
            compareLayer(quantized->tensor, found, ctx);
        });
    }
}

} // namespace bw
