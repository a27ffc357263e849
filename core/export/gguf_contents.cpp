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
constexpr std::string_view splitPrefix = "split.";
constexpr std::size_t maxTextBytes = 65536;
const std::string noHash(64, '0');

const GgufDetails& detailsOf(const Model& model)
{
    return dynamic_cast<const GgufDetails&>(*model.details());
}

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

GgufContentTensor keptTensor(const LayerInfo& layer)
{
    if (layer.stored) {
        const auto& data = layer.stored->data;
        return { { layer.name, data.dtype, data.shape, data }, layer.stored->shape,
            ggmlTypeNamed(layer.stored->format) };
    }
    return { { layer.name, layer.view.dtype, layer.view.shape, layer.view }, layer.view.shape,
        ggmlType(layer.view.dtype) };
}

GgufContentTensor quantizedTensor(const LayerInfo& layer, const QuantizedTensor& tensor)
{
    const auto* type = typeOf(tensor.format);
    const auto& codes = tensor.parts.front().data;
    const auto blocks = tensor.count() / static_cast<std::uint64_t>(type->blockLength);
    if (codes.bytes.size() == blocks * static_cast<std::uint64_t>(type->blockBytes)) {
        return { { layer.name, codes.dtype, codes.shape, codes }, layer.view.shape, type };
    }
    return { { layer.name, *type->plain, layer.view.shape, tensor }, layer.view.shape, type };
}

GgufContentTensor floatTensor(const LayerInfo& layer, const QuantizedTensor* tensor, const JobContext& ctx)
{
    GgufContentTensor result { { layer.name, layer.view.dtype, layer.view.shape, layer.view }, layer.view.shape,
        nullptr };
    if (tensor != nullptr) {
        result.content.dtype = dequantizedDType(*tensor, layer.view.dtype, ctx);
        result.content.source = *tensor;
    }
    result.type = ggmlType(result.content.dtype);
    return result;
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

class Metadata
{
public:
    explicit Metadata(const GgufHeader& source)
    {
        for (const auto& entry : source.entries) {
            if (!entry.key.starts_with(gguf_keys::prefix) && !entry.key.starts_with(splitPrefix)) {
                m_entries.push_back({ std::string(entry.key), entry.type, std::string(entry.bytes) });
            }
        }
    }
    void set(const std::string& key, GgufValueType type, std::string bytes)
    {
        const auto found = std::find_if(
            m_entries.begin(), m_entries.end(), [&](const GgufContentEntry& entry) { return entry.key == key; });
        if (found != m_entries.end()) {
            *found = { key, type, std::move(bytes) };
        } else {
            m_entries.push_back({ key, type, std::move(bytes) });
        }
    }
    void setText(const std::string& key, std::string_view text) { set(key, GgufValueType::String, ggufText(text)); }
    bool has(std::string_view key) const
    {
        return std::any_of(
            m_entries.begin(), m_entries.end(), [&](const GgufContentEntry& entry) { return entry.key == key; });
    }
    std::vector<GgufContentEntry> entries() && { return std::move(m_entries); }

private:
    std::vector<GgufContentEntry> m_entries;
};

std::string textArray(const std::vector<std::string>& texts)
{
    std::string bytes = ggufU32(static_cast<std::uint32_t>(GgufValueType::String)) + ggufU64(texts.size());
    for (const auto& text : texts) {
        bytes += ggufText(text);
    }
    return bytes;
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

void addProvenance(
    Metadata& metadata, const QuantizedModel& model, const ExportOptions& options, const std::string& sourceHash)
{
    metadata.setText(gguf_keys::kind, options.dequantized ? gguf_keys::dequantizedKind : "quantized");
    metadata.set("bitwright.version", GgufValueType::U32, ggufU32(1));
    metadata.setText(gguf_keys::recipe, recipeJson(model.plan.recipe));
    metadata.set("bitwright.seed", GgufValueType::U64, ggufU64(model.plan.recipe.seed));
    metadata.setText("bitwright.source_file", printable(model.model->path().filename().string(), maxTextBytes));
    metadata.setText(gguf_keys::sourceHash, sourceHash);
    if (const auto names = requantizedLayers(model); !names.empty()) {
        metadata.set("bitwright.requantized", GgufValueType::Array, textArray(names));
    }
    metadata.setText("bitwright.tool_version", toolVersion());
    if (!options.toolCommand.empty()) {
        metadata.setText("bitwright.tool_command", printable(options.toolCommand, maxTextBytes));
    }
    metadata.setText(gguf_keys::dataHash, noHash);
    metadata.setText(gguf_keys::headerHash, noHash);
}

GgufContents contentsWith(
    const QuantizedModel& model, const ExportOptions& options, const std::string& sourceHash, const JobContext& ctx)
{
    const auto& source = detailsOf(*model.model).header;
    GgufContents contents;
    contents.alignment = source.alignment;
    bool isQuantized = false;
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = quantizedLayer(model, layer);
        const auto* tensor = quantized == nullptr ? nullptr : &(*quantized)->tensor;
        const bool isDecoded = options.dequantized && (!layer.stored || layer.stored->isDecoded);
        contents.tensors.push_back(isDecoded ? floatTensor(layer, tensor, ctx)
                : tensor != nullptr          ? quantizedTensor(layer, *tensor)
                                             : keptTensor(layer));
        isQuantized = isQuantized || !contents.tensors.back().type->plain;
    }
    Metadata metadata(source);
    if (const auto type = ggufFileType(mainType(contents.tensors))) {
        metadata.set(fileTypeKey, GgufValueType::U32, ggufU32(*type));
    }
    if (isQuantized) {
        metadata.set(quantizationVersionKey, GgufValueType::U32, ggufU32(quantizationVersion));
        if (!metadata.has(quantizedByKey)) {
            metadata.setText(quantizedByKey, "Bitwright");
        }
    }
    addProvenance(metadata, model, options, sourceHash);
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
