#pragma once

#include "core/evaluate/observation.h"
#include "core/report/capture_file.h"
#include "core/sensitivity/sensitivity.h"

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace bw {

/// What a model's weights saw or felt over the samples of a request, layer by layer in its order; from the request's
/// cache folder if the very same was captured before, else by running the model (and kept there). Held in memory up to
/// the request's budget, else on disk. Layers of which nothing is known have a reason.
class GradientCapture
{
public:
    std::uint64_t samples() const { return m_samples; }
    const Text& reason(std::size_t layer) const { return m_layers[layer].noGradients; }
    /// Mean over samples of each weight's squared gradient: the diagonal of the Fisher information.
    std::vector<float> fisher(std::size_t layer) const;
    /// Per sample, Σ of a layer's squared gradients.
    std::vector<double> energies(std::size_t layer) const;
    /// Calls `take(gradients)` for pieces of [some samples, weights], in order of samples. Only if captured with them.
    void forEachGradient(std::size_t layer, const std::function<void(std::span<const float>)>& take) const;
    std::uint64_t gradientBytes(std::size_t layer) const { return 4 * m_samples * m_layers[layer].weights; }

private:
    friend class GradientCapturer;
    std::uint64_t m_samples = 0;
    std::vector<CaptureLayer> m_layers;
    std::vector<std::vector<float>> m_fisher;
    std::vector<std::vector<double>> m_energies;
    std::vector<std::vector<std::vector<float>>> m_gradients; ///< pieces by layer; empty if on disk or not wanted
    std::shared_ptr<const CaptureReader> m_reader; ///< null if all is in memory
    std::shared_ptr<const void> m_file; ///< removes it, if it is a temporary one
};

class InputCapture
{
public:
    std::uint64_t samples() const { return m_samples; }
    const Text& reason(std::size_t layer) const { return m_layers[layer].noInputs; }
    /// Sums over the samples.
    LayerInputs inputs(std::size_t layer) const;

private:
    friend class InputCapturer;
    std::uint64_t m_samples = 0;
    std::vector<CaptureLayer> m_layers;
    std::vector<LayerInputs> m_inputs; ///< empty if on disk
    std::shared_ptr<const CaptureReader> m_reader;
    std::shared_ptr<const void> m_file;
};

/// Calls `use(capture)`. If it turns out then that a capture from the cache is damaged, that is said, the model is run
/// and `use` called again.
void useGradients(const SensitivityRequest& request, bool withGradients, const JobContext& ctx,
    const std::function<void(const GradientCapture&)>& use);
void useInputs(
    const SensitivityRequest& request, const JobContext& ctx, const std::function<void(const InputCapture&)>& use);

/// Errors of a capture that come up while points are measured: those are not a point's own, so they are kept, and
/// thrown when all points are done. Thread-safe.
class CaptureErrors
{
public:
    /// Runs `work`; after an error nothing is run any more.
    void guard(const std::function<void()>& work);
    void rethrow() const;

private:
    std::mutex m_mutex;
    std::exception_ptr m_first;
};

inline constexpr const char* fisherOfSigns = "fisher-signs"; ///< what a capture of squared gradients is called
/// The key of a capture of this request.
CaptureKey captureKey(const SensitivityRequest& request, const char* what, const JobContext& ctx);
/// The error of the weights, q - x, in the order of LayerInfo::matrix().
std::vector<float> weightErrors(const LayerInfo& layer, const QuantizedLayer& quantized, const JobContext& ctx);

} // namespace bw
