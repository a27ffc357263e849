#include "core/export/onnx_contents.h"

#include "core/base/checked_math.h"
#include "core/export/onnx_opset.h"
#include "core/export/onnx_uses.h"
#include "core/export/quantized_layout.h"
#include "core/model/onnx_details.h"
#include "core/model/onnx_tensor.h"
#include "core/model/wire_reader.h"
#include "core/model/wire_writer.h"

#include <algorithm>
#include <map>
#include <set>

namespace bw {

namespace {
constexpr std::int64_t packedOpset = 21;
constexpr std::int64_t packedIr = 10; // of the release that brought operator set 21
constexpr std::int64_t freeInitializersIr = 4; // from here on they need not be inputs
constexpr int deepestGraph = 16;
const std::string noHash(64, '0');

std::string_view nameIn(std::string_view message, std::uint32_t field)
{
    std::string_view name;
    for (WireReader reader(message); reader.next();) {
        if (reader.field() == field) {
            name = reader.bytes();
        }
    }
    return name;
}

bool isExternal(std::string_view tensor)
{
    bool isIt = false;
    for (WireReader reader(tensor); reader.next();) {
        isIt = isIt || (reader.field() == 14 && reader.number() == 1);
    }
    return isIt;
}

/// All names of a graph and the graphs in it; Error{Unsupported} if something in a node has its data in another file.
void collectNames(std::string_view graph, int depth, OnnxNames& names)
{
    if (depth > deepestGraph) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "its graphs are nested more than 16 deep")));
    }
    const auto refuseExternal = [](std::string_view tensor) {
        if (isExternal(tensor)) {
            throw Error(ErrorKind::Unsupported,
                Text(BW_TR_NOOP("core",
                    "constants inside of nodes or branches have their data in another file, which would be lost; save "
                    "the model in one file first")));
        }
    };
    for (WireReader reader(graph); reader.next();) {
        if (reader.field() == 5) {
            names.reserve(nameIn(reader.bytes(), 8));
            if (depth > 0) {
                refuseExternal(reader.bytes());
            }
        } else if (reader.field() >= 11 && reader.field() <= 13) {
            names.reserve(nameIn(reader.bytes(), 1));
        } else if (reader.field() == 1) {
            for (WireReader node(reader.bytes()); node.next();) {
                if (node.field() <= 3) {
                    names.reserve(node.bytes());
                } else if (node.field() == 5) {
                    for (WireReader attribute(node.bytes()); attribute.next();) {
                        if (attribute.field() == 6 || attribute.field() == 11) {
                            collectNames(attribute.bytes(), depth + 1, names);
                        } else if (attribute.field() == 5 && attribute.type() == WireReader::Type::Bytes) {
                            refuseExternal(attribute.bytes());
                        }
                    }
                }
            }
        }
    }
}

const OnnxDetails* detailsOf(const Model& model)
{
    return dynamic_cast<const OnnxDetails*>(model.details().get());
}

std::uint64_t sizeOf(const OnnxSegment& segment)
{
    struct
    {
        std::uint64_t operator()(const std::string& text) const { return text.size(); }
        std::uint64_t operator()(const OnnxLazyBytes& bytes) const { return bytes.count; }
        std::uint64_t operator()(const TensorView& view) const { return view.bytes.size(); }
        std::uint64_t operator()(const OnnxCodes& codes) const { return codes.bytes(); }
        std::uint64_t operator()(const ContentTensor& content) const
        {
            return elementCount(content.shape) * info(content.dtype).size;
        }
    } visitor;
    return std::visit(visitor, segment);
}

/// Segments of one message, and how long they are together.
class Pieces
{
public:
    void add(OnnxSegment segment)
    {
        m_bytes = checkedAdd(m_bytes, sizeOf(segment));
        auto* text = std::get_if<std::string>(&segment);
        auto* last = m_segments.empty() ? nullptr : std::get_if<std::string>(&m_segments.back());
        if (text != nullptr && last != nullptr) {
            *last += *text;
        } else {
            m_segments.push_back(std::move(segment));
        }
    }
    /// Bytes of the source; those that follow one another there become one segment.
    void addSource(std::string_view bytes, const std::shared_ptr<const void>& owner)
    {
        m_bytes = checkedAdd(m_bytes, bytes.size());
        const auto span = std::as_bytes(std::span(bytes));
        auto* last = m_segments.empty() ? nullptr : std::get_if<TensorView>(&m_segments.back());
        if (last != nullptr && last->bytes.data() + last->bytes.size() == span.data()) {
            last->bytes = { last->bytes.data(), last->bytes.size() + span.size() };
            last->shape = { static_cast<std::int64_t>(last->bytes.size()) };
        } else {
            m_segments.push_back(TensorView { DType::U8, { static_cast<std::int64_t>(span.size()) }, span, owner });
        }
    }
    void addField(std::uint32_t field, std::string_view message) { add(WireWriter().bytes(field, message).take()); }
    /// `inner` as one field.
    void addMessage(std::uint32_t field, Pieces inner)
    {
        add(WireWriter().begin(field, inner.m_bytes).take());
        for (auto& segment : inner.m_segments) {
            add(std::move(segment));
        }
    }
    std::uint64_t bytes() const { return m_bytes; }
    std::vector<OnnxSegment>& segments() { return m_segments; }

private:
    std::vector<OnnxSegment> m_segments;
    std::uint64_t m_bytes = 0;
};

Pieces tensorMessage(std::string_view name, std::int64_t type, const Shape& dims, OnnxSegment data)
{
    WireWriter head;
    for (const auto size : dims) {
        head.signedNumber(1, size);
    }
    head.signedNumber(2, type).bytes(8, name).begin(9, sizeOf(data));
    Pieces pieces;
    pieces.add(head.take());
    pieces.add(std::move(data));
    return pieces;
}

class Rewriter
{
public:
    Rewriter(
        const QuantizedModel& model, const ExportOptions& options, const OnnxFlavour& flavour, const JobContext& ctx)
        : m_model(model)
        , m_options(options)
        , m_flavour(flavour)
        , m_target(onnxTarget(*model.model, flavour))
        , m_details(*detailsOf(*model.model))
        , m_external(model.model->path())
        , m_ctx(ctx)
        , m_uses(m_details.message)
    {
    }

    enum class Provenance
    {
        None,
        Real,
        ForSizes ///< as long as the real one
    };

    OnnxContents contents(Provenance provenance)
    {
        for (WireReader reader(m_details.message); reader.next();) {
            if (reader.field() == 7) {
                collectNames(reader.bytes(), 0, m_names);
            }
        }
        makeWeights();
        for (WireReader reader(m_details.message); reader.next();) {
            addModelField(reader);
        }
        OnnxContents contents;
        contents.segments = std::move(m_pieces.segments());
        contents.provenanceFirst = contents.segments.size();
        contents.bytes = m_pieces.bytes();
        if (provenance == Provenance::Real) {
            addProvenance(contents, provenanceMetadata(m_model, m_options, m_flavour.id, m_ctx));
            requireSize(contents);
        } else if (provenance == Provenance::ForSizes) {
            addProvenance(
                contents, provenanceMetadataForSizes(*m_model.model, m_model.plan.recipe, m_options, m_flavour.id));
        }
        return contents;
    }

private:
    void makeWeights()
    {
        for (const auto& original : m_model.model->layers()) {
            const auto* found = std::get_if<QuantizedLayerPtr>(&m_model.layers[original.id.index()]);
            if (found == nullptr) {
                continue;
            }
            LayerInfo layer = original;
            layer.name = m_uses.weightName(original);
            if (original.stored) {
                m_unused.merge(m_uses.unusedWithout(layer.name));
            }
            m_ctx.checkpoint();
            const auto& tensor = (*found)->tensor;
            withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(layer.name) }), [&] {
                auto weight = m_options.dequantized ? onnxPlainWeight(layer, tensor)
                                                    : onnxWeight(layer, tensor, m_target, m_names, m_ctx);
                m_described += layer.name + "\t" + formatText(tensor.format) + "\t" + weight.form + "\t"
                    + weight.arrays.front().name + "\n";
                m_weights.emplace(layer.name, std::move(weight));
            });
        }
    }

    void addModelField(const WireReader& field)
    {
        if (field.field() == 1) {
            auto ir = std::max(field.signedNumber(), freeInitializersIr);
            ir = m_target.style == OnnxStyle::Packed ? std::max(ir, packedIr) : ir;
            m_pieces.add(WireWriter().signedNumber(1, ir).take());
        } else if (field.field() == 7) {
            m_pieces.addMessage(7, graphOf(field.bytes()));
        } else if (field.field() == 8 && isDefaultDomain(field.bytes())) {
            m_pieces.addField(8, WireWriter().bytes(1, "").signedNumber(2, m_target.opset).take());
        } else if (field.field() != 14 || !nameIn(field.bytes(), 1).starts_with(onnx_keys::prefix)) {
            keep(m_pieces, field);
        }
    }

    static bool isDefaultDomain(std::string_view operatorSet)
    {
        const auto domain = nameIn(operatorSet, 1);
        return domain.empty() || domain == "ai.onnx";
    }

    void keep(Pieces& pieces, const WireReader& field) const { pieces.addSource(field.raw(), m_details.file); }

    Pieces graphOf(std::string_view graph)
    {
        Pieces pieces;
        bool areNodesAdded = false;
        for (WireReader field(graph); field.next();) {
            m_ctx.checkpoint();
            if (field.field() == 1) {
                if (!areNodesAdded) {
                    addInitializerNodes(pieces, graph);
                    areNodesAdded = true;
                }
                addNode(pieces, field);
            } else if (field.field() == 5) {
                addInitializer(pieces, field);
            } else if (field.field() == 11) {
                addInput(pieces, field);
            } else {
                keep(pieces, field);
            }
        }
        if (!areNodesAdded) {
            addInitializerNodes(pieces, graph);
        }
        return pieces;
    }

    const OnnxWeight* weight(std::string_view name) const
    {
        const auto found = m_weights.find(name);
        return found == m_weights.end() ? nullptr : &found->second;
    }

    static void addNodes(Pieces& pieces, const OnnxWeight& weight)
    {
        for (const auto& node : weight.nodes) {
            pieces.addField(1, node);
        }
    }

    /// Before all other nodes, as any of them may need a weight.
    void addInitializerNodes(Pieces& pieces, std::string_view graph) const
    {
        for (WireReader field(graph); field.next();) {
            if (field.field() == 5) {
                if (const auto* found = weight(nameIn(field.bytes(), 8))) {
                    addNodes(pieces, *found);
                }
            }
        }
    }

    static void addArrays(Pieces& pieces, const OnnxWeight& weight)
    {
        for (const auto& array : weight.arrays) {
            auto data = std::visit([](const auto& source) { return OnnxSegment(source); }, array.data);
            pieces.addMessage(
                5, tensorMessage(array.name, static_cast<std::int64_t>(array.type), array.dims, std::move(data)));
        }
    }

    void addNode(Pieces& pieces, const WireReader& field) const
    {
        const auto output = nameIn(field.bytes(), 2);
        if (const auto* found = weight(output)) {
            addNodes(pieces, *found);
            addArrays(pieces, *found);
            return;
        }
        if (m_unused.contains(std::string(output))) {
            return;
        }
        keep(pieces, field);
    }

    void addInitializer(Pieces& pieces, const WireReader& field)
    {
        const auto name = nameIn(field.bytes(), 8);
        if (const auto* found = weight(name)) {
            addArrays(pieces, *found);
        } else if (m_unused.contains(std::string(name))) {
            return;
        } else if (isExternal(field.bytes())) {
            takeIn(pieces, field.bytes());
        } else {
            keep(pieces, field);
        }
    }

    /// Data of another file: the file would be lost when the written one is moved.
    void takeIn(Pieces& pieces, std::string_view message)
    {
        withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(nameIn(message, 8)) }), [&] {
            Text whyNot;
            const auto tensor = readOnnxTensor(message, m_details.file, m_external, whyNot);
            if (!tensor) {
                throw Error(ErrorKind::Unsupported, std::move(whyNot));
            }
            auto pieceOf = tensorMessage(tensor->name, tensor->dataType, tensor->view.shape, tensor->stored);
            pieces.addMessage(5, std::move(pieceOf));
        });
    }

    void addInput(Pieces& pieces, const WireReader& field)
    {
        const auto name = nameIn(field.bytes(), 1);
        const auto* found = weight(name);
        if (found != nullptr && !found->nodes.empty()) {
            m_removedInputs += std::string(name) + "\n";
        } else {
            keep(pieces, field);
        }
    }

    void addProvenance(OnnxContents& contents, std::map<std::string, std::string> metadata) const
    {
        metadata.erase(quantized_layout::sourceMetadataKey); // it is in the file itself
        metadata[quantized_layout::versionKey] = "1";
        metadata["bitwright.seed"] = toText(m_model.plan.recipe.seed);
        metadata[onnx_keys::layers] = m_described;
        if (m_options.dequantized) {
            metadata[onnx_keys::dequantized] = "1";
        }
        if (!m_removedInputs.empty()) {
            metadata["bitwright.inputs_removed"] = m_removedInputs;
        }
        std::string provenance;
        const auto add = [&](const std::string& key, const std::string& value) {
            provenance += WireWriter().bytes(14, WireWriter().bytes(1, key).bytes(2, value).text()).text();
        };
        for (const auto& [key, value] : metadata) {
            add(key, value);
        }
        add(onnx_keys::fileHash, noHash);
        contents.bytes = checkedAdd(contents.bytes, provenance.size());
        contents.segments.emplace_back(std::move(provenance));
    }

    static void requireSize(const OnnxContents& contents)
    {
        if (contents.bytes > onnxMostBytes) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core",
                    "the file would have %1 bytes, but ONNX files end at 2 GB. Choose formats of fewer bits, or write "
                    ".safetensors"),
                toText(contents.bytes));
        }
    }

    const QuantizedModel& m_model;
    const ExportOptions& m_options;
    OnnxFlavour m_flavour;
    OnnxTarget m_target;
    const OnnxDetails& m_details;
    OnnxExternalFiles m_external;
    const JobContext& m_ctx;
    OnnxUses m_uses;
    std::unordered_set<std::string> m_unused; ///< of weights that were quantized already
    OnnxNames m_names;
    std::map<std::string, OnnxWeight, std::less<>> m_weights;
    std::string m_described;
    std::string m_removedInputs;
    Pieces m_pieces;
};
} // namespace

OnnxTarget onnxTarget(const Model& model, const OnnxFlavour& flavour)
{
    const auto* details = detailsOf(model);
    if (details == nullptr) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "ONNX files need the model's graph, and %1 files hold none that can be written. Export the model to "
                "ONNX where it was trained and open that file, or write .safetensors."),
            model.format());
    }
    const auto versions = onnxVersions(details->message);
    OnnxTarget target { flavour.style, versions.opset };
    if (flavour.style == OnnxStyle::Packed) {
        if (const auto why = whyNotRaised(details->message, versions, packedOpset); !why.empty()) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core",
                    "4-bit weights need operator set %1, and the model, of operator set %2, cannot be raised to it: "
                    "%3. "
                    "Export the model with operator set %1, or write --to onnx, which has a byte per weight."),
                toText(packedOpset), toText(versions.opset), why.english());
        }
        target.opset = std::max(target.opset, packedOpset);
    }
    return target;
}

OnnxContents onnxContents(
    const QuantizedModel& model, const ExportOptions& options, const OnnxFlavour& flavour, const JobContext& ctx)
{
    return Rewriter(model, options, flavour, ctx).contents(Rewriter::Provenance::Real);
}

OnnxContents onnxGraphContents(
    const QuantizedModel& model, const ExportOptions& options, const OnnxFlavour& flavour, const JobContext& ctx)
{
    return Rewriter(model, options, flavour, ctx).contents(Rewriter::Provenance::None);
}

std::uint64_t onnxFileBytes(
    const QuantizedModel& model, const ExportOptions& options, const OnnxFlavour& flavour, const JobContext& ctx)
{
    return Rewriter(model, options, flavour, ctx).contents(Rewriter::Provenance::ForSizes).bytes;
}

} // namespace bw
