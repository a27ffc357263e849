#pragma once

#include "core/evaluate/inference_backend.h"
#include "core/torch/script_program.h"

namespace bw::torch_backend {

/// A program ready to run. run() throws Error{Unsupported} if its forward does not take one tensor.
std::unique_ptr<InferenceSession> makeSession(const std::filesystem::path& path, ScriptProgram program);

/// Writes a freshly opened program, of which it takes possession, with some parts replaced. The same program and parts
/// give the same bytes. Error{BadInput}: unknown name or wrong shape; {Unsupported}: as packWeights(); {Io}.
void saveProgram(ScriptProgram program, const std::filesystem::path& path, const ProgramParts& parts);

} // namespace bw::torch_backend
