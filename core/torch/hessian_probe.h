#pragma once

#include "core/torch/observed_forward.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bw::torch_backend {

/// ObservationSession::hessianProbe(), by differentiating twice (methods §4.2). One z for all layers: those of the
/// others add variance to a layer's figure, but no bias.
std::vector<double> probeHessian(const ObservedForward& forward, const FloatBatch& samples,
    std::span<const std::int64_t> labels, std::uint64_t seed, const JobContext& ctx);

} // namespace bw::torch_backend
