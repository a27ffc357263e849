#pragma once

#include "core/sensitivity/captures.h"

#include <memory>
#include <mutex>
#include <span>

namespace bw {

/// Σ‖M x‖² over samples and positions, M a matrix in the order of the layer's: tr(M C Mᵀ).
double squaredOutputs(
    const LayerInputs& inputs, std::span<const float> matrix, const LayerInfo& layer, const JobContext& ctx);

/// The inputs of the layer that is being worked on, read once for all its candidates. Thread-safe.
class CurrentInputs
{
public:
    explicit CurrentInputs(const InputCapture& capture)
        : m_capture(capture)
    {
    }
    std::shared_ptr<const LayerInputs> of(std::size_t layer);

private:
    const InputCapture& m_capture;
    std::mutex m_mutex;
    std::size_t m_layer = 0;
    std::shared_ptr<const LayerInputs> m_inputs;
};

} // namespace bw
