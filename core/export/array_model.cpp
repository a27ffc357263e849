#include "core/export/array_model.h"

#include "core/base/bit_stream.h"
#include "core/base/checked_math.h"
#include "core/base/json.h"
#include "core/base/parallel.h"
#include "core/export/array_contents.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <unordered_map>

namespace bw {

namespace {
Error malformed(const char* sentence)
{
    return Error(ErrorKind::BadFile, Text(sentence));
}

const Json& entryOf(const Json& object, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its description has no entry \"%1\""), key);
    }
    return *found;
}

[[noreturn]] void throwWrongEntry(const char* key)
{
    throw Error(
        ErrorKind::BadFile, BW_TR_NOOP("core", "the entry \"%1\" of its description is of the wrong kind"), key);
}

std::string textIn(const Json& entry, const char* key)
{
    if (!entry.is_string()) {
        throwWrongEntry(key);
    }
    return entry.get<std::string>();
}

std::string textOf(const Json& object, const char* key)
{
    return textIn(entryOf(object, key), key);
}

std::int64_t wholeOf(const Json& object, const char* key, std::int64_t low, std::int64_t high)
{
    const Json& entry = entryOf(object, key);
    if (!entry.is_number_integer() || entry.get<std::int64_t>() < low || entry.get<std::int64_t>() > high) {
        throwWrongEntry(key);
    }
    return entry.get<std::int64_t>();
}

std::map<std::string, std::string> textsOf(const Json& document, const char* key)
{
    std::map<std::string, std::string> texts;
    if (const auto found = document.find(key); found != document.end()) {
        if (!found->is_object()) {
            throwWrongEntry(key);
        }
        for (const auto& [name, text] : found->items()) {
            texts[name] = textIn(text, name.c_str());
        }
    }
    return texts;
}

Json parsedDescription(std::string_view description)
{
    Json document = parseJson(description);
    if (!document.is_object()) {
        throw malformed(BW_TR_NOOP("core", "its description is no JSON object"));
    }
    return document;
}

/// Arrays by name, each taken once.
class Arrays
{
public:
    explicit Arrays(std::vector<std::pair<std::string, TensorView>> arrays)
        : m_arrays(std::move(arrays))
    {
        for (std::size_t i = 0; i < m_arrays.size(); ++i) {
            m_byName[m_arrays[i].first] = i;
        }
    }

    TensorView take(const std::string& name)
    {
        const auto found = m_byName.find(name);
        if (found == m_byName.end()) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its array \"%1\" is not in the file"), printable(name));
        }
        TensorView view = m_arrays[found->second].second;
        m_byName.erase(found);
        return view;
    }

    template <class Use>
    void forRest(const Use& use) const
    {
        for (std::size_t i = 0; i < m_arrays.size(); ++i) {
            const auto found = m_byName.find(m_arrays[i].first);
            if (found != m_byName.end() && found->second == i) {
                use(m_arrays[i].first, m_arrays[i].second);
            }
        }
    }

private:
    std::vector<std::pair<std::string, TensorView>> m_arrays;
    std::map<std::string, std::size_t> m_byName;
};

/// One quantized layer as its entry says it.
struct CodedArrays
{
    std::uint64_t count = 0;
    int codeBits = 0;
    int low = 0;
    std::uint64_t rowLength = 1;
    std::uint64_t groupLength = 1;
    std::uint64_t groupsPerRow = 1;
    bool isTablePerRow = false;
    TensorView codes;
    std::vector<float> scales;
    std::vector<float> zeros;
    std::vector<float> levels;
    std::uint64_t levelsPerTable = 0;

    std::uint64_t rows() const { return (count + rowLength - 1) / rowLength; }
    std::uint64_t groups() const { return rows() * groupsPerRow; }
    std::uint64_t tables() const { return levelsPerTable == 0 ? 0 : levels.size() / levelsPerTable; }
    std::uint64_t sideBytes = 0;
};

/// The values of such a layer, output channels first.
class CodedSource : public TensorSource
{
public:
    explicit CodedSource(CodedArrays arrays)
        : m_arrays(std::move(arrays))
    {
    }

    void read(std::uint64_t first, std::span<float> out) const override
    {
        std::array<std::uint16_t, 4096> codes {};
        while (!out.empty()) {
            const std::uint64_t inRow = first % m_arrays.rowLength;
            const std::uint64_t untilRow = m_arrays.rowLength - inRow;
            const std::uint64_t untilGroup = m_arrays.groupLength - inRow % m_arrays.groupLength;
            const auto count
                = static_cast<std::size_t>(std::min<std::uint64_t>({ out.size(), codes.size(), untilRow, untilGroup }));
            unpackCodes(m_arrays.codes.bytes, m_arrays.codeBits, first, std::span(codes).first(count));
            decode(first / m_arrays.rowLength, inRow / m_arrays.groupLength, std::span(codes).first(count),
                out.first(count));
            out = out.subspan(count);
            first += count;
        }
    }

private:
    void decode(
        std::uint64_t row, std::uint64_t place, std::span<const std::uint16_t> codes, std::span<float> out) const
    {
        const auto group = static_cast<std::size_t>(row * m_arrays.groupsPerRow + place);
        const float scale = m_arrays.scales.empty() ? 1.0F : m_arrays.scales[group];
        if (m_arrays.levelsPerTable == 0) {
            const float offset = static_cast<float>(m_arrays.low)
                - (m_arrays.zeros.empty() ? 0.0F : m_arrays.zeros[group]); // whole numbers below 2^17
            for (std::size_t i = 0; i < out.size(); ++i) {
                out[i] = (static_cast<float>(codes[i]) + offset) * scale;
            }
            return;
        }
        const std::uint64_t table = m_arrays.tables() == 1 ? 0 : m_arrays.isTablePerRow ? row : group;
        const float* levels = m_arrays.levels.data() + table * m_arrays.levelsPerTable;
        for (std::size_t i = 0; i < out.size(); ++i) {
            // No code, however it came about, may read beyond the table.
            out[i] = levels[std::min<std::uint64_t>(codes[i], m_arrays.levelsPerTable - 1)] * scale;
        }
    }

    CodedArrays m_arrays;
};

constexpr std::int64_t mostNumber = std::int64_t { 1 } << 62;
constexpr const char* wrongSize = BW_TR_NOOP("core", "its array \"%1\" is not of the size that its description says");

class LayerReader
{
public:
    LayerReader(const std::string& name, const Json& entry, Arrays& arrays)
        : m_entry(entry)
        , m_arrays(arrays)
    {
        m_layer.name = name;
        m_format = textOf(entry, "format");
        const Json& sizes = entryOf(entry, "shape");
        if (!sizes.is_array()) {
            throwWrongEntry("shape");
        }
        for (const Json& size : sizes) {
            if (!size.is_number_integer() || size.get<std::int64_t>() < 0) {
                throwWrongEntry("shape");
            }
            m_shape.push_back(size.get<std::int64_t>());
        }
        m_outAxis = static_cast<int>(
            wholeOf(entry, "out_axis", 0, std::max<std::int64_t>(0, static_cast<std::int64_t>(m_shape.size()) - 1)));
        const auto guess = classifyByName(name, m_shape);
        m_layer.kind = guess.kind;
        m_layer.role = guess.role;
        m_layer.outAxis = m_outAxis;
        m_names = textsOf(entry, "arrays");
    }

    LayerInfo read()
    {
        if (m_names.contains("values")) {
            m_layer.view = array("values");
            requireCount("values", m_layer.view, elementCount(m_shape));
            if (m_layer.view.shape != m_shape) {
                throw Error(ErrorKind::BadFile, wrongSize, "values");
            }
            return m_layer;
        }
        CodedArrays coded = codedArrays();
        m_layer.stored = storedForm(coded);
        Shape matrix = m_shape;
        if (!matrix.empty()) {
            matrix.erase(matrix.begin() + m_outAxis);
            matrix.insert(matrix.begin(), m_shape[static_cast<std::size_t>(m_outAxis)]);
        }
        const auto owner = coded.codes.owner;
        m_layer.view = makeTensor(DType::F32, matrix, std::make_shared<const CodedSource>(std::move(coded)));
        m_layer.view.owner = owner;
        if (m_outAxis != 0) { // in the layer's own order, which codes are not in
            m_layer.view = withFirstAxisAt(makeTensor(matrix, toFloats(m_layer.view)), m_outAxis);
        }
        return m_layer;
    }

private:
    TensorView array(const char* role)
    {
        const auto found = m_names.find(role);
        if (found == m_names.end()) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its description names no array of its %1"), role);
        }
        return m_arrays.take(found->second);
    }

    static void requireCount(const char* role, const TensorView& view, std::uint64_t wanted)
    {
        if (view.count() != wanted) {
            throw Error(ErrorKind::BadFile, wrongSize, role);
        }
    }

    std::vector<float> numbers(const char* role, CodedArrays& coded)
    {
        if (!m_names.contains(role)) {
            return {};
        }
        const TensorView view = array(role);
        coded.sideBytes += view.bytes.size();
        return toFloats(view);
    }

    CodedArrays codedArrays()
    {
        CodedArrays out;
        out.count = elementCount(m_shape);
        out.codeBits = static_cast<int>(wholeOf(m_entry, "code_bits", 1, 16));
        out.low = static_cast<int>(wholeOf(m_entry, "low", -65536, 65536));
        out.rowLength = static_cast<std::uint64_t>(wholeOf(m_entry, "row_length", 1, mostNumber));
        out.groupLength = static_cast<std::uint64_t>(wholeOf(m_entry, "group_length", 1, mostNumber));
        out.groupsPerRow = static_cast<std::uint64_t>(wholeOf(m_entry, "groups_per_row", 1, mostNumber));
        const Json& perRow = entryOf(m_entry, "table_per_row");
        if (!perRow.is_boolean()) {
            throwWrongEntry("table_per_row");
        }
        out.isTablePerRow = perRow.get<bool>();
        out.codes = array("codes");
        if (out.codes.bytes.size() != packedBytes(checkedMul(out.count, 1), out.codeBits)) {
            throw Error(ErrorKind::BadFile, wrongSize, "codes");
        }
        const auto fitting = (out.rowLength + out.groupLength - 1) / out.groupLength;
        if (out.groupsPerRow != fitting) {
            throwWrongEntry("groups_per_row");
        }
        readSides(out);
        return out;
    }

    void readSides(CodedArrays& out)
    {
        const std::uint64_t groups = checkedMul(out.rows(), out.groupsPerRow);
        out.scales = numbers("scales", out);
        out.zeros = numbers("zero_points", out);
        if ((!out.scales.empty() && out.scales.size() != groups)
            || (!out.zeros.empty() && out.zeros.size() != groups)) {
            throw Error(ErrorKind::BadFile, wrongSize, out.scales.size() == groups ? "zero_points" : "scales");
        }
        if (!m_names.contains("codebook")) {
            return;
        }
        const TensorView levels = array("codebook");
        out.levels = toFloats(levels);
        out.sideBytes += levels.bytes.size();
        out.levelsPerTable = levels.shape.size() == 2 ? static_cast<std::uint64_t>(levels.shape[1]) : 0;
        const auto wanted = out.isTablePerRow ? out.rows() : groups;
        if (out.levelsPerTable == 0 || (out.tables() != 1 && out.tables() != wanted)) {
            throw Error(ErrorKind::BadFile, wrongSize, "codebook");
        }
    }

    std::shared_ptr<const StoredForm> storedForm(const CodedArrays& coded) const
    {
        auto form = std::make_shared<StoredForm>();
        form->format = m_format;
        form->data = coded.codes;
        form->moreBytes = coded.sideBytes;
        form->shape = m_shape;
        form->bitsPerWeight = 8.0 * static_cast<double>(coded.codes.bytes.size() + coded.sideBytes)
            / static_cast<double>(std::max<std::uint64_t>(1, coded.count));
        return form;
    }

    const Json& m_entry;
    Arrays& m_arrays;
    std::map<std::string, std::string> m_names;
    std::string m_format;
    Shape m_shape;
    int m_outAxis = 0;
    LayerInfo m_layer;
};

LayerInfo keptLayer(const std::string& name, const TensorView& view)
{
    LayerInfo layer;
    const auto guess = classifyByName(name, view.shape);
    layer.name = name;
    layer.kind = guess.kind;
    layer.role = guess.role;
    layer.outAxis = guess.kind == LayerKind::ConvTransposed ? 1 : 0;
    layer.view = view;
    return layer;
}

void addTies(const std::map<std::string, std::string>& ties, std::vector<LayerInfo>& layers)
{
    std::unordered_map<std::string_view, LayerInfo*> byName;
    for (auto& layer : layers) {
        byName.emplace(layer.name, &layer);
    }
    for (const auto& [other, name] : ties) {
        const auto layer = byName.find(name);
        if (layer == byName.end()) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "its description ties \"%1\" to a layer that is not there"), printable(other));
        }
        layer->second->tiedNames.push_back(other);
    }
}
} // namespace

Model::Data readArrays(
    std::string_view description, std::vector<std::pair<std::string, TensorView>> found, const JobContext& ctx)
{
    const Json document = parsedDescription(description);
    const Json& entries = entryOf(document, quantized_layout::layersKey);
    if (!entries.is_object()) {
        throwWrongEntry(quantized_layout::layersKey);
    }
    Arrays arrays(std::move(found));
    Model::Data data;
    for (const auto& [name, entry] : entries.items()) {
        ctx.checkpoint();
        withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(name) }), [&, &layerName = name, &json = entry] {
            data.layers.push_back(LayerReader(layerName, json, arrays).read());
        });
    }
    arrays.forRest(
        [&](const std::string& name, const TensorView& view) { data.layers.push_back(keptLayer(name, view)); });
    addTies(textsOf(document, quantized_layout::tiesKey), data.layers);
    data.metadata = textsOf(document, quantized_layout::sourceMetadataKey);
    for (const auto& [key, value] : document.items()) {
        if (value.is_string()) {
            data.metadata[key] = value.get<std::string>();
        }
    }
    return data;
}

ExportOrigin arrayOrigin(std::string_view description)
{
    using namespace quantized_layout;
    const Json document = parsedDescription(description);
    ExportOrigin origin;
    origin.recipe = textOf(document, recipeKey);
    origin.sourceSha256 = textOf(document, sourceHashKey);
    origin.options.dequantized = textOf(document, kindKey) == array_layout::floatKind;
    origin.options.toolVersion = textOf(document, toolVersionKey);
    if (document.contains(toolCommandKey)) {
        origin.options.toolCommand = textOf(document, toolCommandKey);
    }
    return origin;
}

namespace {
void compareLayerValues(const QuantizedTensor& expected, const LayerInfo& layer, const JobContext& ctx)
{
    const TensorView found = layer.matrix();
    if (found.count() != expected.count() || layer.outAxis != expected.outAxis) {
        throw malformed(BW_TR_NOOP("core", "its description reads back differently than it was written"));
    }
    parallelBlocks(expected.count(), FloatChunks::chunkSize, ctx, [&](std::uint64_t first, std::uint64_t last) {
        std::vector<float> a(static_cast<std::size_t>(last - first));
        std::vector<float> b(a.size());
        decodeTensor(expected, first, a);
        found.read(first, b);
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0) {
                throw Error(ErrorKind::Verification,
                    BW_TR_NOOP("core", "value %1 decodes to %2 from the written file, but was %3"), toText(first + i),
                    toText(b[i]), toText(a[i]));
            }
        }
    });
}
} // namespace

void compareArrayValues(const QuantizedModel& expected, const Model& found, const JobContext& ctx)
{
    for (const auto& layer : expected.model->layers()) {
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&expected.layers[layer.id.index()]);
        const auto id = found.find(layer.name);
        if (quantized == nullptr || !id.isValid()) {
            continue; // the comparison of arrays has found what is missing
        }
        withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(layer.name) }),
            [&] { compareLayerValues((*quantized)->tensor, found.layer(id), ctx); });
    }
}

} // namespace bw
