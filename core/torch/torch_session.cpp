#include "core/torch/torch_session.h"

#include "core/base/error.h"
#include "core/torch/checkpoints.h"
#include "core/torch/forward_graph.h"
#include "core/torch/model_view.h"
#include "core/torch/swap_table.h"
#include "core/torch/torch_errors.h"
#include "core/torch/torch_partial_runs.h"

#include <cstring>
#include <mutex>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/jit/runtime/interpreter.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

/// Models that draw random numbers draw the same ones in every run.
void resetRandomNumbers()
{
    auto generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard lock(generator.mutex());
    generator.set_current_seed(0);
}

FloatBatch toBatch(const c10::IValue& value)
{
    if (!value.isTensor()) {
        throw Error(ErrorKind::Backend, BW_TR_NOOP("core", "The model gives a %1, not one tensor of outputs."),
            printable(value.type()->repr_str()));
    }
    const auto tensor = value.toTensor().detach().to(at::kFloat).contiguous();
    FloatBatch batch;
    batch.shape = tensor.sizes().vec();
    const auto* first = tensor.data_ptr<float>();
    batch.values.assign(first, first + tensor.numel());
    return batch;
}

class TorchSession final : public InferenceSession
{
public:
    TorchSession(std::filesystem::path path, ScriptProgram program)
        : m_path(std::move(path))
        , m_program(std::move(program))
    {
        m_program.module.eval();
        m_reason = whyNotRunnable(m_program.module);
        m_swaps = std::make_unique<SwapTable>(m_program, widenHalves(m_program.module));
        if (m_reason.empty()) {
            prepare();
        }
    }

    std::vector<std::string> swappableWeights() const override { return m_swaps->names(); }
    void setWeight(const std::string& name, const TensorView& values) override
    {
        atTorchEdge([&] { m_swaps->set(name, values); });
    }
    void restoreWeights() override
    {
        atTorchEdge([&] { m_swaps->restore(); });
    }

    FloatBatch run(const FloatBatch& inputs, const JobContext& ctx) override
    {
        return atTorchEdge([&] { return toBatch(runForward(inputs, ctx)); });
    }

    std::unique_ptr<PartialRuns> partialRuns(std::size_t slots, std::uint64_t memoryBudget) override
    {
        requireRunnable();
        SessionAccess access;
        access.module = &m_program.module;
        access.swaps = m_swaps.get();
        access.arguments = [this](const FloatBatch& inputs) { return arguments(inputs); };
        access.runWhole = [this](const FloatBatch& inputs, const JobContext& ctx) { return run(inputs, ctx); };
        access.toBatch = toBatch;
        return atTorchEdge([&] { return makePartialRuns(std::move(access), slots, memoryBudget); });
    }

    void save(const std::filesystem::path& path, const ProgramParts& parts) override
    {
        atTorchEdge([&] { saveProgram(openProgram(m_path, {}), path, parts); });
    }

private:
    void prepare()
    {
        auto forward = prepareForward(m_program.module);
        insertCheckpoints(*forward.graph);
        m_isStateful = forward.isStateful;
        m_code = jit::Code(forward.graph, "forward");
        m_inputType = inputType();
        const auto& arguments = m_program.module.get_method("forward").function().getSchema().arguments();
        for (std::size_t i = 1; i < arguments.size(); ++i) {
            m_arguments.push_back(arguments[i].default_value().value_or(c10::IValue()));
            m_inputAt = arguments[i].default_value().has_value() ? m_inputAt : i - 1;
        }
    }

    /// Of the first floating-point parameter: models in 64 bits take inputs in 64 bits.
    at::ScalarType inputType() const
    {
        for (const auto& parameter : m_program.module.parameters()) {
            if (at::isFloatingType(parameter.scalar_type())) {
                return parameter.scalar_type();
            }
        }
        return at::kFloat;
    }

    void requireRunnable() const
    {
        if (!m_reason.empty()) {
            throw Error(ErrorKind::Unsupported, m_reason);
        }
    }

    /// Of forward, after the module.
    std::vector<c10::IValue> arguments(const FloatBatch& inputs) const
    {
        // A copy, as the model may write into its input.
        auto input = at::empty(inputs.shape, at::kFloat);
        std::memcpy(input.data_ptr(), inputs.values.data(), input.nbytes());
        auto values = m_arguments;
        values.at(m_inputAt) = input.to(m_inputType);
        return values;
    }

    c10::IValue runForward(const FloatBatch& inputs, const JobContext& ctx)
    {
        requireRunnable();
        const at::NoGradGuard noGrad;
        const CheckpointScope scope(ctx);
        ctx.checkpoint();
        resetRandomNumbers();
        jit::Stack stack = arguments(inputs);
        stack.insert(stack.begin(), (m_isStateful ? m_program.module.deepcopy() : m_program.module)._ivalue());
        jit::InterpreterState(m_code).run(stack);
        return stack.back();
    }

    std::filesystem::path m_path;
    ScriptProgram m_program;
    std::unique_ptr<SwapTable> m_swaps;
    Text m_reason; ///< why it cannot run; its weights can be swapped and saved all the same
    jit::Code m_code;
    bool m_isStateful = false;
    at::ScalarType m_inputType = at::kFloat;
    std::size_t m_inputAt = 0; ///< among m_arguments
    std::vector<c10::IValue> m_arguments; ///< after the module; defaults
};

} // namespace

std::unique_ptr<InferenceSession> makeSession(const std::filesystem::path& path, ScriptProgram program)
{
    return std::make_unique<TorchSession>(path, std::move(program));
}

} // namespace bw::torch_backend
