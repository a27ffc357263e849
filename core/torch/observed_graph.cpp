#include "core/torch/observed_graph.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/jit/runtime/custom_operator.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

constexpr const char* observeName = "bitwright::observe";

thread_local const ObserverScope::Look* t_look = nullptr;

/// Called as (x, y, site), gives y.
void observe(jit::Stack& stack)
{
    const auto site = jit::pop(stack).toInt();
    auto y = jit::pop(stack).toTensor();
    const auto x = jit::pop(stack).toTensor();
    if (t_look != nullptr) {
        SeenCall call;
        call.site = static_cast<std::size_t>(site);
        call.x = x.detach();
        call.version = static_cast<std::uint32_t>(x._version());
        call.y = y.detach();
        if (y.requires_grad()) {
            // The edge, not the tensor: what is done to y in place afterwards is not part of it.
            call.edge = torch::autograd::impl::gradient_edge(y);
        }
        (*t_look)(std::move(call));
    }
    jit::push(stack, std::move(y));
}

void registerObserver()
{
    static const jit::RegisterOperators registered({ jit::Operator(
        std::string(observeName) + "(Tensor x, Tensor y, int site) -> Tensor",
        [](jit::Stack& stack) { observe(stack); }, c10::AliasAnalysisKind::CONSERVATIVE) });
}

} // namespace

void insertObservers(jit::Graph& graph, const std::vector<jit::Node*>& nodes, const std::vector<WeightSite>& sites)
{
    registerObserver();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        auto* node = nodes[i];
        const jit::WithInsertPoint here(node->next());
        auto* y = node->output();
        auto* observer = graph.create(c10::Symbol::fromQualString(observeName),
            { node->input(sites[i].activation()), y, graph.insertConstant(static_cast<std::int64_t>(i)) }, 1);
        graph.insertNode(observer);
        observer->output()->setType(y->type());
        y->replaceAllUsesAfterNodeWith(observer, observer->output());
    }
}

ObserverScope::ObserverScope(Look look)
    : m_look(std::move(look))
{
    t_look = &m_look;
}

ObserverScope::~ObserverScope()
{
    t_look = nullptr;
}

} // namespace bw::torch_backend
