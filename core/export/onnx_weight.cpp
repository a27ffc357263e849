#include "core/export/onnx_weight.h"

#include "core/export/onnx_nodes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr std::int64_t broadcastOpset = 7; // Mul and Add with operands of different shapes
constexpr std::int64_t expandOpset = 8;
constexpr std::int64_t scalarDequantizeOpset = 10;
constexpr std::int64_t axisDequantizeOpset = 13;
constexpr std::int64_t bfloatOpset = 13;
constexpr std::int64_t nibbleOpset = 21; // 4-bit types, blocks

enum class Form
{
    Dequantize,
    Arithmetic,
    Lookup
};

/// The smallest type that holds a format's integers.
OnnxType integerType(const CodeValues& values, int codeBits, bool areNibblesAllowed)
{
    if (!values.zeros.empty()) {
        return areNibblesAllowed && codeBits <= 4 ? OnnxType::UInt4
            : codeBits <= 8                       ? OnnxType::UInt8
                                                  : OnnxType::UInt16;
    }
    const int high = values.low + (1 << codeBits) - 1;
    const auto fits = [&](int bits) { return values.low >= -(1 << (bits - 1)) && high < 1 << (bits - 1); };
    return areNibblesAllowed && fits(4) ? OnnxType::Int4 : fits(8) ? OnnxType::Int8 : OnnxType::Int16;
}

Form formOf(const CodeValues& values, OnnxType type, Granularity granularity, const OnnxTarget& target)
{
    if (!values.isIntegers) {
        return Form::Lookup;
    }
    const bool is16 = type == OnnxType::Int16 || type == OnnxType::UInt16;
    const auto needed = is16                 ? nibbleOpset
        : granularity == Granularity::Tensor ? scalarDequantizeOpset
                                             : axisDequantizeOpset;
    return target.style == OnnxStyle::Basic || target.opset < needed ? Form::Arithmetic : Form::Dequantize;
}

float decoded(const QuantizedTensor& tensor, const CodeValues& values, std::uint64_t group, std::size_t code)
{
    const auto one = static_cast<std::uint16_t>(code);
    float value = 0;
    tensor.codec->decode(values.groups.begin(group), { &one, 1 }, { &value, 1 });
    return value;
}

std::vector<float> foldedLevels(const QuantizedTensor& tensor, const CodeValues& values)
{
    std::vector<float> levels;
    levels.reserve(values.tableCount() * values.levelsPerTable);
    for (std::uint64_t group = 0; group < values.groups.count(); ++group) {
        for (std::size_t code = 0; code < values.levelsPerTable; ++code) {
            levels.push_back(decoded(tensor, values, group, code));
        }
    }
    return levels;
}

class WeightBuilder
{
public:
    WeightBuilder(const LayerInfo& layer, const QuantizedTensor& tensor, const OnnxTarget& target, OnnxNames& names,
        const JobContext& ctx)
        : m_layer(layer)
        , m_tensor(tensor)
        , m_target(target)
        , m_names(names)
        , m_ctx(ctx)
        , m_values(std::make_shared<const CodeValues>(*tensor.codec->codeValues()))
        , m_layout(tensor, *m_values)
        , m_chain(layer.name, names)
    {
    }

    OnnxWeight build()
    {
        const bool areNibblesAllowed = m_target.style == OnnxStyle::Packed;
        m_type = m_values->isIntegers ? integerType(*m_values, m_tensor.codec->codeBits(), areNibblesAllowed)
            : areNibblesAllowed && m_tensor.codec->codeBits() <= 4 ? OnnxType::UInt4
            : m_tensor.codec->codeBits() <= 8                      ? OnnxType::UInt8
                                                                   : OnnxType::UInt16;
        const Form form = formOf(*m_values, m_type, m_tensor.format.scaling.granularity, m_target);
        m_isLayerOrder = form != Form::Arithmetic && m_layout.groupsPerRow == 1;
        switch (form) {
        case Form::Dequantize:
            m_weight.form = "dequantize";
            dequantizeLinear();
            break;
        case Form::Arithmetic:
            m_weight.form = "arithmetic";
            arithmetic();
            break;
        case Form::Lookup:
            m_weight.form = "lookup";
            lookup();
            break;
        }
        if (!m_isLayerOrder) {
            shapeOfLayer();
        }
        if (m_layer.view.dtype != DType::F32) {
            m_chain.cast(onnxTypeOf(m_layer.view.dtype));
        }
        m_weight.nodes = m_chain.nodes();
        return std::move(m_weight);
    }

private:
    std::string addArray(const char* suffix, OnnxType type, Shape dims, std::string bytes)
    {
        m_weight.arrays.push_back({ m_names.unique(m_layer.name + suffix), type, std::move(dims), std::move(bytes) });
        return m_weight.arrays.back().name;
    }

    std::string addFloats(const char* suffix, Shape dims, const std::vector<float>& values)
    {
        return addArray(suffix, OnnxType::Float, std::move(dims), rawBytes(values));
    }

    std::string addSizes(const char* suffix, const Shape& sizes)
    {
        return addArray(suffix, OnnxType::Int64, { static_cast<std::int64_t>(sizes.size()) }, rawBytes(sizes));
    }

    /// The neutral code of OnnxCodes.
    std::uint16_t neutralCode() const
    {
        if (m_values->isIntegers) {
            return static_cast<std::uint16_t>(m_values->zeros.empty() ? std::max(0, -m_values->low) : 0);
        }
        const std::span levels(m_values->levels.data(), m_values->levelsPerTable);
        const auto found = std::find_if(levels.begin(), levels.end(), [](float level) { return !std::signbit(level); });
        return static_cast<std::uint16_t>(found == levels.end() ? 0 : found - levels.begin());
    }

    void addCodes(const Shape& dims, bool isPadded)
    {
        auto values = std::make_shared<CodeValues>(*m_values);
        values->levels = {}; // not needed there, and many
        OnnxCodes codes { .tensor = m_tensor,
            .values = std::move(values),
            .type = m_type,
            .neutral = neutralCode(),
            .isPadded = isPadded,
            .isLayerOrder = m_isLayerOrder };
        const auto& shape = m_layer.view.shape;
        codes.innerCount = elementCount(Shape(shape.begin() + m_tensor.outAxis + 1, shape.end()));
        m_weight.arrays.push_back({ m_names.unique(m_layer.name + "_quantized"), m_type, dims, std::move(codes) });
        m_chain.start(m_weight.arrays.back().name);
    }

    /// Codes in a shape whose groups broadcast: the layer's own, or a row per group.
    void addRowsOfCodes()
    {
        addCodes(m_isLayerOrder ? m_layer.view.shape : groupRows(), !m_isLayerOrder && m_layout.isRagged());
    }

    Shape groupRows() const
    {
        return { static_cast<std::int64_t>(m_layout.groups()), static_cast<std::int64_t>(m_layout.groupLength) };
    }

    /// Of an array with a value per group that is broadcast over the codes.
    Shape perGroupShape() const
    {
        if (!m_isLayerOrder) {
            return { static_cast<std::int64_t>(m_layout.groups()), 1 };
        }
        if (m_layout.groups() == 1) {
            return {};
        }
        Shape shape(m_layer.view.shape.size(), 1);
        shape[static_cast<std::size_t>(m_tensor.outAxis)] = static_cast<std::int64_t>(m_layout.groups());
        return shape;
    }

    std::vector<float> scales() const
    {
        return m_values->scales.empty() ? std::vector<float>(static_cast<std::size_t>(m_layout.groups()), 1.0F)
                                        : m_values->scales;
    }

    std::string zeroPoints() const
    {
        std::string bytes;
        for (std::size_t i = 0; i < m_values->zeros.size(); ++i) {
            const auto zero = static_cast<unsigned>(m_values->zeros[i]);
            if (m_type == OnnxType::UInt16) {
                bytes += static_cast<char>(zero & 255U);
                bytes += static_cast<char>(zero >> 8);
            } else if (m_type != OnnxType::UInt4) {
                bytes += static_cast<char>(zero);
            } else if (i % 2 == 0) {
                bytes += static_cast<char>(zero);
            } else {
                bytes.back() = static_cast<char>(static_cast<unsigned char>(bytes.back()) | zero << 4);
            }
        }
        return bytes;
    }

    void dequantizeLinear()
    {
        const bool isBlocked = !m_isLayerOrder && m_target.opset >= nibbleOpset;
        Shape perGroup { static_cast<std::int64_t>(m_layout.groups()) };
        NodeAttributes attributes;
        if (isBlocked) {
            const auto rows = static_cast<std::int64_t>(m_layout.rows);
            addCodes({ rows, static_cast<std::int64_t>(m_layout.rowLength) }, false);
            perGroup = { rows, static_cast<std::int64_t>(m_layout.groupsPerRow) };
            attributes.add("axis", 1).add("block_size", static_cast<std::int64_t>(m_layout.groupLength));
            m_isCut = true;
        } else {
            addRowsOfCodes();
            if (m_layout.groups() == 1) {
                perGroup = {};
            } else {
                attributes.add("axis", m_isLayerOrder ? m_tensor.outAxis : 0);
            }
        }
        std::vector operands { addFloats("_scale", perGroup, scales()) };
        if (!m_values->zeros.empty()) {
            operands.push_back(addArray("_zero_point", m_type, perGroup, zeroPoints()));
        }
        m_chain.step("DequantizeLinear", operands, attributes);
    }

    /// Operands of one shape: Debian's OpenCV folds constants of no other.
    std::string expanded(const std::string& name, const char* suffix)
    {
        if (m_target.opset < expandOpset || m_layout.groupLength == 1) {
            return name;
        }
        if (m_rowsShape.empty()) {
            m_rowsShape = addSizes("_rows_shape", groupRows());
        }
        return m_chain.aside("Expand", suffix, { name, m_rowsShape });
    }

    void arithmetic()
    {
        addRowsOfCodes();
        m_chain.cast(OnnxType::Float);
        if (!m_values->zeros.empty()) {
            const std::vector<float> zeros(m_values->zeros.begin(), m_values->zeros.end());
            m_chain.step("Sub", { expanded(addFloats("_zero_point", perGroupShape(), zeros), "_zero_points") });
        }
        m_chain.step("Mul", { expanded(addFloats("_scale", perGroupShape(), scales()), "_scales") });
    }

    void lookup()
    {
        addRowsOfCodes();
        m_chain.cast(OnnxType::Int32);
        const bool isScaled = !m_values->scales.empty();
        const std::size_t tables = std::max<std::size_t>(1, m_values->tableCount());
        // A table that has one scale holds the products.
        const bool isFolded = tables == m_layout.groups();
        const auto codebook = addCodebook(tables * m_values->levelsPerTable, isFolded);
        if (tables > 1) {
            m_chain.step("Add", { addArray("_offset", OnnxType::Int32, perGroupShape(), offsets()) });
        }
        m_chain.gather(codebook);
        if (isScaled && !isFolded) {
            m_chain.step("Mul", { addFloats("_scale", perGroupShape(), m_values->scales) });
            if (makesNegativeZeros()) {
                m_chain.step("Add", { addFloats("_zero", {}, { 0.0F }) });
            }
        }
    }

    std::string addCodebook(std::size_t levels, bool isFolded)
    {
        constexpr std::uint64_t floatBytes = 4;
        OnnxLazyBytes bytes { levels * floatBytes, [tensor = m_tensor, isFolded] {
                                 const auto values = tensor.codec->codeValues();
                                 return rawBytes(isFolded ? foldedLevels(tensor, *values) : values->levels);
                             } };
        m_weight.arrays.push_back({ m_names.unique(m_layer.name + "_codebook"), OnnxType::Float,
            { static_cast<std::int64_t>(levels) }, std::move(bytes) });
        return m_weight.arrays.back().name;
    }

    std::string offsets() const
    {
        std::vector<std::int32_t> numbers;
        for (std::uint64_t group = 0; group < m_layout.groups(); ++group) {
            numbers.push_back(static_cast<std::int32_t>(m_values->tableOf(group) * m_values->levelsPerTable));
        }
        return rawBytes(numbers);
    }

    /// Does a product come out as -0 where the format has +0? (Some formats have no -0.)
    bool makesNegativeZeros() const
    {
        for (std::uint64_t group = 0; group < m_layout.groups(); ++group) {
            m_ctx.checkpoint();
            const float scale = m_values->scale(group);
            const auto table = m_values->table(group);
            for (std::size_t code = 0; code < table.size(); ++code) {
                const float product = table[code] * scale;
                const bool isUsed = scale != 0 || code == neutralCode();
                if (isUsed && product == 0 && std::signbit(product)
                    && !std::signbit(decoded(m_tensor, *m_values, group, code))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// From rows of one group each to the layer's own shape and order.
    void shapeOfLayer()
    {
        const auto rows = static_cast<std::int64_t>(m_layout.rows);
        if (m_layout.isRagged() && !m_isCut) {
            const auto padded = static_cast<std::int64_t>(m_layout.paddedRow());
            m_chain.step("Reshape", { addSizes("_padded_shape", { rows, padded }) });
            cutRows();
        }
        const auto& own = m_layer.view.shape;
        const auto axis = static_cast<std::size_t>(m_tensor.outAxis);
        Shape moved = own;
        std::rotate(moved.begin(), moved.begin() + static_cast<std::ptrdiff_t>(axis),
            moved.begin() + static_cast<std::ptrdiff_t>(axis) + 1);
        m_chain.step("Reshape", { addSizes("_shape", moved) });
        if (axis > 0) {
            std::vector<std::int64_t> order;
            for (std::size_t i = 0; i < own.size(); ++i) {
                order.push_back(static_cast<std::int64_t>(i == axis ? 0 : i < axis ? i + 1 : i));
            }
            m_chain.step("Transpose", {}, NodeAttributes().add("perm", order));
        }
    }

    void cutRows()
    {
        const auto length = static_cast<std::int64_t>(m_layout.rowLength);
        constexpr std::int64_t inputsOpset = 10; // earlier: attributes
        if (m_target.opset < inputsOpset) {
            m_chain.step("Slice", {},
                NodeAttributes().add("axes", Shape { 1 }).add("ends", Shape { length }).add("starts", Shape { 0 }));
            return;
        }
        m_chain.step("Slice", { addSizes("_starts", { 0 }), addSizes("_ends", { length }), addSizes("_axes", { 1 }) });
    }

    const LayerInfo& m_layer;
    const QuantizedTensor& m_tensor;
    OnnxTarget m_target;
    OnnxNames& m_names;
    const JobContext& m_ctx;
    std::shared_ptr<const CodeValues> m_values;
    CodeLayout m_layout;
    NodeChain m_chain;
    OnnxWeight m_weight;
    OnnxType m_type = OnnxType::Int8;
    bool m_isLayerOrder = false;
    bool m_isCut = false; ///< the codes have no filling
    std::string m_rowsShape;
};

/// 16-bit floats as such, cast by the graph; others as they are.
OnnxWeight floatWeight(const LayerInfo& layer, const QuantizedTensor& tensor, const OnnxTarget& target,
    OnnxNames& names, const JobContext& ctx)
{
    if (layer.view.dtype == DType::F32) {
        for (const DType narrow : { DType::F16, DType::BF16 }) {
            const bool isThere = narrow == DType::F16 || target.opset >= bfloatOpset;
            if (isThere && dequantizedDType(tensor, narrow, ctx) == narrow) {
                OnnxWeight weight;
                weight.form = "cast";
                weight.arrays.push_back({ names.unique(layer.name + "_quantized"), onnxTypeOf(narrow), layer.view.shape,
                    ContentTensor { layer.name, narrow, layer.view.shape, tensor } });
                NodeChain chain(layer.name, names);
                chain.start(weight.arrays.front().name);
                chain.cast(OnnxType::Float);
                weight.nodes = chain.nodes();
                return weight;
            }
        }
    }
    return onnxPlainWeight(layer, tensor);
}
} // namespace

OnnxWeight onnxWeight(const LayerInfo& layer, const QuantizedTensor& tensor, const OnnxTarget& target, OnnxNames& names,
    const JobContext& ctx)
{
    return isPlainFloat(tensor) ? floatWeight(layer, tensor, target, names, ctx)
                                : WeightBuilder(layer, tensor, target, names, ctx).build();
}

OnnxWeight onnxPlainWeight(const LayerInfo& layer, const QuantizedTensor& tensor)
{
    OnnxWeight weight;
    weight.form = "plain";
    weight.arrays.push_back({ layer.name, onnxTypeOf(layer.view.dtype), layer.view.shape,
        ContentTensor { layer.name, layer.view.dtype, layer.view.shape, tensor } });
    return weight;
}

Text onnxObstacle(const LayerInfo& layer, const QuantizedTensor& tensor, const OnnxTarget& target, bool isDequantized)
{
    if (layer.name.find_first_of("\t\n") != std::string::npos) {
        return BW_TR_NOOP("core", "its name has a tab or an end of a line");
    }
    if (!canCastFloats(layer.view.dtype)) {
        return Text(BW_TR_NOOP("core", "its values are of type %1"), { info(layer.view.dtype).name });
    }
    if (isDequantized || isPlainFloat(tensor)) {
        return {};
    }
    const auto values = tensor.codec->codeValues();
    if (!values || !tensor.format.extras.empty()) {
        return Text(
            BW_TR_NOOP("core",
                "ONNX has no operators that undo %1 (entropy coding, rotations, sparse corrections, vectors and "
                "blocks of llama.cpp); integers and formats with a table of levels can be said"),
            { formatText(tensor.format) });
    }
    if (target.opset < broadcastOpset) {
        return Text(BW_TR_NOOP("core", "the model is of operator set %1, and no less than 7 is needed"),
            { toText(target.opset) });
    }
    constexpr auto mostLevels = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    if (values->levels.size() > mostLevels) {
        return BW_TR_NOOP("core", "its codebooks have more levels than ONNX can count with 32 bits");
    }
    return {};
}

std::uint64_t OnnxArray::bytes() const
{
    if (const auto* raw = std::get_if<std::string>(&data)) {
        return raw->size();
    }
    if (const auto* lazy = std::get_if<OnnxLazyBytes>(&data)) {
        return lazy->count;
    }
    if (const auto* codes = std::get_if<OnnxCodes>(&data)) {
        return codes->bytes();
    }
    const auto& content = std::get<ContentTensor>(data);
    return elementCount(content.shape) * info(content.dtype).size;
}

OnnxType onnxTypeOf(DType dtype)
{
    switch (dtype) {
    case DType::F32:
        return OnnxType::Float;
    case DType::F16:
        return OnnxType::Float16;
    case DType::BF16:
        return OnnxType::BFloat16;
    case DType::F64:
        return OnnxType::Double;
    default:
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "values cannot be written as %1"), info(dtype).name);
    }
}

std::string OnnxNames::unique(const std::string& wanted)
{
    std::string name = wanted;
    for (std::size_t i = 2; !m_taken.insert(name).second; ++i) {
        name = wanted + "_" + toText(i);
    }
    return name;
}

} // namespace bw
