#pragma once

#include "core/torch/script_program.h"

#include <string>

namespace bw::torch_backend {

/// Walks every block of every function and method of a compiled program. Error{Refused} names the first operator that
/// is not on the allow-list and where it is; Error{Unsupported}: calls that nest so that the program would unfold
/// beyond any real model.
void scanProgram(const ScriptProgram& program, const std::string& fileName, const JobContext& ctx);

/// "run code outside of the model": what an object of this class could do, in English.
std::string dangerOfClass(const std::string& name);

} // namespace bw::torch_backend
