#pragma once

#include "core/evaluate/inference_backend.h"
#include "core/torch/script_program.h"

namespace bw::torch_backend {

/// A program ready to run. run() throws Error{Unsupported} if its forward does not take one tensor.
std::unique_ptr<InferenceSession> makeSession(const std::filesystem::path& path, ScriptProgram program);

/// Writes a freshly opened program with the values of some tensors replaced. The same program and values give the same
/// bytes. Error{BadInput}: unknown name or wrong shape; Error{Io}.
void saveProgram(const ScriptProgram& program, const std::filesystem::path& path,
    const std::vector<std::pair<std::string, TensorView>>& weights);

} // namespace bw::torch_backend
