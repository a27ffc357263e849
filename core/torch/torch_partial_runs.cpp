#include "core/torch/torch_partial_runs.h"

#include "core/base/error.h"
#include "core/torch/checkpoints.h"
#include "core/torch/torch_errors.h"

#include <algorithm>
#include <set>

namespace bw::torch_backend {

namespace {

/// Weights that formats are for. Others (biases, statistics) do not get a cut of their own.
std::vector<at::Tensor> matricesOf(const SwapTable& swaps)
{
    std::vector<at::Tensor> out;
    for (const auto& name : swaps.names()) {
        if (const auto tensor = swaps.find(name); tensor.dim() >= 2) {
            out.push_back(tensor);
        }
    }
    return out;
}

/// Bytes of the tensors among `values` whose memory is not in `seen` yet.
std::uint64_t newBytes(const SplitForward::Values& values, std::set<const void*>& seen)
{
    std::uint64_t bytes = 0;
    for (const auto& value : values) {
        if (value.isTensor() && value.toTensor().has_storage()
            && seen.insert(value.toTensor().storage().data()).second) {
            bytes += value.toTensor().storage().nbytes();
        }
    }
    return bytes;
}

class TorchPartialRuns final : public PartialRuns
{
public:
    TorchPartialRuns(SessionAccess session, std::size_t slots, std::uint64_t memoryBudget)
        : m_session(std::move(session))
        , m_split(*m_session.module, matricesOf(*m_session.swaps))
        , m_slots(slots)
        , m_slotBudget(memoryBudget / std::max<std::size_t>(slots, 1))
    {
    }

    FloatBatch start(std::size_t slot, const FloatBatch& inputs, const JobContext& ctx) override
    {
        return atTorchEdge([&] {
            auto& kept = m_slots.at(slot);
            kept = {};
            if (m_split.isWhole()) {
                auto outputs = m_session.runWhole(inputs, ctx);
                kept.inputs = inputs;
                kept.isStarted = true;
                return outputs;
            }
            const at::NoGradGuard noGrad;
            const CheckpointScope scope(ctx);
            ctx.checkpoint();
            kept.values.resize(m_split.segmentCount());
            auto outputs = runFrom(0, m_session.arguments(inputs), &kept);
            kept.isStarted = true;
            return outputs;
        });
    }

    FloatBatch resume(std::size_t slot, const std::vector<std::string>& changed, const JobContext& ctx) override
    {
        return atTorchEdge([&] {
            if (slot >= m_slots.size() || !m_slots[slot].isStarted) {
                throw Error(ErrorKind::Internal, "a partial run was resumed that had not been started");
            }
            const auto& kept = m_slots[slot];
            auto segment = m_split.isWhole() ? 0 : m_split.segmentCount() - 1;
            for (const auto& name : changed) {
                segment = std::min(segment, segmentOf(name));
            }
            if (m_split.isWhole()) {
                return m_session.runWhole(kept.inputs, ctx);
            }
            const at::NoGradGuard noGrad;
            const CheckpointScope scope(ctx);
            ctx.checkpoint();
            segment = keptBefore(segment, kept);
            return runFrom(segment, m_split.copyOf(segment, kept.values[segment]), nullptr);
        });
    }

    double shareOf(const std::string& weight) const override
    {
        const auto segment = segmentOf(weight);
        return m_split.isWhole() ? 1 : m_split.shareFrom(segment - segment % m_stride);
    }

    std::uint64_t keptBytes() const override
    {
        std::uint64_t bytes = 0;
        for (const auto& slot : m_slots) {
            bytes += slot.inputs.values.size() * sizeof(float);
            std::set<const void*> seen;
            for (const auto& values : slot.values) {
                bytes += newBytes(values, seen);
            }
        }
        return bytes;
    }

private:
    struct Slot
    {
        bool isStarted = false;
        FloatBatch inputs; ///< of models that run as a whole
        std::vector<SplitForward::Values> values; ///< by segment; empty where none are kept
    };

    std::size_t segmentOf(const std::string& name) const
    {
        const auto tensor = m_session.swaps->find(name);
        return m_split.isWhole() ? 0 : m_split.segmentOf(tensor);
    }

    FloatBatch runFrom(std::size_t segment, SplitForward::Values values, Slot* keep)
    {
        for (; segment < m_split.segmentCount(); ++segment) {
            if (keep != nullptr && segment % m_stride == 0) {
                keep->values[segment] = m_split.copyOf(segment, values);
                thinOut(*keep);
            }
            values = m_split.run(segment, std::move(values));
        }
        return m_session.toBatch(values.at(0));
    }

    /// Keeps fewer cuts, evenly, once the values of a slot are too many. The first cut (the inputs) always stays.
    void thinOut(Slot& slot)
    {
        const auto bytesOf = [&] {
            std::set<const void*> seen;
            newBytes(slot.values[0], seen);
            std::uint64_t bytes = 0;
            for (std::size_t i = 1; i < slot.values.size(); ++i) {
                bytes += newBytes(slot.values[i], seen);
            }
            return bytes;
        };
        while (m_stride < m_split.segmentCount() && bytesOf() > m_slotBudget) {
            m_stride *= 2;
            for (auto& other : m_slots) {
                for (std::size_t i = 0; i < other.values.size(); ++i) {
                    if (i % m_stride != 0) {
                        other.values[i].clear();
                    }
                }
            }
        }
    }

    std::size_t keptBefore(std::size_t segment, const Slot& slot) const
    {
        while (segment > 0 && slot.values[segment].empty()) {
            --segment;
        }
        return segment;
    }

    SessionAccess m_session;
    SplitForward m_split;
    std::vector<Slot> m_slots;
    std::uint64_t m_slotBudget = 0;
    std::size_t m_stride = 1; ///< every how manieth cut is kept
};

} // namespace

std::unique_ptr<PartialRuns> makePartialRuns(SessionAccess session, std::size_t slots, std::uint64_t memoryBudget)
{
    return std::make_unique<TorchPartialRuns>(std::move(session), slots, memoryBudget);
}

} // namespace bw::torch_backend
