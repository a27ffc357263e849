// ONNX models (onnx.proto, IR version 3 and later): initializers and constants as layers, with what the graph says of
// them. Read in place by a reader of protobuf's wire format: generated parsers copy all weights, and stop at 2 GB.

#include "core/base/checked_math.h"
#include "core/model/file_reader.h"
#include "core/model/foreign_formats.h"
#include "core/model/loader.h"
#include "core/model/onnx_details.h"
#include "core/model/onnx_expression.h"
#include "core/model/onnx_graph.h"
#include "core/model/onnx_tensor.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace bw {

extern const ModelLoader onnxLoader;

namespace {
/// (x - zero point) · scale, worked out while it is read.
class DequantizedSource : public TensorSource
{
public:
    TensorView values;
    std::vector<float> scales;
    std::vector<float> zeroPoints; ///< empty: 0
    std::uint64_t channels = 1; ///< along the axis
    std::uint64_t inner = 1; ///< values between two steps along the axis
    std::uint64_t block = 1; ///< steps along the axis that share a scale
    std::uint64_t scalesAlong = 1;

    void read(std::uint64_t first, std::span<float> out) const override
    {
        values.read(first, out);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto at = scaleOf(first + i);
            const float zero = zeroPoints.empty() ? 0.0F : zeroPoints[at];
            out[i] = (out[i] - zero) * scales[at];
        }
    }

private:
    std::size_t scaleOf(std::uint64_t position) const
    {
        if (scales.size() == 1) {
            return 0;
        }
        const std::uint64_t step = position / inner;
        const std::uint64_t along = step % channels / block;
        if (block == 1) {
            return static_cast<std::size_t>(along);
        }
        return static_cast<std::size_t>((step / channels * scalesAlong + along) * inner + position % inner);
    }
};

struct OperatorKind
{
    std::string_view op;
    unsigned input;
    LayerKind kind;
};
constexpr std::array operatorKinds {
    OperatorKind { "Gemm", 1, LayerKind::Linear },
    OperatorKind { "MatMul", 1, LayerKind::Linear },
    OperatorKind { "MatMul", 0, LayerKind::Linear },
    OperatorKind { "MatMulInteger", 1, LayerKind::Linear },
    OperatorKind { "QLinearMatMul", 3, LayerKind::Linear },
    OperatorKind { "ConvTranspose", 1, LayerKind::ConvTransposed },
    OperatorKind { "Gather", 0, LayerKind::Embedding },
    OperatorKind { "LSTM", 1, LayerKind::Matrix },
    OperatorKind { "LSTM", 2, LayerKind::Matrix },
    OperatorKind { "GRU", 1, LayerKind::Matrix },
    OperatorKind { "GRU", 2, LayerKind::Matrix },
    OperatorKind { "RNN", 1, LayerKind::Matrix },
    OperatorKind { "RNN", 2, LayerKind::Matrix },
    OperatorKind { "LSTM", 3, LayerKind::Bias },
    OperatorKind { "GRU", 3, LayerKind::Bias },
    OperatorKind { "RNN", 3, LayerKind::Bias },
    OperatorKind { "Conv", 2, LayerKind::Bias },
    OperatorKind { "ConvTranspose", 2, LayerKind::Bias },
    OperatorKind { "Gemm", 2, LayerKind::Bias },
    OperatorKind { "QLinearConv", 8, LayerKind::Bias },
    OperatorKind { "BatchNormalization", 1, LayerKind::Norm },
    OperatorKind { "BatchNormalization", 2, LayerKind::Bias },
    OperatorKind { "BatchNormalization", 3, LayerKind::Statistic },
    OperatorKind { "BatchNormalization", 4, LayerKind::Statistic },
    OperatorKind { "InstanceNormalization", 1, LayerKind::Norm },
    OperatorKind { "InstanceNormalization", 2, LayerKind::Bias },
    OperatorKind { "LayerNormalization", 1, LayerKind::Norm },
    OperatorKind { "LayerNormalization", 2, LayerKind::Bias },
    OperatorKind { "PRelu", 1, LayerKind::Other },
};

bool isConvolutionWeight(const OnnxUse& use)
{
    return (use.op == "Conv" && use.input == 1) || (use.op == "ConvInteger" && use.input == 1)
        || (use.op == "QLinearConv" && use.input == 3);
}

bool isRecurrent(std::string_view op)
{
    return op == "LSTM" || op == "GRU" || op == "RNN";
}

LayerKind convolutionKind(std::size_t rank)
{
    return rank == 3 ? LayerKind::Conv1d : rank == 5 ? LayerKind::Conv3d : LayerKind::Conv2d;
}

/// Kind and the dimension of the output channels, as the operator that reads the tensor has them.
void describe(LayerInfo& layer, const OnnxUse* use)
{
    const auto rank = layer.view.shape.size();
    const auto guess = classifyByName(layer.name, layer.view.shape);
    layer.role = guess.role;
    if (use == nullptr || use->op.empty()) {
        layer.kind = guess.kind == LayerKind::Norm || guess.kind == LayerKind::Bias ? guess.kind : LayerKind::Other;
        return;
    }
    layer.uses = { std::string(use->op) };
    const auto known = std::find_if(operatorKinds.begin(), operatorKinds.end(),
        [&](const OperatorKind& kind) { return kind.op == use->op && kind.input == use->input; });
    layer.kind = isConvolutionWeight(*use) ? convolutionKind(rank)
        : known != operatorKinds.end()     ? known->kind
        : use->op == "Add" && rank <= 1    ? LayerKind::Bias
                                           : LayerKind::Other;
    if (layer.kind == LayerKind::ConvTransposed && rank >= 2) {
        layer.outAxis = 1;
    } else if (layer.kind == LayerKind::Linear && rank >= 2) {
        // [in, out] as the second operand, unless it is turned round on the way.
        const bool isOutLast = (use->input != 0) != use->isTransposed;
        layer.outAxis = isOutLast ? static_cast<int>(rank) - 1 : static_cast<int>(rank) - 2;
    } else if (isRecurrent(use->op) && rank == 3) {
        layer.outAxis = 1; // [directions, gates · hidden, input]
    }
    if (layer.kind != LayerKind::Linear && layer.kind != LayerKind::Embedding) {
        layer.role.clear();
    }
}

class Loader
{
public:
    Loader(const std::filesystem::path& path, const JobContext& ctx)
        : m_external(path)
        , m_ctx(ctx)
    {
        m_data.path = path;
        m_data.format = onnxLoader.id;
        m_data.files = { path };
    }

    ModelPtr load()
    {
        openFile();
        m_graph = readOnnxGraph(m_message, m_ctx);
        for (const auto message : m_graph.initializers) {
            addTensor(message, {});
        }
        for (const auto& [output, message] : m_graph.constants) {
            addTensor(message, output);
        }
        for (const auto& derived : m_graph.derived) {
            addDerived(derived);
        }
        for (auto& [name, tensor] : m_tensors) {
            if (!m_hidden.contains(name)) {
                addLayer(tensor);
            }
        }
        std::sort(m_data.layers.begin(), m_data.layers.end(),
            [&](const LayerInfo& a, const LayerInfo& b) { return m_order[a.name] < m_order[b.name]; });
        finish();
        return std::make_shared<const Model>(std::move(m_data));
    }

private:
    void openFile()
    {
        const FileReader before(m_data.path);
        m_file = MappedFile::open(m_data.path);
        if (m_file->bytes().size() != before.size()) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file was changed while it was opened")));
        }
        m_data.fileBytes = before.size();
        m_message = { reinterpret_cast<const char*>(m_file->bytes().data()), m_file->bytes().size() };
    }

    /// `name`: of a constant, whose tensor usually has none.
    void addTensor(std::string_view message, std::string_view name)
    {
        m_ctx.checkpoint();
        Text whyNot;
        const auto shown = name.empty() ? onnxTensorName(message) : name;
        auto tensor = withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(shown) }),
            [&] { return readOnnxTensor(message, m_file, m_external, whyNot); });
        if (!tensor) {
            if (name.empty()) {
                m_data.warnings.push_back(std::move(whyNot));
            }
            return;
        }
        // Constants that are no weights are sizes, axes and indices: there are dozens, and nobody asks for them.
        const bool isWeight = info(tensor->view.dtype).isFloat && tensor->view.shape.size() >= 2;
        if (!name.empty() && !isWeight) {
            return;
        }
        tensor->name = shown;
        m_order[tensor->name] = m_order.size();
        const std::string key = tensor->name;
        m_tensors.emplace(key, std::move(*tensor));
    }

    const OnnxTensor* find(std::string_view name) const
    {
        const auto found = m_tensors.find(name);
        return found == m_tensors.end() ? nullptr : &found->second;
    }

    /// A weight of an export of this program, under the name it had before. Without such nodes, the tensors stay what
    /// they are.
    void addDerived(const OnnxDerived& derived)
    {
        m_ctx.checkpoint();
        if (!m_graph.nodes.contains(derived.name) || m_tensors.contains(derived.name)) {
            return;
        }
        const auto* codes = find(derived.codes);
        withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(derived.name) }), [&] {
            const auto stored = [this](std::string_view name) {
                const auto* tensor = find(name);
                return tensor == nullptr ? nullptr : &tensor->view;
            };
            constexpr std::uint64_t codesPerByte = 2;
            OnnxExpressions expressions(m_graph, stored, checkedMul(codesPerByte, m_message.size()));
            LayerInfo layer;
            layer.name = derived.name;
            layer.view = onnxTensorOf(expressions.values(derived.name), DType::F32);
            layer.view.owner = m_file;
            auto form = std::make_shared<StoredForm>();
            form->format = derived.format.empty() ? "ONNX" : printable(derived.format);
            form->shape = layer.view.shape;
            std::uint64_t bytes = 0;
            for (const auto name : expressions.used()) {
                const auto& data = find(name)->stored;
                bytes += data.bytes.size();
                if (find(name) == codes) {
                    form->data = data;
                }
                m_hidden.emplace(name);
            }
            form->moreBytes = bytes - form->data.bytes.size();
            form->bitsPerWeight
                = 8.0 * static_cast<double>(bytes) / static_cast<double>(std::max<std::uint64_t>(1, layer.count()));
            layer.stored = std::move(form);
            const auto use = m_graph.uses.find(derived.name);
            describe(layer, use == m_graph.uses.end() ? nullptr : &use->second);
            m_order[layer.name] = codes == nullptr ? m_order.size() : m_order[derived.codes];
            m_data.layers.push_back(std::move(layer));
        });
    }

    void addLayer(const OnnxTensor& tensor)
    {
        LayerInfo layer;
        layer.name = tensor.name;
        layer.view = tensor.view;
        const auto found = m_graph.uses.find(tensor.name);
        const OnnxUse* use = found == m_graph.uses.end() ? nullptr : &found->second;
        if (use != nullptr && use->dequantization && !info(tensor.view.dtype).isFloat) {
            withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(tensor.name) }),
                [&] { dequantize(layer, tensor, *use->dequantization); });
        }
        describe(layer, use);
        m_data.layers.push_back(std::move(layer));
    }

    /// The layer's view becomes what its integers stand for. Scales that are computed by the graph leave it as it is.
    void dequantize(LayerInfo& layer, const OnnxTensor& tensor, const OnnxDequantization& how)
    {
        const auto* scale = find(how.scale);
        const auto* zero = how.zeroPoint.empty() ? nullptr : find(how.zeroPoint);
        if (scale == nullptr || (zero == nullptr && !how.zeroPoint.empty())) {
            return;
        }
        auto source = std::make_shared<DequantizedSource>();
        source->values = tensor.view;
        place(*source, tensor.view.shape, scale->view, how);
        if (zero != nullptr && zero->view.count() != scale->view.count()) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "it has %1 scales, but %2 zero points"),
                toText(scale->view.count()), toText(zero->view.count()));
        }
        source->scales = toFloats(scale->view);
        if (zero != nullptr) {
            source->zeroPoints = toFloats(zero->view);
        }
        layer.stored = storedForm(tensor, source->scales.size(), zero);
        layer.view = makeTensor(DType::F32, tensor.view.shape, std::shared_ptr<const TensorSource>(source));
        layer.view.owner = tensor.stored.owner;
    }

    static void place(
        DequantizedSource& source, const Shape& shape, const TensorView& scale, const OnnxDequantization& how)
    {
        const auto rank = static_cast<std::int64_t>(shape.size());
        const std::uint64_t scales = scale.count();
        if (scales == 1) {
            return;
        }
        const std::int64_t axis = how.axis < 0 ? how.axis + rank : how.axis;
        if (axis < 0 || axis >= rank) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "its scales are along dimension %1, which it does not have"), toText(how.axis));
        }
        const auto at = shape.begin() + axis;
        source.channels = static_cast<std::uint64_t>(*at);
        source.inner = elementCount(Shape(at + 1, shape.end()));
        source.block = 1;
        source.scalesAlong = source.channels;
        Shape wanted { *at };
        if (how.blockSize > 0) {
            source.block = static_cast<std::uint64_t>(how.blockSize);
            source.scalesAlong = source.channels / source.block + (source.channels % source.block != 0 ? 1 : 0);
            wanted = shape;
            wanted[static_cast<std::size_t>(axis)] = static_cast<std::int64_t>(source.scalesAlong);
            if (source.block == 1) {
                throw Error(ErrorKind::Unsupported, Text(BW_TR_NOOP("core", "its scales are for blocks of one value")));
            }
        }
        if (scale.shape != wanted) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its scales are of shape %1, where %2 belongs"),
                shapeText(scale.shape), shapeText(wanted));
        }
    }

    static std::shared_ptr<const StoredForm> storedForm(
        const OnnxTensor& tensor, std::size_t scales, const OnnxTensor* zero)
    {
        auto form = std::make_shared<StoredForm>();
        const bool isNibbles = tensor.dataType == onnx_type::int4 || tensor.dataType == onnx_type::uint4;
        const bool isSigned
            = tensor.view.dtype == DType::I8 || tensor.view.dtype == DType::I16 || tensor.view.dtype == DType::I32;
        const std::size_t bits = isNibbles ? 4 : 8 * info(tensor.view.dtype).size;
        form->format = std::string(isSigned ? "" : "u") + "int" + toText(bits);
        form->data = tensor.stored;
        form->shape = tensor.view.shape;
        const double side = 32.0 + (zero == nullptr ? 0 : static_cast<double>(bits));
        const auto count = static_cast<double>(std::max<std::uint64_t>(1, tensor.view.count()));
        form->bitsPerWeight = static_cast<double>(bits) + side * static_cast<double>(scales) / count;
        return form;
    }

    void finish()
    {
        m_data.metadata = std::move(m_graph.metadata);
        for (auto& [key, value] : m_graph.properties) {
            m_data.metadata.emplace(key, std::move(value));
        }
        for (const auto& [location, file] : m_external.files()) {
            m_data.files.push_back(m_external.pathOf(location));
            m_data.fileBytes = checkedAdd(m_data.fileBytes, file->bytes().size());
        }
        if (m_graph.nestedInitializers > 0) {
            m_data.warnings.push_back(Text(BW_TR_NOOP("core", "%1 tensors inside of branches and loops are left out."),
                { toText(m_graph.nestedInitializers) }));
        }
        if (m_graph.sparseInitializers > 0) {
            m_data.warnings.push_back(
                Text(BW_TR_NOOP("core", "%1 sparse tensors are left out."), { toText(m_graph.sparseInitializers) }));
        }
        auto details = std::make_shared<OnnxDetails>();
        details->file = m_file;
        details->message = m_message;
        m_data.details = std::move(details);
    }

    Model::Data m_data;
    std::shared_ptr<const MappedFile> m_file;
    std::string_view m_message;
    OnnxGraph m_graph;
    OnnxExternalFiles m_external;
    std::map<std::string, OnnxTensor, std::less<>> m_tensors;
    std::map<std::string, std::size_t> m_order;
    std::set<std::string, std::less<>> m_hidden; ///< parts of quantized weights
    const JobContext& m_ctx;
};

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    return Loader(path, ctx).load();
}

/// ONNX has no mark of its own: a protobuf message that begins with a small ir_version, and whose fields are a model's.
bool sniff(const std::filesystem::path& path, std::span<const std::byte> head)
{
    const bool beginsSo
        = head.size() > 4 && head[0] == std::byte { 8 } && head[1] > std::byte { 0 } && head[1] < std::byte { 32 };
    if (path.extension() == ".onnx") {
        return beginsSo || (!head.empty() && !foreignFormat(path, head));
    }
    if (!beginsSo) {
        return false;
    }
    const auto file = MappedFile::open(path);
    return looksLikeOnnx({ reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size() });
}
} // namespace

const ModelLoader onnxLoader { "onnx", BW_TR_NOOP("core", "ONNX"), { "*.onnx" }, sniff, open };

} // namespace bw
