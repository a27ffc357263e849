#include "core/export/gguf_contents.h"

#include "core/base/checked_math.h"
#include "core/base/version.h"
#include "core/formats/format_family.h"

#include <algorithm>
#include <map>

namespace bw {

namespace {
constexpr const char* fileTypeKey = "general.file_type";
constexpr const char* quantizationVersionKey = "general.quantization_version";
constexpr const char* quantizedByKey = "general.quantized_by";
constexpr std::uint32_t quantizationVersion = 2; // GGML_QNT_VERSION
constexpr std::size_t maxTextBytes = 65536;
const std::string noHash(64, '0');

const QuantizedLayerPtr* quantizedLayer(const QuantizedModel& model, const LayerInfo& layer)
{
    return std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
}

/// The GGUF type that holds exactly the values of a format; nullptr if there is none.
const GgmlType* typeOf(const QuantFormat& format)
{
    const auto& family = familyOf(format);
    const int number = family.ggmlType == nullptr ? -1 : family.ggmlType(format.params);
    return number < 0 || !format.extras.empty() ? nullptr : ggmlType(static_cast<std::uint32_t>(number));
}

std::string validFormats()
{
    std::string list;
    for (const auto* family : formatFamilies().entries()) {
        if (family->ggmlType != nullptr) {
            for (const auto& example : family->examples) {
                list += (list.empty() ? "" : ", ") + example;
            }
        }
    }
    return list;
}

GgufContentTensor plainTensor(const std::string& name, const TensorView& view)
{
    return { { name, view.dtype, view.shape, view }, view.shape, ggmlType(view.dtype) };
}

GgufContentTensor keptTensor(const LayerInfo& layer, const GgufPlacement& placement)
{
    if (layer.stored) {
        const auto& data = layer.stored->data;
        return { { placement.name, data.dtype, data.shape, data }, layer.stored->shape,
            ggmlTypeNamed(layer.stored->format) };
    }
    return plainTensor(placement.name, placement.isFloat32 ? widened(layer.view, DType::F32) : layer.view);
}

GgufContentTensor quantizedTensor(const LayerInfo& layer, const GgufPlacement& placement, const QuantizedTensor& tensor)
{
    const auto* type = typeOf(tensor.format);
    const auto& codes = tensor.parts.front().data;
    const auto blocks = tensor.count() / static_cast<std::uint64_t>(type->blockLength);
    if (codes.bytes.size() == blocks * static_cast<std::uint64_t>(type->blockBytes)) {
        return { { placement.name, codes.dtype, codes.shape, codes }, layer.view.shape, type };
    }
    return { { placement.name, *type->plain, layer.view.shape, tensor }, layer.view.shape, type };
}

GgufContentTensor floatTensor(
    const LayerInfo& layer, const GgufPlacement& placement, const QuantizedTensor* tensor, const JobContext& ctx)
{
    if (tensor == nullptr) {
        return plainTensor(placement.name, placement.isFloat32 ? widened(layer.view, DType::F32) : layer.view);
    }
    const auto dtype = dequantizedDType(*tensor, layer.view.dtype, ctx);
    return { { placement.name, dtype, layer.view.shape, *tensor }, layer.view.shape, ggmlType(dtype) };
}

/// The type that most weights have.
int mainType(const std::vector<GgufContentTensor>& tensors)
{
    std::map<int, std::uint64_t> weights;
    for (const auto& tensor : tensors) {
        if (tensor.shape.size() >= 2) {
            weights[tensor.type->number] += elementCount(tensor.shape);
        }
    }
    const auto most = std::max_element(
        weights.begin(), weights.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == weights.end() ? 0 : most->first;
}

std::vector<std::string> requantizedLayers(const QuantizedModel& model)
{
    std::vector<std::string> names;
    for (const auto& layer : model.model->layers()) {
        if (layer.stored && quantizedLayer(model, layer) != nullptr) {
            names.push_back(layer.name + ": " + layer.stored->format);
        }
    }
    return names;
}

std::vector<std::string> besideTexts(const GgufOrigin& origin)
{
    std::vector<std::string> texts;
    for (const auto& file : origin.beside) {
        texts.push_back(file.path.filename().string() + ": " + file.sha256);
    }
    return texts;
}

void addProvenance(GgufMetadata& metadata, const QuantizedModel& model, const GgufOrigin& origin,
    const ExportOptions& options, const std::string& sourceHash)
{
    metadata.setText(gguf_keys::kind, options.dequantized ? gguf_keys::dequantizedKind : "quantized");
    metadata.setU32("bitwright.version", 1);
    metadata.setText(gguf_keys::recipe, recipeJson(model.plan.recipe));
    metadata.set("bitwright.seed", GgufValueType::U64, ggufU64(model.plan.recipe.seed));
    metadata.setText(gguf_keys::sourceFile, printable(model.model->path().filename().string(), maxTextBytes));
    metadata.setText(gguf_keys::sourceHash, sourceHash);
    if (!origin.beside.empty()) {
        metadata.setTexts("bitwright.source_beside", besideTexts(origin));
    }
    if (const auto names = requantizedLayers(model); !names.empty()) {
        metadata.setTexts("bitwright.requantized", names);
    }
    metadata.setText(gguf_keys::toolVersion, toolVersion());
    if (!options.toolCommand.empty()) {
        metadata.setText(gguf_keys::toolCommand, printable(options.toolCommand, maxTextBytes));
    }
    metadata.setText(gguf_keys::dataHash, noHash);
    metadata.setText(gguf_keys::headerHash, noHash);
}

GgufContentTensor contentOf(const LayerInfo& layer, const GgufPlacement& placement, const QuantizedModel& model,
    const ExportOptions& options, const JobContext& ctx)
{
    const auto* quantized = quantizedLayer(model, layer);
    const auto* tensor = quantized == nullptr ? nullptr : &(*quantized)->tensor;
    const bool isDecoded = options.dequantized && (!layer.stored || layer.stored->isDecoded);
    auto content = isDecoded ? floatTensor(layer, placement, tensor, ctx)
        : tensor != nullptr  ? quantizedTensor(layer, placement, *tensor)
                             : keptTensor(layer, placement);
    content.rotaryHeads = placement.rotaryHeads;
    return content;
}

GgufContents contentsWith(
    const QuantizedModel& model, const ExportOptions& options, const std::string& sourceHash, const JobContext& ctx)
{
    auto origin = ggufOriginKindOf(*model.model)->read(*model.model, ctx);
    GgufContents contents;
    contents.alignment = origin.alignment;
    for (const auto& layer : model.model->layers()) {
        const auto& placement = origin.layers[layer.id.index()];
        if (!placement.name.empty()) {
            contents.tensors.push_back(contentOf(layer, placement, model, options, ctx));
        }
    }
    for (const auto& extra : origin.extras) {
        contents.tensors.push_back(plainTensor(extra.name, extra.view));
    }
    GgufMetadata metadata(std::move(origin.entries));
    if (const auto type = ggufFileType(mainType(contents.tensors))) {
        metadata.setU32(fileTypeKey, *type);
    }
    const bool isQuantized = std::any_of(contents.tensors.begin(), contents.tensors.end(),
        [](const GgufContentTensor& tensor) { return !tensor.type->plain; });
    if (isQuantized) {
        metadata.setU32(quantizationVersionKey, quantizationVersion);
        if (!metadata.has(quantizedByKey)) {
            metadata.setText(quantizedByKey, "Bitwright");
        }
    }
    addProvenance(metadata, model, origin, options, sourceHash);
    contents.entries = std::move(metadata).entries();
    return contents;
}
} // namespace

std::uint64_t GgufContentTensor::bytes() const
{
    return checkedMul(elementCount(shape) / static_cast<std::uint64_t>(type->blockLength),
        static_cast<std::uint64_t>(type->blockBytes));
}

Text ggufObstacle(const LayerInfo& layer, const QuantFormat& format)
{
    const auto* type = typeOf(format);
    if (type == nullptr) {
        return Text(
            BW_TR_NOOP("core",
                "GGUF has no type for %1, which layer %2 gets: codes and scales would be lost, and only float values "
                "left. Choose one of %3 for it, or write float values (--dequantized), or a .safetensors file, which "
                "keeps them."),
            { formatText(format), printable(layer.name), validFormats() });
    }
    if (layer.view.shape.empty() || layer.view.shape.back() % type->blockLength != 0) {
        return Text(BW_TR_NOOP("core",
                        "the rows of layer %1 are not whole blocks of %2 weights, which GGUF files need for %3; choose "
                        "f16 for it"),
            { printable(layer.name), toText(type->blockLength), formatText(format) });
    }
    return {};
}

GgufContents ggufContents(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return contentsWith(model, options, sourceSha256(*model.model, ctx), ctx);
}

GgufContents ggufContentsForSizes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return contentsWith(model, options, noHash, ctx);
}

} // namespace bw
