#pragma once

#include <string>
#include <string_view>

namespace bw::torch_backend {

/// Looks at one code file of a TorchScript archive before LibTorch compiles it.
/// LibTorch evaluates the defaults of parameters and class constants *while it compiles*; so those must be plain
/// values. And it recurses with the nesting of the code; so that is bounded (for the stack of InferenceEngine's
/// thread). Error{Refused|BadFile}. `file` is the record's name, for messages.
void checkCode(const std::string& file, const std::string& code);

} // namespace bw::torch_backend
