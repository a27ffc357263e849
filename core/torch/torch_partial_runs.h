#pragma once

#include "core/evaluate/partial_runs.h"
#include "core/torch/split_forward.h"
#include "core/torch/swap_table.h"

#include <functional>
#include <memory>

namespace bw::torch_backend {

/// What partial runs need of their session, which outlives them.
struct SessionAccess
{
    const torch::jit::Module* module = nullptr;
    const SwapTable* swaps = nullptr;
    std::function<SplitForward::Values(const FloatBatch&)> arguments; ///< of forward, after the module
    std::function<FloatBatch(const FloatBatch&, const JobContext&)> runWhole;
    std::function<FloatBatch(const c10::IValue&)> toBatch;
};

/// Keeps all values at all cuts; at every second, fourth, … cut if they do not fit into memoryBudget / slots.
std::unique_ptr<PartialRuns> makePartialRuns(SessionAccess session, std::size_t slots, std::uint64_t memoryBudget);

} // namespace bw::torch_backend
