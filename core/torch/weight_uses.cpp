#include "core/torch/weight_uses.h"

#include <algorithm>
#include <array>
#include <optional>

#include <torch/csrc/jit/ir/constants.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

/// What an operator does with the argument of some name.
struct ArgumentRule
{
    std::string_view op; ///< without "aten::"; '*' at the end: begins so
    std::string_view argument; ///< '*' as above
    std::size_t rank; ///< of the tensor; 0: any
    LayerKind kind;
};

/// First match wins.
constexpr auto argumentRules = std::to_array<ArgumentRule>({
    { "conv_transpose*", "weight", 0, LayerKind::ConvTransposed },
    { "conv*", "weight", 3, LayerKind::Conv1d },
    { "conv*", "weight", 4, LayerKind::Conv2d },
    { "conv*", "weight", 5, LayerKind::Conv3d },
    { "_conv*", "weight", 3, LayerKind::Conv1d },
    { "_conv*", "weight", 4, LayerKind::Conv2d },
    { "_conv*", "weight", 5, LayerKind::Conv3d },
    { "embedding*", "weight", 2, LayerKind::Embedding },
    { "batch_norm", "running_*", 0, LayerKind::Statistic },
    { "instance_norm", "running_*", 0, LayerKind::Statistic },
    { "batch_norm", "weight", 0, LayerKind::Norm },
    { "instance_norm", "weight", 0, LayerKind::Norm },
    { "layer_norm", "weight", 0, LayerKind::Norm },
    { "group_norm", "weight", 0, LayerKind::Norm },
    { "native_layer_norm", "weight", 0, LayerKind::Norm },
    { "prelu", "weight", 0, LayerKind::Other },
    { "linear", "weight", 2, LayerKind::Linear },
    { "bilinear", "weight", 3, LayerKind::Matrix },
    { "_native_multi_head_attention", "*", 1, LayerKind::Bias },
    { "_native_multi_head_attention", "*", 2, LayerKind::Linear },
    { "_transformer_encoder_layer_fwd", "norm_weight*", 1, LayerKind::Norm },
    { "_transformer_encoder_layer_fwd", "*", 1, LayerKind::Bias },
    { "_transformer_encoder_layer_fwd", "*", 2, LayerKind::Linear },
    { "lstm*", "*", 1, LayerKind::Bias },
    { "lstm*", "*", 2, LayerKind::Matrix },
    { "gru*", "*", 1, LayerKind::Bias },
    { "gru*", "*", 2, LayerKind::Matrix },
    { "rnn_*", "*", 1, LayerKind::Bias },
    { "rnn_*", "*", 2, LayerKind::Matrix },
    { "addmm", "self", 1, LayerKind::Bias },
    { "*", "bias", 0, LayerKind::Bias },
});

bool matches(std::string_view text, std::string_view pattern)
{
    return pattern.ends_with('*') ? text.starts_with(pattern.substr(0, pattern.size() - 1)) : text == pattern;
}

/// The matrix a product takes on its right, and on its left: (…, in) · (in, out) and (out, in) · (in, …).
struct ProductRule
{
    std::string_view op;
    std::string_view left;
    std::string_view right;
};

constexpr auto productRules = std::to_array<ProductRule>({
    { "matmul", "self", "other" },
    { "mm", "self", "mat2" },
    { "addmm", "mat1", "mat2" },
    { "mv", "self", "" },
});

/// A tensor of the model, or that tensor transposed.
struct Origin
{
    at::Tensor tensor;
    bool isTransposed = false;
};

class UseFinder
{
public:
    UseFinder(const ForwardGraph& forward, const jit::Module& module)
        : m_graph(*forward.graph)
    {
        for (const auto& [value, known] : knownValues(m_graph, module)) {
            if (known.isTensor()) {
                m_origins.emplace(value, Origin { known.toTensor() });
            } else if (known.isTensorList()) {
                const auto list = known.toTensorVector();
                m_lists.emplace(value, std::vector<at::Tensor>(list.begin(), list.end()));
            }
        }
    }

    std::vector<WeightUse> find()
    {
        forEachNode(m_graph.block(), [&](jit::Node* node) { visit(*node); });
        return std::move(m_uses);
    }

private:
    void visit(jit::Node& node)
    {
        if (node.kind() == jit::prim::Constant) {
            addConstant(node);
        } else if (node.kind() == jit::prim::ListConstruct) {
            addList(node);
        } else if (!follow(node) && node.maybeSchema() != nullptr && node.kind().is_aten()) {
            addUses(node);
        }
    }

    void addConstant(jit::Node& node)
    {
        const auto value = jit::toIValue(node.output());
        if (value.has_value() && value->isTensor()) {
            m_origins.emplace(node.output(), Origin { value->toTensor() });
        }
    }

    void addList(jit::Node& node)
    {
        std::vector<at::Tensor> tensors;
        for (const auto* input : node.inputs()) {
            if (const auto* origin = originOf(input); origin != nullptr && !origin->isTransposed) {
                tensors.push_back(origin->tensor);
            }
        }
        if (!tensors.empty()) {
            m_lists.emplace(node.output(), std::move(tensors));
        }
    }

    /// Through operators that change nothing or transpose a matrix.
    bool follow(jit::Node& node)
    {
        if (node.inputs().empty() || node.outputs().size() != 1 || !node.kind().is_aten()) {
            return false;
        }
        const auto* origin = originOf(node.input(0));
        if (origin == nullptr) {
            return false;
        }
        const std::string_view name = node.kind().toUnqualString();
        auto result = *origin;
        if (name == "t" || name == "numpy_T" || (name == "transpose" && origin->tensor.dim() == 2)) {
            result.isTransposed = !result.isTransposed;
        } else if (name != "detach" && name != "contiguous" && name != "to" && name != "clone" && name != "alias") {
            return false;
        }
        m_origins.emplace(node.output(), std::move(result));
        return true;
    }

    void addUses(jit::Node& node)
    {
        const auto& arguments = node.schema().arguments();
        for (std::size_t i = 0; i < arguments.size() && i < node.inputs().size(); ++i) {
            if (const auto* origin = originOf(node.input(i))) {
                addUse(node, i, *origin, true);
            } else if (const auto list = m_lists.find(node.input(i)); list != m_lists.end()) {
                for (const auto& tensor : list->second) {
                    addUse(node, i, Origin { tensor }, false);
                }
            }
        }
    }

    void addUse(jit::Node& node, std::size_t index, const Origin& origin, bool isWhole)
    {
        WeightUse use { origin.tensor, node.kind().toQualString() };
        use.node = &node;
        use.argument = index;
        use.isWhole = isWhole;
        const std::string_view argument = node.schema().arguments()[index].name();
        const std::string_view op = node.kind().toUnqualString();
        if (!asProduct(op, argument, origin, use) && !asArgument(node, argument, origin, use)) {
            return;
        }
        m_uses.push_back(std::move(use));
    }

    static bool asProduct(std::string_view op, std::string_view argument, const Origin& origin, WeightUse& use)
    {
        const auto rule
            = std::find_if(productRules.begin(), productRules.end(), [&](const auto& r) { return r.op == op; });
        if (rule == productRules.end() || origin.tensor.dim() != 2
            || (argument != rule->left && argument != rule->right)) {
            return false;
        }
        use.kind = LayerKind::Linear;
        use.outAxis = (argument == rule->right) != origin.isTransposed ? 1 : 0;
        return true;
    }

    static bool asArgument(const jit::Node& node, std::string_view argument, const Origin& origin, WeightUse& use)
    {
        const std::string_view op = node.kind().toUnqualString();
        const auto rank = static_cast<std::size_t>(use.tensor.dim());
        const auto rule = std::find_if(argumentRules.begin(), argumentRules.end(), [&](const ArgumentRule& r) {
            return matches(op, r.op) && matches(argument, r.argument) && (r.rank == 0 || r.rank == rank);
        });
        if (rule == argumentRules.end() || !at::isFloatingType(use.tensor.scalar_type())) {
            return false;
        }
        const bool isTransposed = argument == "weight" && constantInput(node, "transposed").value_or(0) != 0;
        use.kind = isTransposed ? LayerKind::ConvTransposed : rule->kind;
        use.outAxis = origin.isTransposed ? 1 : 0;
        if (use.kind == LayerKind::ConvTransposed) {
            use.outAxis = 1;
            use.groups = constantInput(node, "groups").value_or(1);
        }
        return true;
    }

    /// An integer or boolean argument that is a constant of the graph.
    static std::optional<std::int64_t> constantInput(const jit::Node& node, std::string_view name)
    {
        const auto& arguments = node.schema().arguments();
        for (std::size_t i = 0; i < arguments.size() && i < node.inputs().size(); ++i) {
            if (arguments[i].name() != name) {
                continue;
            }
            const auto value = jit::toIValue(node.input(i));
            if (value.has_value() && value->isBool()) {
                return value->toBool() ? 1 : 0;
            }
            if (value.has_value() && value->isInt()) {
                return value->toInt();
            }
        }
        return std::nullopt;
    }

    const Origin* originOf(const jit::Value* value) const
    {
        const auto found = m_origins.find(value);
        return found == m_origins.end() ? nullptr : &found->second;
    }

    jit::Graph& m_graph;
    std::unordered_map<const jit::Value*, Origin> m_origins;
    std::unordered_map<const jit::Value*, std::vector<at::Tensor>> m_lists;
    std::vector<WeightUse> m_uses;
};

} // namespace

std::vector<WeightUse> findWeightUses(const ForwardGraph& forward, const jit::Module& module)
{
    return UseFinder(forward, module).find();
}

} // namespace bw::torch_backend
