#include "core/export/quantized_layout.h"

#include "core/base/json.h"
#include "core/base/version.h"

#include <set>

namespace bw {

namespace {
using namespace quantized_layout;

constexpr std::size_t maxTextBytes = 65536;

std::string compact(const Json& document)
{
    return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Where the values come from, as both kinds of file state it.
struct Provenance
{
    std::string recipe;
    std::string sourceFile;
    std::string sourceSha256;
    std::map<std::string, std::string> sourceMetadata;
    std::string toolVersion;
    std::string toolCommand;
};

/// The source's own entries: what an earlier Bitwright added is about an earlier source.
std::map<std::string, std::string> withoutOwnEntries(std::map<std::string, std::string> metadata)
{
    std::erase_if(metadata, [](const auto& entry) { return entry.first.starts_with(keyPrefix); });
    return metadata;
}

/// Without folders, and as the UTF-8 that JSON needs.
std::string fileName(const Model& model)
{
    return printable(model.path().filename().string(), maxTextBytes);
}

Provenance provenanceOf(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return { recipeJson(model.plan.recipe), fileName(*model.model), sourceSha256(*model.model, ctx),
        withoutOwnEntries(model.model->metadata()), toolVersion(), printable(options.toolCommand, maxTextBytes) };
}

void addProvenance(const Provenance& from, const char* kind, std::map<std::string, std::string>& metadata)
{
    metadata[kindKey] = kind;
    metadata[versionKey] = toText(version);
    metadata[recipeKey] = from.recipe;
    metadata[sourceFileKey] = from.sourceFile;
    metadata[sourceHashKey] = from.sourceSha256;
    metadata[toolVersionKey] = from.toolVersion;
    if (!from.toolCommand.empty()) {
        metadata[toolCommandKey] = from.toolCommand;
    }
}

std::string textMapJson(const std::map<std::string, std::string>& entries)
{
    Json document = Json::object();
    for (const auto& [key, value] : entries) {
        document[key] = value;
    }
    return compact(document);
}

const QuantizedLayerPtr* quantizedLayer(const QuantizedModel& model, const LayerInfo& layer)
{
    return std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
}

std::map<std::string, std::string> tiesOf(const Model& model)
{
    std::map<std::string, std::string> ties;
    for (const auto& layer : model.layers()) {
        for (const auto& other : layer.tiedNames) {
            ties[other] = layer.name;
        }
    }
    return ties;
}

/// "<layer>.<part>", or with more underscores if a tensor already has that name.
std::string freeName(const std::string& layer, const std::string& part, std::set<std::string>& taken)
{
    std::string name = layer + "." + part;
    while (!taken.insert(name).second) {
        name += "_";
    }
    return name;
}

Json layerJson(const QuantizedLayer& layer, const LayerInfo& original)
{
    Json entry;
    entry["format"] = formatText(layer.tensor.format);
    entry["shape"] = original.view.shape;
    entry["out_axis"] = layer.tensor.outAxis;
    entry["dtype"] = info(original.view.dtype).name;
    entry["method"] = layer.method;
    entry["code_bits"] = layer.tensor.codec->codeBits();
    entry["bits_per_weight"] = layer.bitsPerWeight();
    entry["rmse_over_rms"] = layer.rmseOverRms();
    entry["parts"] = Json::object();
    return entry;
}

/// One layer of a dequantized file.
struct FloatLayer
{
    std::string name;
    std::vector<std::string> otherNames;
    DType dtype = DType::F32; ///< of the original
    std::variant<TensorView, QuantizedTensor> source;
};

SafetensorsContents dequantizedFrom(
    const std::vector<FloatLayer>& layers, const Provenance& provenance, const JobContext& ctx)
{
    SafetensorsContents contents;
    contents.metadata = provenance.sourceMetadata;
    contents.metadata.emplace(formatKey, "pt");
    addProvenance(provenance, dequantizedKind, contents.metadata);
    std::map<std::string, std::string> formats;
    for (const auto& layer : layers) {
        ContentTensor tensor { layer.name, layer.dtype, {}, layer.source };
        if (const auto* quantized = std::get_if<QuantizedTensor>(&layer.source)) {
            tensor.dtype = dequantizedDType(*quantized, layer.dtype, ctx);
            tensor.shape = layerShape(*quantized);
            formats[layer.name] = formatText(quantized->format);
        } else {
            tensor.shape = std::get<TensorView>(layer.source).shape;
        }
        for (const auto& other : layer.otherNames) {
            contents.tensors.push_back(tensor);
            contents.tensors.back().name = other;
        }
        contents.tensors.push_back(std::move(tensor));
    }
    contents.metadata[formatsKey] = textMapJson(formats);
    sortForFile(contents.tensors);
    return contents;
}
} // namespace

SafetensorsContents quantizedContents(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    const auto provenance = provenanceOf(model, options, ctx);
    SafetensorsContents contents;
    contents.metadata[formatKey] = formatTag;
    addProvenance(provenance, quantizedKind, contents.metadata);
    if (!provenance.sourceMetadata.empty()) {
        contents.metadata[sourceMetadataKey] = textMapJson(provenance.sourceMetadata);
    }
    if (const auto ties = tiesOf(*model.model); !ties.empty()) {
        contents.metadata[tiesKey] = textMapJson(ties);
    }
    std::set<std::string> taken;
    for (const auto& layer : model.model->layers()) {
        taken.insert(layer.name);
    }
    Json layers = Json::object();
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = quantizedLayer(model, layer);
        if (quantized == nullptr) {
            contents.tensors.push_back({ layer.name, layer.view.dtype, layer.view.shape, layer.view });
            continue;
        }
        Json entry = layerJson(**quantized, layer);
        for (const auto& part : (*quantized)->tensor.parts) {
            auto name = freeName(layer.name, part.name, taken);
            entry["parts"][part.name] = name;
            contents.tensors.push_back({ std::move(name), part.data.dtype, part.data.shape, part.data });
        }
        layers[layer.name] = std::move(entry);
    }
    contents.metadata[layersKey] = compact(layers);
    sortForFile(contents.tensors);
    return contents;
}

SafetensorsContents dequantizedContents(
    const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    std::vector<FloatLayer> layers;
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = quantizedLayer(model, layer);
        FloatLayer out { layer.name, layer.tiedNames, layer.view.dtype, layer.view };
        if (quantized != nullptr) {
            out.source = (*quantized)->tensor;
        }
        layers.push_back(std::move(out));
    }
    return dequantizedFrom(layers, provenanceOf(model, options, ctx), ctx);
}

SafetensorsContents dequantizedContents(const QuantizedFile& file, const JobContext& ctx)
{
    std::map<std::string, std::vector<std::string>> otherNames;
    for (const auto& [other, layer] : file.ties) {
        otherNames[layer].push_back(other);
    }
    std::vector<FloatLayer> layers;
    for (const auto& [name, tensor] : file.quantized) {
        layers.push_back({ name, otherNames[name], file.facts.at(name).dtype, tensor });
    }
    for (const auto& layer : file.kept) {
        layers.push_back({ layer.name, otherNames[layer.name], layer.view.dtype, layer.view });
    }
    const auto command = file.metadata.find(toolCommandKey);
    return dequantizedFrom(layers,
        { file.recipeText, file.sourceFile, file.sourceSha256, file.sourceMetadata, file.toolVersion,
            command == file.metadata.end() ? std::string() : command->second },
        ctx);
}

} // namespace bw
