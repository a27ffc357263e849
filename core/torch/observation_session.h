#pragma once

#include "core/evaluate/observation.h"
#include "core/torch/script_program.h"

namespace bw::torch_backend {

/// A program with some of its weights watched. Error{BadInput}: the program has no such weight; {Unsupported}: its
/// forward does not take one tensor.
std::unique_ptr<ObservationSession> makeObservation(ScriptProgram program, const std::vector<WatchedLayer>& layers);

} // namespace bw::torch_backend
