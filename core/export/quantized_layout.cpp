#include "core/export/quantized_layout.h"

#include "core/base/json_members.h"
#include "core/base/version.h"

#include <set>

namespace bw {

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

Provenance provenanceOf(
    const Model& model, const Recipe& recipe, const ExportOptions& options, const std::string& sourceHash)
{
    return { recipeJson(recipe), fileName(model), sourceHash, withoutOwnEntries(model.metadata()),
        options.toolVersion.empty() ? toolVersion() : options.toolVersion,
        printable(options.toolCommand, maxTextBytes) };
}

Provenance provenanceOf(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return provenanceOf(*model.model, model.plan.recipe, options, sourceSha256(*model.model, ctx));
}

/// As long as the real one: for sizes only.
const std::string anyHash(64, '0');

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
    return compact(textsObject(entries));
}

const QuantizedLayerPtr* quantizedLayer(const QuantizedModel& model, const LayerInfo& layer)
{
    return std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
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

LayerOutline outlineOf(const QuantizedLayer& layer)
{
    LayerOutline outline = bw::outlineOf(layer.tensor, layer.method);
    outline.bitsPerWeight = layer.bitsPerWeight();
    outline.rmseOverRms = layer.rmseOverRms();
    return outline;
}

Json layerJson(const LayerOutline& layer, const LayerInfo& original)
{
    Json entry;
    entry["format"] = layer.format;
    entry["shape"] = original.view.shape;
    entry["out_axis"] = layer.outAxis;
    entry["dtype"] = info(original.view.dtype).name;
    entry["method"] = layer.method;
    entry["code_bits"] = layer.codeBits;
    entry["bits_per_weight"] = layer.bitsPerWeight;
    entry["rmse_over_rms"] = layer.rmseOverRms;
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

namespace {
std::map<std::string, std::string> quantizedMetadata(const Model& model, const Provenance& provenance)
{
    std::map<std::string, std::string> metadata { { formatKey, formatTag } };
    addProvenance(provenance, quantizedKind, metadata);
    if (!provenance.sourceMetadata.empty()) {
        metadata[sourceMetadataKey] = textMapJson(provenance.sourceMetadata);
    }
    if (const auto ties = tiesOf(model); !ties.empty()) {
        metadata[tiesKey] = textMapJson(ties);
    }
    return metadata;
}

SafetensorsContents quantizedFrom(const QuantizedModel& model, const Provenance& provenance)
{
    SafetensorsContents contents;
    contents.metadata = quantizedMetadata(*model.model, provenance);
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
        Json entry = layerJson(outlineOf(**quantized), layer);
        for (const auto& part : (*quantized)->tensor.parts) {
            auto name = freeName(layer.name, part.name, taken);
            entry["parts"][part.name] = name;
            contents.tensors.push_back({ std::move(name), part.data.dtype, part.data.shape, part.data });
        }
        addNewMember(layers, layer.name, std::move(entry));
    }
    contents.metadata[layersKey] = compact(layers);
    sortForFile(contents.tensors);
    return contents;
}

/// Characters of a text once it stands in JSON.
std::uint64_t escapedSize(const std::string& text)
{
    return compact(text).size() - 2;
}

/// The same if that JSON is then a text in JSON.
std::uint64_t escapedTwice(const std::string& text)
{
    return escapedSize(compact(text)) - 4;
}

std::uint64_t outlineBytes(const PartOutline& part)
{
    return elementCount(part.shape) * info(part.dtype).size;
}
} // namespace

namespace {
/// With an entry for the seed, which the recipe has too.
std::map<std::string, std::string> withSeed(const Provenance& from, const Recipe& recipe, const char* kind)
{
    std::map<std::string, std::string> metadata { { seedKey, toText(recipe.seed) } };
    addProvenance(from, kind, metadata);
    return metadata;
}
} // namespace

std::map<std::string, std::string> provenanceMetadata(
    const QuantizedModel& model, const ExportOptions& options, const char* kind, const JobContext& ctx)
{
    return withSeed(provenanceOf(model, options, ctx), model.plan.recipe, kind);
}

std::map<std::string, std::string> provenanceMetadataForSizes(
    const Model& model, const Recipe& recipe, const ExportOptions& options, const char* kind)
{
    return withSeed(provenanceOf(model, recipe, options, anyHash), recipe, kind);
}

std::map<std::string, std::string> sourceMetadataOf(const Model& model)
{
    return withoutOwnEntries(model.metadata());
}

SafetensorsContents quantizedContents(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return quantizedFrom(model, provenanceOf(model, options, ctx));
}

std::uint64_t quantizedFileBytes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    ctx.checkpoint();
    return safetensorsBytes(quantizedFrom(model, provenanceOf(*model.model, model.plan.recipe, options, anyHash)));
}

std::uint64_t quantizedFixedBytes(const Model& model)
{
    SafetensorsContents contents;
    contents.metadata = quantizedMetadata(model, provenanceOf(model, defaultRecipe(), {}, anyHash));
    contents.metadata[layersKey] = compact(Json::object());
    for (const auto& layer : model.layers()) {
        if (!layer.isQuantizable()) {
            contents.tensors.push_back({ layer.name, layer.view.dtype, layer.view.shape, layer.view });
        }
    }
    return safetensorsBytes(contents);
}

std::uint64_t tensorHeaderBytes(const std::string& name, DType dtype, const Shape& shape, std::uint64_t longestPlace)
{
    constexpr std::uint64_t hashBytes = 64;
    constexpr std::uint64_t listMarks = 10; // \"…\":\"…\", around a hash
    constexpr std::uint64_t offsetMarks = 20; // ,"data_offsets":[,]},  without the numbers
    const Json described { { name, { { "dtype", info(dtype).name }, { "shape", shape } } } };
    return compact(described).size() + offsetMarks + 2 * toText(longestPlace).size() + escapedTwice(name) + hashBytes
        + listMarks;
}

LayerOutline outlineOf(const QuantizedTensor& tensor, const std::string& method)
{
    LayerOutline outline { formatText(tensor.format), method, tensor.outAxis, tensor.codec->codeBits(), 0, 0, {} };
    for (const auto& part : tensor.parts) {
        outline.parts.push_back({ part.name, part.data.dtype, part.data.shape });
    }
    return outline;
}

std::uint64_t keptLayerBytes(const LayerInfo& layer)
{
    const std::uint64_t bytes = layer.count() * info(layer.view.dtype).size;
    return bytes + tensorHeaderBytes(layer.name, layer.view.dtype, layer.view.shape, bytes);
}

std::uint64_t quantizedLayerBytes(const LayerInfo& layer, const LayerOutline& outline)
{
    Json entry = layerJson(outline, layer);
    std::uint64_t data = 0;
    std::uint64_t header = 0;
    for (const auto& part : outline.parts) {
        data += outlineBytes(part);
    }
    for (const auto& part : outline.parts) {
        const std::string name = layer.name + "." + part.name;
        entry["parts"][part.name] = name;
        header += tensorHeaderBytes(name, part.dtype, part.shape, layer.count() * info(layer.view.dtype).size);
    }
    const Json described { { layer.name, entry } };
    header += escapedSize(compact(described)) - 1; // braces off, comma on
    header += escapedTwice(exactPattern(layer.name)) - 1; // in the recipe: anchors off, bar on
    return data + header;
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
