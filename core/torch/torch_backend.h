#pragma once

#include "core/evaluate/inference_backend.h"

namespace bw::torch_backend {

/// LibTorch with `threads` threads for each operator. Call on the thread that will use it.
std::unique_ptr<InferenceBackend> makeTorchBackend(int threads);

} // namespace bw::torch_backend
