#include "core/torch/observed_forward.h"

#include "core/base/error.h"
#include "core/torch/checkpoints.h"
#include "core/torch/forward_graph.h"
#include "core/torch/model_view.h"
#include "core/torch/module_tensors.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

void resetRandomNumbers()
{
    auto generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard lock(generator.mutex());
    generator.set_current_seed(0);
}

/// Every tensor object the module's attributes hold.
std::vector<at::Tensor> tensorObjects(const jit::Module& module)
{
    std::vector<at::Tensor> all;
    for (const auto& value : module.attributes(true)) {
        if (value.isTensor()) {
            all.push_back(value.toTensor());
        } else if (value.isTensorList()) {
            const auto list = value.toTensorVector();
            all.insert(all.end(), list.begin(), list.end());
        }
    }
    return all;
}

void addUnlessThere(std::vector<at::Tensor>& tensors, const at::Tensor& tensor)
{
    const bool isThere
        = std::any_of(tensors.begin(), tensors.end(), [&](const auto& known) { return known.is_same(tensor); });
    if (!isThere) {
        tensors.push_back(tensor);
    }
}

} // namespace

ObservedForward::ObservedForward(ScriptProgram program, const std::vector<WatchedLayer>& layers)
    : m_program(std::move(program))
{
    m_program.module.eval();
    if (const auto reason = whyNotRunnable(m_program.module); !reason.empty()) {
        throw Error(ErrorKind::Unsupported, reason);
    }
    widenHalves(m_program.module);
    auto forward = prepareForward(m_program.module);
    m_isStateful = forward.isStateful;
    collectWeights(layers);
    std::vector<jit::Node*> nodes;
    findSites(findWeightUses(forward, m_program.module), nodes);
    insertObservers(*forward.graph, nodes, m_sites);
    insertCheckpoints(*forward.graph);
    forward.graph->lint();
    m_code = jit::Code(forward.graph, "forward");
    prepareArguments();
}

void ObservedForward::collectWeights(const std::vector<WatchedLayer>& layers)
{
    const auto known = collectTensors(m_program);
    const auto objects = tensorObjects(m_program.module);
    for (const auto& layer : layers) {
        const auto found = std::find_if(known.begin(), known.end(), [&](const ModuleTensor& entry) {
            return std::find(entry.names.begin(), entry.names.end(), layer.name) != entry.names.end();
        });
        if (found == known.end() || layer.outAxis < 0 || layer.outAxis >= found->tensor.dim()) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "The model has no weight %1 that could be watched."),
                printable(layer.name));
        }
        WatchedWeight weight;
        weight.layer = layer;
        weight.tensors.push_back(found->tensor);
        for (const auto& object : objects) {
            if (isSameMemory(object, found->tensor)) {
                addUnlessThere(weight.tensors, object);
            }
        }
        for (const auto& tensor : weight.tensors) {
            if (at::isFloatingType(tensor.scalar_type())) {
                tensor.set_requires_grad(true);
            }
        }
        m_weights.push_back(std::move(weight));
    }
}

void ObservedForward::findSites(const std::vector<WeightUse>& uses, std::vector<jit::Node*>& nodes)
{
    for (const auto& use : uses) {
        for (std::size_t w = 0; w < m_weights.size(); ++w) {
            auto& weight = m_weights[w];
            if (!isSameMemory(weight.tensors.front(), use.tensor)) {
                continue;
            }
            if (auto site = WeightSite::of(use)) {
                weight.sites.push_back(m_sites.size());
                m_sites.push_back(std::move(*site));
                m_weightOfSite.push_back(w);
                nodes.push_back(use.node);
            } else {
                weight.otherUse = use.op;
            }
            break;
        }
    }
}

void ObservedForward::prepareArguments()
{
    for (const auto& parameter : m_program.module.parameters()) {
        if (at::isFloatingType(parameter.scalar_type())) {
            m_inputType = parameter.scalar_type();
            break;
        }
    }
    const auto& arguments = m_program.module.get_method("forward").function().getSchema().arguments();
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        m_arguments.push_back(arguments[i].default_value().value_or(c10::IValue()));
        m_inputAt = arguments[i].default_value().has_value() ? m_inputAt : i - 1;
    }
}

at::Tensor ObservedForward::run(const FloatBatch& samples, const ObserverScope::Look& look, const JobContext& ctx) const
{
    const CheckpointScope checkpoints(ctx);
    const ObserverScope observers(look);
    ctx.checkpoint();
    resetRandomNumbers();
    auto input = at::empty(samples.shape, at::kFloat);
    std::memcpy(input.data_ptr(), samples.values.data(), input.nbytes());
    jit::Stack stack;
    stack.emplace_back((m_isStateful ? m_program.module.deepcopy() : m_program.module)._ivalue());
    for (std::size_t i = 0; i < m_arguments.size(); ++i) {
        stack.push_back(i == m_inputAt ? c10::IValue(input.to(m_inputType)) : m_arguments[i]);
    }
    jit::InterpreterState(m_code).run(stack);
    if (!stack.back().isTensor() || stack.back().toTensor().dim() < 2) {
        throw Error(ErrorKind::Unsupported,
            Text(BW_TR_NOOP("core", "The model does not give one tensor of class scores for each sample.")));
    }
    return stack.back().toTensor();
}

} // namespace bw::torch_backend
