#include "core/export/array_contents.h"

#include "core/base/bit_stream.h"
#include "core/base/json_members.h"
#include "core/export/probed_layers.h"
#include "core/formats/format_family.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace bw {

namespace {

const QuantizedLayer* quantizedLayer(const QuantizedModel& model, const LayerInfo& layer)
{
    const auto* found = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
    return found == nullptr ? nullptr : found->get();
}

bool isWhole(int codeBits)
{
    return codeBits == 8 || codeBits == 16;
}

TensorView codesArray(const QuantizedTensor& tensor)
{
    TensorView codes = tensor.parts.front().data;
    const int bits = tensor.codec->codeBits();
    if (isWhole(bits)) {
        codes.dtype = bits == 8 ? DType::U8 : DType::U16;
        codes.shape = tensor.shape;
    }
    return codes;
}

bool hasHalfScales(const std::vector<TensorPart>& parts)
{
    return std::any_of(parts.begin(), parts.end(),
        [](const TensorPart& part) { return part.name == "scales" && part.data.dtype == DType::F16; });
}

TensorView scalesArray(const QuantizedTensor& tensor, const CodeValues& values)
{
    if (!hasHalfScales(tensor.parts)) {
        return makeTensor(values.groups.arrayShape(), values.scales);
    }
    std::vector<std::byte> bytes(values.scales.size() * 2);
    castFloats(values.scales, DType::F16, bytes);
    return makeTensor(DType::F16, values.groups.arrayShape(), std::move(bytes));
}

/// As small as 16 bits allow: codes of 8 bits have zero-points of 8 bits.
TensorView zeroPointsArray(const CodeValues& values, int codeBits)
{
    std::vector<std::byte> bytes;
    for (const std::uint16_t zero : values.zeros) {
        bytes.push_back(static_cast<std::byte>(zero & 0xFFU));
        if (codeBits > 8) {
            bytes.push_back(static_cast<std::byte>(zero >> 8U));
        }
    }
    return makeTensor(codeBits > 8 ? DType::U16 : DType::U8, values.groups.arrayShape(), std::move(bytes));
}

TensorView codebookArray(const CodeValues& values)
{
    const Shape shape { static_cast<std::int64_t>(values.tableCount()),
        static_cast<std::int64_t>(values.levelsPerTable) };
    return makeTensor(shape, values.levels);
}

class ContentsMaker
{
public:
    ContentsMaker(const Model& model, ArrayNames names)
        : m_separator(names == ArrayNames::Dotted ? "." : "/")
    {
        for (const auto& layer : model.layers()) {
            m_taken.insert(layer.name);
        }
        contents.ties = tiesOf(model);
        contents.sourceMetadata = sourceMetadataOf(model);
    }

    void addKept(const LayerInfo& layer)
    {
        const DType dtype = arrayDType(layer.view.dtype);
        if (dtype != layer.view.dtype) {
            contents.keptDtypes[layer.name] = info(layer.view.dtype).name;
        }
        contents.tensors.push_back({ layer.name, dtype, layer.view.shape, widened(layer.view, dtype) });
    }

    void addFloats(const LayerInfo& layer, const QuantizedLayer& quantized, const JobContext& ctx)
    {
        ArrayLayer out = begin(layer, quantized);
        const auto dtype = arrayDType(dequantizedDType(quantized.tensor, DType::F16, ctx));
        contents.tensors.push_back({ layer.name, dtype, layer.view.shape, quantized.tensor });
        out.arrays.emplace_back("values", layer.name);
        contents.layers.push_back(std::move(out));
    }

    void addCodes(const LayerInfo& layer, const QuantizedLayer& quantized, const CodeValues& values)
    {
        const auto& tensor = quantized.tensor;
        ArrayLayer out = begin(layer, quantized);
        const auto rows = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(tensor.shape.front()));
        const bool isOneGroup = tensor.format.scaling.granularity == Granularity::Tensor;
        out.low = values.low;
        out.rowLength = std::max<std::uint64_t>(1, isOneGroup ? tensor.count() : tensor.count() / rows);
        out.groupLength = std::max<std::uint64_t>(1, values.groups.length());
        out.groupsPerRow = isOneGroup ? 1 : std::max<std::uint64_t>(1, values.groups.count() / rows);
        out.isTablePerRow = values.isPerRow;
        add(out, "codes", codesArray(tensor));
        if (!values.scales.empty()) {
            add(out, "scales", scalesArray(tensor, values));
        }
        if (!values.zeros.empty()) {
            add(out, "zero_points", zeroPointsArray(values, tensor.codec->codeBits()));
        }
        if (!values.levels.empty()) {
            add(out, "codebook", codebookArray(values));
        }
        contents.layers.push_back(std::move(out));
    }

    ArrayContents contents;

private:
    static ArrayLayer begin(const LayerInfo& layer, const QuantizedLayer& quantized)
    {
        ArrayLayer out;
        out.name = layer.name;
        out.outline = outlineOf(quantized.tensor, quantized.method);
        out.outline.bitsPerWeight = quantized.bitsPerWeight();
        out.outline.rmseOverRms = quantized.rmseOverRms();
        out.dtype = layer.view.dtype;
        out.shape = layer.view.shape;
        return out;
    }

    void add(ArrayLayer& layer, const char* role, TensorView data)
    {
        std::string name = layer.name + m_separator + role;
        while (!m_taken.insert(name).second) {
            name += "_";
        }
        layer.arrays.emplace_back(role, name);
        const auto dtype = data.dtype;
        const auto shape = data.shape;
        contents.tensors.push_back({ std::move(name), dtype, shape, std::move(data) });
    }

    std::string m_separator;
    std::set<std::string> m_taken;
};

ArrayContents contentsOf(
    const QuantizedModel& model, const ExportOptions& options, ArrayNames names, const JobContext& ctx)
{
    ContentsMaker maker(*model.model, names);
    for (const auto& layer : model.model->layers()) {
        ctx.checkpoint();
        const auto* quantized = quantizedLayer(model, layer);
        if (quantized == nullptr) {
            maker.addKept(layer);
            continue;
        }
        const auto values = options.dequantized ? std::nullopt : quantized->tensor.codec->codeValues();
        if (values) {
            maker.addCodes(layer, *quantized, *values);
        } else {
            maker.addFloats(layer, *quantized, ctx);
        }
    }
    return std::move(maker.contents);
}

const char* kindOf(const ExportOptions& options)
{
    return options.dequantized ? array_layout::floatKind : array_layout::codesKind;
}

Json layerJson(const ArrayLayer& layer)
{
    Json entry { { "format", layer.outline.format }, { "method", layer.outline.method },
        { "dtype", info(layer.dtype).name }, { "shape", layer.shape }, { "out_axis", layer.outline.outAxis },
        { "bits_per_weight", layer.outline.bitsPerWeight }, { "rmse_over_rms", layer.outline.rmseOverRms } };
    if (layer.isCoded()) {
        entry["code_bits"] = layer.outline.codeBits;
        entry["low"] = layer.low;
        entry["row_length"] = layer.rowLength;
        entry["group_length"] = layer.groupLength;
        entry["groups_per_row"] = layer.groupsPerRow;
        entry["table_per_row"] = layer.isTablePerRow;
    }
    entry["arrays"] = Json::object();
    for (const auto& [role, name] : layer.arrays) {
        entry["arrays"][role] = name;
    }
    return entry;
}

void addTexts(Json& document, const char* key, const std::map<std::string, std::string>& texts)
{
    if (!texts.empty()) {
        document[key] = textsObject(texts);
    }
}

Text sentence(const LayerInfo& layer, const Text& target, const Text& obstacle)
{
    return { BW_TR_NOOP("core",
                 "layer %1 cannot be written to %2: %3. Choose another format for it (--set), or write safetensors, "
                 "which keeps every format"),
        { printable(layer.name), target.english(), obstacle.english() } };
}
} // namespace

DType arrayDType(DType dtype)
{
    const bool isUnknown = dtype == DType::BF16 || dtype == DType::F8E4M3 || dtype == DType::F8E5M2;
    return isUnknown ? DType::F32 : dtype;
}

Text arrayObstacle(const QuantizedTensor& tensor)
{
    if (tensor.codec->codeValues() || isPlainFloat(tensor)) {
        return {};
    }
    return Text(BW_TR_NOOP("core",
                    "codes of %1 cannot be said as arrays of codes, scales and levels (block types, vectors and extras "
                    "cannot)"),
        { formatText(tensor.format) });
}

std::vector<Problem> arrayProblems(const QuantizedModel& model, const ExportOptions& options, const Text& target,
    Text (*obstacle)(const QuantizedTensor&))
{
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = options.dequantized ? nullptr : quantizedLayer(model, layer);
        if (const Text found = quantized == nullptr ? Text() : obstacle(quantized->tensor); !found.empty()) {
            return { { layer.name, sentence(layer, target, found) } };
        }
    }
    return {};
}

std::vector<Problem> arrayPlanProblems(const Model& model, const Plan& plan, const ExportOptions& options,
    const Text& target, Text (*obstacle)(const QuantizedTensor&))
{
    std::vector<Problem> problems;
    ProbedLayers probes;
    for (const auto& layer : plan.layers) {
        if (layer.isKept || options.dequantized) {
            continue;
        }
        const auto& info = model.layer(layer.layer);
        const auto* tensor = probes.tensor(info, layer.choice.format);
        if (const Text found = tensor == nullptr ? Text() : obstacle(*tensor); !found.empty()) {
            problems.push_back({ info.name, sentence(info, target, found) });
        }
    }
    return problems;
}

std::string ArrayContents::description() const
{
    Json document = Json::object();
    for (const auto& [key, text] : provenance) {
        document[key] = text;
    }
    document["bitwright.decode"] = array_layout::decodeRule;
    Json& entries = document[quantized_layout::layersKey] = Json::object();
    for (const auto& layer : layers) {
        addNewMember(entries, layer.name, layerJson(layer));
    }
    addTexts(document, "bitwright.kept_dtypes", keptDtypes);
    addTexts(document, quantized_layout::tiesKey, ties);
    addTexts(document, quantized_layout::sourceMetadataKey, sourceMetadata);
    return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

ArrayContents arrayContents(
    const QuantizedModel& model, const ExportOptions& options, ArrayNames names, const JobContext& ctx)
{
    ArrayContents contents = contentsOf(model, options, names, ctx);
    contents.provenance = provenanceMetadata(model, options, kindOf(options), ctx);
    return contents;
}

ArrayContents arrayContentsForSizes(
    const QuantizedModel& model, const ExportOptions& options, ArrayNames names, const JobContext& ctx)
{
    ArrayContents contents = contentsOf(model, options, names, ctx);
    contents.provenance = provenanceMetadataForSizes(*model.model, model.plan.recipe, options, kindOf(options));
    return contents;
}

ArrayContents fixedArrayContents(const Model& model)
{
    ContentsMaker maker(model, ArrayNames::Dotted);
    for (const auto& layer : model.layers()) {
        if (!layer.isQuantizable()) {
            maker.addKept(layer);
        }
    }
    maker.contents.provenance = provenanceMetadataForSizes(model, defaultRecipe(), {}, array_layout::codesKind);
    return std::move(maker.contents);
}

namespace {
std::uint64_t bytesOf(const PartOutline& part)
{
    return elementCount(part.shape) * info(part.dtype).size;
}

const PartOutline* partCalled(const LayerOutline& outline, std::string_view name)
{
    const auto found = std::find_if(
        outline.parts.begin(), outline.parts.end(), [&](const PartOutline& part) { return part.name == name; });
    return found == outline.parts.end() ? nullptr : &*found;
}
} // namespace

ArraySizes arraySizes(const LayerInfo& layer, const LayerOutline& outline)
{
    const QuantFormat format = parseFormat(outline.format);
    const auto& shape = layer.view.shape;
    Shape matrix { shape.empty() ? 1 : shape[static_cast<std::size_t>(layer.outAxis)] };
    matrix.push_back(static_cast<std::int64_t>(layer.count()) / std::max<std::int64_t>(1, matrix.front()));
    const std::uint64_t groups = Groups(matrix, format.scaling).count();
    std::uint64_t stored = 0; // all parts as Bitwright's own files have them
    for (const auto& part : outline.parts) {
        stored += bytesOf(part);
    }
    ArraySizes sizes;
    ArrayLayer described { layer.name, outline, layer.view.dtype, shape, {}, 0, layer.count(), layer.count(),
        layer.count(), false };
    const auto add = [&](const char* role, std::uint64_t bytes) {
        described.arrays.emplace_back(role, layer.name + "." + role);
        sizes.arrays.emplace_back(layer.name + "." + role, bytes);
    };
    const auto codes = packedBytes(layer.count(), outline.codeBits);
    std::uint64_t left = stored - std::min(stored, codes);
    add("codes", codes);
    if (const auto* scales = partCalled(outline, "scales")) {
        add("scales", groups * (scales->dtype == DType::F16 ? 2 : 4));
        left -= std::min(left, groups * info(scales->dtype).size);
    }
    if (partCalled(outline, "zero_points") != nullptr) {
        add("zero_points", groups * (outline.codeBits > 8 ? 2 : 1));
        left -= std::min(left, packedBytes(groups, outline.codeBits));
    }
    for (const auto& part : outline.parts) {
        if (part.name != "codes" && part.name != "scales" && part.name != "zero_points" && left > 0) {
            add("codebook", left / info(part.dtype).size * sizeof(float));
            break;
        }
    }
    Json entry { { layer.name, layerJson(described) } };
    sizes.descriptionBytes = entry.dump(1).size() + exactPattern(layer.name).size();
    return sizes;
}

} // namespace bw
