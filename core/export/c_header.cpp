#include "core/export/c_header.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/export/content.h"
#include "core/export/output_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

namespace bw {

namespace {
constexpr std::size_t elementsPerLine = 16;
constexpr std::size_t pieceBytes = std::size_t { 1 } << 18U;

const char* typeName(CArray::Type type)
{
    switch (type) {
    case CArray::Type::U8:
        return "uint8_t";
    case CArray::Type::U16:
        return "uint16_t";
    case CArray::Type::I64:
        return "int64_t";
    case CArray::Type::Float:
        return "float";
    }
    return "";
}

/// "layer1.0.conv1.weight" as "bw_layer1_0_conv1_weight", another one than all before.
std::string identifier(std::string_view name, std::set<std::string>& taken)
{
    std::string out = "bw_";
    for (const char c : name) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += isPlain ? c : '_';
    }
    std::string unique = out;
    for (int i = 2; !taken.insert(unique).second; ++i) {
        unique = out + "_" + toText(i);
    }
    return unique;
}

/// A text as a C string literal.
std::string literal(std::string_view text)
{
    std::string out = "\"";
    for (const char c : printable(text, 65536)) {
        if (c == '"' || c == '\\' || c == '?') { // "??" begins a trigraph
            out += '\\';
        }
        out += c;
    }
    return out + "\"";
}

std::string floatText(float value)
{
    if (std::isnan(value)) {
        return "NAN";
    }
    if (std::isinf(value)) {
        return value < 0 ? "-INFINITY" : "INFINITY";
    }
    std::string text = toText(value);
    if (text.find_first_of(".e") == std::string::npos) {
        text += ".0";
    }
    return text + "f";
}

template <class T>
T elementAt(const TensorView& data, std::uint64_t index)
{
    T value {};
    std::memcpy(&value, data.bytes.data() + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
    return value;
}

std::string elementText(const CArray& array, std::uint64_t index)
{
    switch (array.type) {
    case CArray::Type::U8:
        return toText(int { elementAt<std::uint8_t>(array.data, index) });
    case CArray::Type::U16:
        return toText(int { elementAt<std::uint16_t>(array.data, index) });
    case CArray::Type::I64: {
        const auto value = elementAt<std::int64_t>(array.data, index);
        // The lowest number has no literal of its own in C.
        return value == std::numeric_limits<std::int64_t>::min() ? "INT64_MIN" : "INT64_C(" + toText(value) + ")";
    }
    case CArray::Type::Float:
        return floatText(elementAt<float>(array.data, index));
    }
    return {};
}

TensorView floats(std::vector<float> values)
{
    const auto count = static_cast<std::int64_t>(values.size());
    return makeTensor(Shape { count }, std::move(values));
}

TensorView zerosView(const std::vector<std::uint16_t>& zeros)
{
    std::vector<std::byte> bytes(zeros.size() * sizeof(std::uint16_t));
    std::memcpy(bytes.data(), zeros.data(), bytes.size());
    return makeTensor(DType::U16, { static_cast<std::int64_t>(zeros.size()) }, std::move(bytes));
}

/// Integers of any type as I64; beyond it (U64) they wrap as they do in C.
TensorView wholes(const TensorView& view)
{
    std::vector<std::byte> bytes(static_cast<std::size_t>(view.count()) * sizeof(std::int64_t));
    const std::size_t size = info(view.dtype).size;
    const bool isSigned = view.dtype == DType::I8 || view.dtype == DType::I16 || view.dtype == DType::I32;
    for (std::uint64_t i = 0; i < view.count(); ++i) {
        std::uint64_t value = 0;
        std::memcpy(&value, view.bytes.data() + static_cast<std::size_t>(i) * size, size);
        const auto top = std::uint64_t { 1 } << (8 * size - 1);
        if (isSigned && (value & top) != 0) {
            value |= ~(2 * top - 1);
        }
        std::memcpy(bytes.data() + static_cast<std::size_t>(i) * sizeof value, &value, sizeof value);
    }
    return makeTensor(DType::I64, { static_cast<std::int64_t>(view.count()) }, std::move(bytes));
}

class TensorMaker
{
public:
    CTensor kept(const LayerInfo& layer)
    {
        CTensor out = begin(layer.name, layer.view.shape, 0, layer.count());
        if (info(layer.view.dtype).isFloat) {
            add(out, "values", CArray::Type::Float, floats(toFloats(layer.view)));
        } else {
            add(out, "integers", CArray::Type::I64, wholes(layer.view));
        }
        return out;
    }

    CTensor plain(const LayerInfo& layer, const QuantizedTensor& tensor, const JobContext& ctx)
    {
        CTensor out = begin(layer.name, layer.view.shape, 0, layer.count());
        add(out, "values", CArray::Type::Float, floats(toFloats(dequantize(tensor, ctx))));
        return out;
    }

    CTensor coded(const LayerInfo& layer, const QuantizedTensor& tensor, const CodeValues& values)
    {
        CTensor out = begin(layer.name, tensor.shape, tensor.outAxis, tensor.count());
        const auto rows = static_cast<std::uint64_t>(tensor.shape.front());
        const bool isWhole = tensor.format.scaling.granularity == Granularity::Tensor;
        out.codeBits = tensor.codec->codeBits();
        out.low = values.low;
        out.rowLength = isWhole ? out.count : out.count / std::max<std::uint64_t>(1, rows);
        out.groupLength = std::max<std::uint64_t>(1, values.groups.length());
        out.groupsPerRow = isWhole ? 1 : values.groups.count() / std::max<std::uint64_t>(1, rows);
        out.levelsPerTable = values.levelsPerTable;
        out.tables = values.tableCount();
        out.isTablePerRow = values.isPerRow;
        add(out, "codes", CArray::Type::U8, tensor.parts.front().data);
        if (!values.scales.empty()) {
            add(out, "scales", CArray::Type::Float, floats(values.scales));
        }
        if (!values.zeros.empty()) {
            add(out, "zeros", CArray::Type::U16, zerosView(values.zeros));
        }
        if (!values.levels.empty()) {
            add(out, "levels", CArray::Type::Float, floats(values.levels));
        }
        return out;
    }

private:
    static CTensor begin(const std::string& name, const Shape& shape, int outAxis, std::uint64_t count)
    {
        CTensor out;
        out.name = name;
        out.shape = shape;
        out.outAxis = outAxis;
        out.count = count;
        return out;
    }

    void add(CTensor& tensor, const char* member, CArray::Type type, TensorView data)
    {
        if (data.count() > 0) { // C has no empty arrays
            tensor.arrays.push_back(
                { member, { identifier(tensor.name + "_" + member, m_names), type, std::move(data) } });
        }
    }

    std::set<std::string> m_names;
};

constexpr const char* declarations = R"(
#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* A tensor. Dimensions have the output channels first; out_axis is where they belong in the model. */
typedef struct bw_tensor {
    const char *name;
    uint64_t count;
    int dimensions;
    uint64_t shape[8];
    int out_axis;
    const float *values;     /* not quantized: count values, else NULL */
    const int64_t *integers; /* counters and the like, else NULL */
    const uint8_t *codes;    /* quantized: count codes of code_bits bits, least significant bit first, no gaps */
    int code_bits;
    int low;                 /* without levels, code c stands for c + low - zeros[group] */
    uint64_t row_length, group_length, groups_per_row;
    const float *scales;     /* one per group; NULL: all 1 */
    const uint16_t *zeros;   /* one per group; NULL: all 0 */
    const float *levels;     /* tables of levels_per_table values; NULL: integers */
    uint64_t levels_per_table, tables;
    int table_per_row;       /* table i belongs to row i, else to group i, unless there is one */
} bw_tensor;

/* The value of weight i of a tensor. */
static inline float bw_value(const bw_tensor *t, uint64_t i)
{
    uint64_t bit, group;
    uint32_t code = 0;
    float level;
    int b;
    if (t->values != NULL) {
        return t->values[i];
    }
    if (t->integers != NULL) {
        return (float)t->integers[i];
    }
    bit = i * (uint64_t)t->code_bits;
    for (b = 0; b < t->code_bits; ++b, ++bit) {
        code |= (uint32_t)((t->codes[bit / 8] >> (bit % 8)) & 1u) << b;
    }
    group = i / t->row_length * t->groups_per_row + i % t->row_length / t->group_length;
    if (t->levels != NULL) {
        const uint64_t table = t->tables == 1 ? 0 : t->table_per_row ? group / t->groups_per_row : group;
        level = t->levels[table * t->levels_per_table + code];
    } else {
        level = (float)((int32_t)code + t->low - (t->zeros != NULL ? t->zeros[group] : 0));
    }
    return level * (t->scales != NULL ? t->scales[group] : 1.0f);
}
)";

/// Texts on their way to a file.
class Printer
{
public:
    explicit Printer(const std::filesystem::path& path)
        : m_file(path)
    {
    }
    Printer& operator<<(std::string_view text)
    {
        m_text += text;
        if (m_text.size() >= pieceBytes) {
            flush();
        }
        return *this;
    }
    void close()
    {
        flush();
        m_text = std::string(cHeaderHashStart) + m_hash.hex() + std::string(cHeaderHashEnd);
        m_file.write(std::as_bytes(std::span(m_text)));
        m_file.close();
    }

private:
    void flush()
    {
        m_file.write(std::as_bytes(std::span(m_text)));
        m_hash.update(std::as_bytes(std::span(m_text)));
        m_text.clear();
    }
    OutputFile m_file;
    Sha256 m_hash;
    std::string m_text;
};

void printArray(Printer& out, const CArray& array, const JobContext& ctx)
{
    const std::uint64_t count = array.data.count();
    out << "\nstatic const " << typeName(array.type) << " " << array.name << "[" << toText(count) << "] = {";
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i % elementsPerLine == 0) {
            ctx.checkpoint();
            out << "\n    ";
        }
        out << elementText(array, i) << (i + 1 < count ? "," : "");
    }
    out << "\n};\n";
}

void printTensor(Printer& out, const CTensor& tensor)
{
    const auto member = [&](const char* name) {
        const auto found = std::find_if(
            tensor.arrays.begin(), tensor.arrays.end(), [&](const auto& array) { return array.first == name; });
        return found == tensor.arrays.end() ? std::string("NULL") : found->second.name;
    };
    std::string shape;
    for (const std::int64_t size : tensor.shape) {
        shape += (shape.empty() ? "" : ", ") + toText(size);
    }
    out << "    { " << literal(tensor.name) << ", " << toText(tensor.count) << ", " << toText(tensor.shape.size())
        << ", { " << (shape.empty() ? "0" : shape) << " }, " << toText(tensor.outAxis) << ", " << member("values")
        << ", " << member("integers") << ",\n        " << member("codes") << ", " << toText(tensor.codeBits) << ", "
        << toText(tensor.low) << ", " << toText(tensor.rowLength) << ", " << toText(tensor.groupLength) << ", "
        << toText(tensor.groupsPerRow) << ",\n        " << member("scales") << ", " << member("zeros") << ", "
        << member("levels") << ", " << toText(tensor.levelsPerTable) << ", " << toText(tensor.tables) << ", "
        << (tensor.isTablePerRow ? "1" : "0") << " },\n";
}
} // namespace

Text cHeaderObstacle(const LayerInfo& layer, const QuantizedTensor* tensor)
{
    constexpr std::size_t mostDimensions = 8;
    if (layer.view.shape.size() > mostDimensions) {
        return BW_TR_NOOP("core", "it has more than eight dimensions");
    }
    if (tensor == nullptr || tensor->codec->codeValues() || isPlainFloat(*tensor)) {
        return {};
    }
    return Text(BW_TR_NOOP("core",
                    "codes of %1 cannot be said as arrays of codes, scales and levels (block types, vectors and extras "
                    "cannot)"),
        { formatText(tensor->format) });
}

std::vector<CTensor> cTensors(const QuantizedModel& model, bool dequantized, const JobContext& ctx)
{
    TensorMaker maker;
    std::vector<CTensor> tensors;
    for (const LayerInfo& layer : model.model->layers()) {
        ctx.checkpoint();
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
        if (quantized == nullptr) {
            tensors.push_back(maker.kept(layer));
            continue;
        }
        const QuantizedTensor& tensor = (*quantized)->tensor;
        const auto values = dequantized ? std::nullopt : tensor.codec->codeValues();
        tensors.push_back(values ? maker.coded(layer, tensor, *values) : maker.plain(layer, tensor, ctx));
    }
    return tensors;
}

void writeCHeader(const std::vector<CTensor>& tensors, const std::vector<std::string>& notes,
    const std::filesystem::path& path, const JobContext& ctx)
{
    Printer out(path);
    out << cHeaderStart;
    for (const auto& note : notes) {
        std::string safe = note;
        for (auto at = safe.find("*/"); at != std::string::npos; at = safe.find("*/")) {
            safe.replace(at, 2, "* /");
        }
        out << "   " << safe << "\n";
    }
    out << "*/\n#ifndef BITWRIGHT_MODEL_H\n#define BITWRIGHT_MODEL_H\n" << declarations;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        ctx.report(Text(BW_TR_NOOP("core", "Writing")), i, tensors.size(), Text(BW_TR_NOOP("core", "layers")));
        for (const auto& [member, array] : tensors[i].arrays) {
            printArray(out, array, ctx);
        }
    }
    out << "\n#define BW_TENSOR_COUNT " << toText(tensors.size()) << "\nstatic const bw_tensor bw_tensors["
        << toText(std::max<std::size_t>(1, tensors.size())) << "] = {\n";
    for (const CTensor& tensor : tensors) {
        printTensor(out, tensor);
    }
    out << (tensors.empty() ? "    { 0 },\n" : "") << "};\n\n#endif\n";
    out.close();
}

namespace {
/// Reads the elements of an array from its text.
class ArrayReader
{
public:
    explicit ArrayReader(std::string_view text)
        : m_text(text)
    {
    }

    /// Goes to the first element of the array `name`.
    void begin(const CArray& array)
    {
        const std::string start = std::string("\nstatic const ") + typeName(array.type) + " " + array.name + "["
            + toText(array.data.count()) + "] = {";
        const auto at = m_text.find(start, m_at);
        if (at == std::string_view::npos) {
            throw Error(
                ErrorKind::Verification, BW_TR_NOOP("core", "the written file has no array \"%1\""), array.name);
        }
        m_at = at + start.size();
    }

    std::string_view next()
    {
        m_at = m_text.find_first_not_of(" \n,", m_at);
        const auto end = m_at == std::string_view::npos ? m_at : m_text.find_first_of(",\n", m_at);
        if (end == std::string_view::npos) {
            throw Error(ErrorKind::Verification, Text(BW_TR_NOOP("core", "an array ends too early")));
        }
        const auto element = m_text.substr(m_at, end - m_at);
        m_at = end;
        return element;
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

float readFloat(std::string_view text)
{
    if (text == "NAN") {
        return std::numeric_limits<float>::quiet_NaN();
    }
    if (text.ends_with("INFINITY")) {
        const float infinity = std::numeric_limits<float>::infinity();
        return text.front() == '-' ? -infinity : infinity;
    }
    float value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool isElement(const CArray& array, std::uint64_t index, std::string_view text)
{
    if (array.type == CArray::Type::Float) {
        const float wanted = elementAt<float>(array.data, index);
        const float found = readFloat(text);
        return std::isnan(wanted) ? std::isnan(found) : std::memcmp(&wanted, &found, sizeof wanted) == 0;
    }
    return text == elementText(array, index);
}
} // namespace

void checkCHeader(const std::vector<CTensor>& tensors, const std::filesystem::path& path, const JobContext& ctx)
{
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    ArrayReader reader({ reinterpret_cast<const char*>(bytes.data()), bytes.size() });
    for (const CTensor& tensor : tensors) {
        withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(tensor.name) }), [&] {
            for (const auto& [member, array] : tensor.arrays) {
                reader.begin(array);
                for (std::uint64_t i = 0; i < array.data.count(); ++i) {
                    if (i % pieceBytes == 0) {
                        ctx.checkpoint();
                    }
                    if (!isElement(array, i, reader.next())) {
                        throw Error(ErrorKind::Verification,
                            BW_TR_NOOP("core", "value %1 reads back differently than it was written"), toText(i));
                    }
                }
            }
        });
    }
}

} // namespace bw
