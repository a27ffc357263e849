#pragma once

#include "core/base/job_context.h"

#include <memory>

#include <torch/csrc/jit/ir/ir.h>

namespace bw::torch_backend {

/// Puts a look at the current run's JobContext into every loop body and before every costly operator of a graph,
/// so that a run can be canceled between operators and models that loop for ever can be stopped.
void insertCheckpoints(torch::jit::Graph& graph);

/// The context those looks use, on this thread, while it lives.
class CheckpointScope
{
public:
    explicit CheckpointScope(const JobContext& ctx);
    ~CheckpointScope();
    CheckpointScope(const CheckpointScope&) = delete;
    CheckpointScope& operator=(const CheckpointScope&) = delete;
};

} // namespace bw::torch_backend
