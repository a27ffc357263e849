#include "core/torch/forward_graph.h"

#include <set>

#include <torch/csrc/jit/ir/alias_analysis.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/passes/lower_tuples.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

/// (class, attribute) pairs that a graph writes. Empty optional: it calls methods that are not known before it runs.
struct Writes
{
    std::set<std::pair<const c10::Type*, std::string>> attributes;
    bool isUnknown = false;
    bool contains(const jit::Node& getAttr) const
    {
        return attributes.contains({ getAttr.input()->type().get(), getAttr.s(jit::attr::name) });
    }
};

Writes writesOf(const jit::Graph& graph)
{
    Writes writes;
    forEachNode(const_cast<jit::Block*>(graph.block()), [&](jit::Node* node) {
        if (node->kind() == jit::prim::SetAttr) {
            writes.attributes.emplace(node->input(0)->type().get(), node->s(jit::attr::name));
        } else if (node->kind() == jit::prim::CallMethod) {
            writes.isUnknown = true;
        }
    });
    return writes;
}

bool isPlain(const c10::IValue& value)
{
    return value.isBool() || value.isInt() || value.isDouble() || value.isString() || value.isNone();
}

/// Puts the values of plain attributes in place of reading them.
void fixPlainAttributes(const std::shared_ptr<jit::Graph>& graph, const jit::Module& module)
{
    if (writesOf(*graph).isUnknown) {
        return;
    }
    const auto known = knownValues(*graph, module);
    forEachNode(graph->block(), [&](jit::Node* node) {
        if (node->kind() != jit::prim::GetAttr) {
            return;
        }
        const auto found = known.find(node->output());
        if (found != known.end() && isPlain(found->second)) {
            const jit::WithInsertPoint here(node);
            node->output()->replaceAllUsesWith(graph->insertConstant(found->second));
        }
    });
}

/// An attribute is assigned, or a tensor or container of the module is written in place.
bool writesModule(const std::shared_ptr<jit::Graph>& graph)
{
    bool isWritten = false;
    const jit::AliasDb aliases(graph);
    forEachNode(graph->block(), [&](jit::Node* node) {
        if (node->kind() == jit::prim::CallMethod) {
            isWritten = true;
        } else if (node->kind() == jit::prim::SetAttr) {
            isWritten = isWritten || node->input(0)->node()->kind() != jit::prim::CreateObject;
        } else if (node->kind() == jit::prim::GetAttr && node->output()->type()->kind() != c10::TypeKind::ClassType) {
            isWritten = isWritten || aliases.hasWriters(node->output());
        }
    });
    return isWritten;
}

} // namespace

KnownValues knownValues(const jit::Graph& graph, const jit::Module& module)
{
    KnownValues known;
    const auto writes = writesOf(graph);
    known.emplace(graph.inputs()[0], module._ivalue());
    forEachNode(const_cast<jit::Block*>(graph.block()), [&](jit::Node* node) {
        if (node->kind() != jit::prim::GetAttr || writes.contains(*node)) {
            return;
        }
        const auto owner = known.find(node->input());
        if (owner != known.end() && owner->second.isObject()) {
            auto value = owner->second.toObject()->getAttr(node->s(jit::attr::name));
            known.emplace(node->output(), std::move(value));
        }
    });
    return known;
}

ForwardGraph prepareForward(const jit::Module& module)
{
    auto graph = module.get_method("forward").graph()->copy();
    jit::Inline(*graph);
    fixPlainAttributes(graph, module);
    jit::ConstantPropagationImmutableTypes(graph);
    jit::EliminateDeadCode(graph);
    jit::LowerSimpleTuples(graph);
    graph->lint();
    const bool isStateful = writesModule(graph);
    return { std::move(graph), isStateful };
}

} // namespace bw::torch_backend
