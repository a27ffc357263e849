#pragma once

#include "core/base/job_context.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

namespace bw::torch_backend {

/// A TorchScript file, compiled but with nothing of it run, and found to be free of operators that could do harm.
struct ScriptProgram
{
    std::shared_ptr<torch::jit::CompilationUnit> unit;
    std::unique_ptr<std::vector<c10::IValue>>
        constants; ///< tensors that the code refers to; functions of `unit` hold the same
    torch::jit::Module module;
    torch::jit::ExtraFilesMap extraFiles; ///< what else its author put into the archive
    std::uint64_t fileBytes = 0;
};

/// Error{NotFound|BadFile|Refused|Unsupported}. Safe for files from strangers: nothing of the model runs.
ScriptProgram openProgram(const std::filesystem::path& path, const JobContext& ctx);

} // namespace bw::torch_backend
