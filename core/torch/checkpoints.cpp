#include "core/torch/checkpoints.h"

#include "core/torch/forward_graph.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <torch/csrc/jit/runtime/custom_operator.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

constexpr const char* checkpointName = "bitwright::checkpoint";

constexpr auto costly
    = std::to_array<std::string_view>({ "conv", "_conv", "linear", "matmul", "mm", "bmm", "addmm", "baddbmm", "einsum",
        "lstm", "gru", "rnn_", "embedding", "_native_multi_head_attention", "_transformer_encoder_layer_fwd",
        "_scaled_dot_product_attention", "stft", "istft", "fft_", "cdist", "grid_sampler", "upsample_", "linalg_" });

thread_local const JobContext* t_ctx = nullptr;

void registerCheckpoint()
{
    static const jit::RegisterOperators registered({ jit::Operator(
        std::string(checkpointName) + "() -> ()",
        [](jit::Stack&) {
            if (t_ctx != nullptr) {
                t_ctx->checkpoint();
            }
        },
        c10::AliasAnalysisKind::CONSERVATIVE) });
}

jit::Node* makeCheckpoint(jit::Graph& graph)
{
    return graph.create(c10::Symbol::fromQualString(checkpointName), 0);
}

bool isCostly(const jit::Node& node)
{
    const std::string_view name = node.kind().toUnqualString();
    return node.kind().is_aten()
        && std::any_of(costly.begin(), costly.end(), [&](std::string_view start) { return name.starts_with(start); });
}

} // namespace

void insertCheckpoints(jit::Graph& graph)
{
    registerCheckpoint();
    std::vector<jit::Node*> places;
    forEachNode(graph.block(), [&](jit::Node* node) {
        if (isCostly(*node)) {
            places.push_back(node);
        }
        if (node->kind() == jit::prim::Loop) {
            auto* body = node->blocks().at(0);
            places.push_back(*body->nodes().begin()); // the return node if the body is empty
        }
    });
    for (auto* place : places) {
        makeCheckpoint(graph)->insertBefore(place);
    }
}

CheckpointScope::CheckpointScope(const JobContext& ctx)
{
    t_ctx = &ctx;
}
CheckpointScope::~CheckpointScope()
{
    t_ctx = nullptr;
}

} // namespace bw::torch_backend
