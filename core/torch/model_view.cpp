#include "core/torch/model_view.h"

#include "core/base/error.h"
#include "core/torch/channel_flow.h"
#include "core/torch/module_tensors.h"
#include "core/torch/weight_uses.h"

#include <algorithm>
#include <array>
#include <optional>

#include <ATen/core/class_type.h>
#include <ATen/core/function_schema.h>

namespace bw::torch_backend {

namespace {

constexpr const char* exportNote = "bitwright.json"; ///< what our own exports say about themselves

struct TypePair
{
    at::ScalarType torchType;
    DType dtype;
};

constexpr auto typePairs = std::to_array<TypePair>({
    { at::kFloat, DType::F32 },
    { at::kHalf, DType::F16 },
    { at::kBFloat16, DType::BF16 },
    { at::kDouble, DType::F64 },
    { at::kLong, DType::I64 },
    { at::kInt, DType::I32 },
    { at::kShort, DType::I16 },
    { at::kChar, DType::I8 },
    { at::kByte, DType::U8 },
    { at::kBool, DType::Bool },
});

/// Nothing for types that Bitwright has none for (complex numbers).
std::optional<TensorView> viewOf(const at::Tensor& tensor)
{
    const auto pair = std::find_if(
        typePairs.begin(), typePairs.end(), [&](const auto& p) { return p.torchType == tensor.scalar_type(); });
    if (pair == typePairs.end()) {
        return std::nullopt;
    }
    const auto kept = std::make_shared<const at::Tensor>(tensor.detach().contiguous());
    TensorView view;
    view.dtype = pair->dtype;
    view.shape = kept->sizes().vec();
    view.bytes = { static_cast<const std::byte*>(kept->data_ptr()), kept->nbytes() };
    view.owner = kept;
    return view;
}

bool isWeight(LayerKind kind)
{
    return kind <= LayerKind::Matrix;
}

class ViewMaker
{
public:
    ViewMaker(const std::vector<ModuleTensor>& tensors, const std::vector<WeightUse>& uses)
        : m_tensors(tensors)
        , m_uses(uses)
    {
    }

    void addLayers(Model::Data& data)
    {
        for (const auto& entry : m_tensors) {
            const auto uses = usesOf(entry);
            // Constants of code are layers only where they serve as weights; the others are scales, limits, masks.
            if (!entry.isConstant || !uses.empty()) {
                addLayer(data, entry, uses);
            }
        }
    }

private:
    std::vector<const WeightUse*> usesOf(const ModuleTensor& entry) const
    {
        std::vector<const WeightUse*> uses;
        for (const auto& use : m_uses) {
            if (use.tensor.is_same(entry.tensor) || isSameMemory(use.tensor, entry.tensor)) {
                uses.push_back(&use);
            }
        }
        return uses;
    }

    static void addLayer(Model::Data& data, const ModuleTensor& entry, const std::vector<const WeightUse*>& uses)
    {
        const auto view = viewOf(entry.tensor);
        if (!view.has_value()) {
            data.warnings.emplace_back(BW_TR_NOOP("core", "The tensor %1 is left out: it holds complex numbers."),
                std::vector<std::string> { printable(entry.names.front()) });
            return;
        }
        LayerInfo layer;
        layer.name = entry.names.front();
        layer.tiedNames.assign(entry.names.begin() + 1, entry.names.end());
        layer.view = *view;
        const auto guess = classifyByName(layer.name, layer.view.shape);
        layer.role = guess.role;
        // A tensor that is not trained and that no operator takes as a weight is a state, mask or table, whatever its
        // shape.
        const bool canBeWeight = uses.empty() && (entry.isParameter || !isWeight(guess.kind));
        layer.kind = canBeWeight ? guess.kind : LayerKind::Other;
        for (const auto* use : uses) {
            if (std::find(layer.uses.begin(), layer.uses.end(), use->op) == layer.uses.end()) {
                layer.uses.push_back(use->op);
            }
        }
        if (!uses.empty()) {
            layer.kind = uses.front()->kind;
            layer.outAxis = uses.front()->outAxis;
            if (uses.front()->groups > 1) {
                data.metadata["groups:" + layer.name] = toText(uses.front()->groups);
            }
        }
        data.layers.push_back(std::move(layer));
    }

    const std::vector<ModuleTensor>& m_tensors;
    const std::vector<WeightUse>& m_uses;
};

/// Layers over the same memory that are not the same tensor, such as a matrix and its transpose.
void warnOfOverlaps(Model::Data& data)
{
    std::vector<const LayerInfo*> layers;
    for (const auto& layer : data.layers) {
        if (!layer.view.bytes.empty()) {
            layers.push_back(&layer);
        }
    }
    std::sort(layers.begin(), layers.end(),
        [](const auto* a, const auto* b) { return a->view.bytes.data() < b->view.bytes.data(); });
    for (std::size_t i = 1; i < layers.size(); ++i) {
        const auto& before = layers[i - 1]->view.bytes;
        if (before.data() + before.size() > layers[i]->view.bytes.data()) {
            data.warnings.emplace_back(
                BW_TR_NOOP("core", "%1 and %2 share memory in this model; quantized, they are stored apart."),
                std::vector<std::string> { printable(layers[i - 1]->name), printable(layers[i]->name) });
        }
    }
}

} // namespace

Text whyNotRunnable(const torch::jit::Module& module)
{
    const auto method = module.find_method("forward");
    if (!method.has_value()) {
        return BW_TR_NOOP("core", "The model has no method forward, so it cannot be evaluated.");
    }
    std::string needed;
    int count = 0;
    bool isTensor = true;
    const auto& arguments = method->function().getSchema().arguments();
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (!arguments[i].default_value().has_value()) {
            needed += (needed.empty() ? "" : ", ") + arguments[i].name() + ": " + arguments[i].type()->repr_str();
            ++count;
            isTensor = isTensor && c10::TensorType::get()->isSubtypeOf(*arguments[i].type());
        }
    }
    if (count == 1 && isTensor) {
        return {};
    }
    return Text(BW_TR_NOOP("core", "The model's forward takes (%1); Bitwright evaluates models that take one tensor."),
        { printable(needed) });
}

ModelPtr viewModel(const std::filesystem::path& path, const ScriptProgram& program, const JobContext& ctx)
{
    ctx.checkpoint();
    Model::Data data;
    data.path = path;
    data.format = "torchscript";
    data.files = { path };
    data.fileBytes = program.fileBytes;
    if (const auto& name = program.module.type()->name(); name.has_value()) {
        data.metadata["class"] = name->qualifiedName();
    }
    if (const auto note = program.extraFiles.find(exportNote); note != program.extraFiles.end()) {
        data.metadata[exportNote] = note->second;
    }
    const auto tensors = collectTensors(program);
    std::optional<ForwardGraph> forward;
    if (program.module.find_method("forward").has_value()) {
        forward = prepareForward(program.module);
    }
    const auto uses = forward ? findWeightUses(*forward, program.module) : std::vector<WeightUse> {};
    ViewMaker(tensors, uses).addLayers(data);
    if (forward) {
        data.channelLinks = findChannelLinks(*forward, program.module, tensors, data.layers);
    }
    warnOfOverlaps(data);
    const auto reason = whyNotRunnable(program.module);
    data.hasGraph = reason.empty();
    if (!data.hasGraph) {
        data.warnings.push_back(reason);
    }
    return std::make_shared<const Model>(std::move(data));
}

} // namespace bw::torch_backend
