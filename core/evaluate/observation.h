#pragma once
// The part of the border to LibTorch that looks into a model while it runs: what its weights are multiplied with, and
// what its outputs feel of them. As inference_backend.h: values only, all calls on the engine thread.

#include "core/evaluate/inference_backend.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// A weight to watch. Figures of it are in the order of LayerInfo::matrix(): dimension `outAxis` first.
struct WatchedLayer
{
    std::string name;
    int outAxis = 0;
};

/// What can be known of a layer. A reason is set where something cannot, and is a whole sentence.
struct LayerAccess
{
    Text noInputs; ///< empty: observeInputs() gives its inputs
    Text noGradients; ///< empty: observeGradients() gives its gradients
};

/// Rows and columns of a layer's matrix that are multiplied with the same inputs: the whole matrix, or what belongs to
/// one group of a convolution.
struct InputBlock
{
    std::uint64_t firstRow = 0;
    std::uint64_t rows = 0;
    std::uint64_t firstColumn = 0;
    std::uint64_t columns = 0;
    /// [columns, columns]: Σ x xᵀ over samples and positions, x what a row is multiplied with at one position (the
    /// unfolded patch of a convolution).
    std::vector<double> covariance;
    friend bool operator==(const InputBlock&, const InputBlock&) = default;
};

/// Sums over all samples seen. Several uses of one weight add up.
struct LayerInputs
{
    std::vector<InputBlock> blocks;
    std::vector<double> lookups; ///< of embeddings: how often each row was looked up; else empty
    std::vector<double> energies; ///< per sample: Σ‖x‖² over positions, one per lookup
    friend bool operator==(const LayerInputs&, const LayerInputs&) = default;
};

/// Receives a layer's gradients, [samples, weights of the layer] row-major; valid during the call.
using GradientSink = std::function<void(std::size_t layer, std::span<const float> gradients)>;

/// What stands for the gradient of -ln p(y|x) with respect to a row of outputs. Both have mean 0 and the covariance of
/// that gradient for y ~ p(y|x), diag(p) - p pᵀ with respect to scores, so that squares of what follows have the Fisher
/// information as their mean.
enum class LikelihoodDraw
{
    Signs, ///< Σ_c ε_c √p_c · ∂(-ln p_c), ε_c = ±1: all classes at once; products vary much less between draws
    Label ///< ∂(-ln p_y) of one label y drawn from p
};

/// A model whose weights are watched. It has its own copy of the model; nothing is written to the file.
class ObservationSession
{
public:
    virtual ~ObservationSession() = default;

    /// Runs one or two samples, alone and together, to find how each layer can be watched. Call once, first.
    /// Error{Backend|Unsupported}: the model cannot be run on these samples.
    virtual std::vector<LayerAccess> prepare(const FloatBatch& samples, const JobContext& ctx) = 0;
    /// False: samples do influence one another in a batch, or some layer can only be watched sample by sample. Then
    /// batches are of one.
    virtual bool takesBatches() const = 0;

    /// Adds what these samples are to the sums of some layers (indices of the request).
    virtual void observeInputs(const FloatBatch& samples, std::span<const std::size_t> layers, const JobContext& ctx)
        = 0;
    /// The sums so far, which are then forgotten.
    virtual LayerInputs takeInputs(std::size_t layer) = 0;

    /// The gradient of -ln p(y|x) with respect to each layer's weights, for each sample by itself, as drawn from the
    /// model's own p(y|x). The draw depends on seed, number of the sample (`firstSample` is that of the first) and row
    /// of outputs alone. Returns the labels drawn, one per row of outputs; none for signs.
    virtual std::vector<std::int64_t> observeGradients(const FloatBatch& samples, std::uint64_t firstSample,
        std::uint64_t seed, LikelihoodDraw draw, const GradientSink& sink, const JobContext& ctx)
        = 0;
    /// zᵀHz per layer, H the Hessian of Σ -ln p(label|x) over these samples with respect to that layer's weights, z a
    /// vector of ±1 drawn by `seed`. NaN for layers without gradients.
    virtual std::vector<double> hessianProbe(
        const FloatBatch& samples, std::span<const std::int64_t> labels, std::uint64_t seed, const JobContext& ctx)
        = 0;
};

} // namespace bw
