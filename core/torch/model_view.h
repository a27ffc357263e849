#pragma once

#include "core/model/model.h"
#include "core/torch/script_program.h"

namespace bw::torch_backend {

/// The tensors of a program as layers, with kinds from how `forward` uses them. The views keep the program's memory
/// alive.
ModelPtr viewModel(const std::filesystem::path& path, const ScriptProgram& program, const JobContext& ctx);

/// Empty if forward takes one tensor (and nothing else without a default); else why the model cannot be evaluated.
Text whyNotRunnable(const torch::jit::Module& module);

} // namespace bw::torch_backend
