#pragma once

#include "core/base/error.h"
#include "core/distributions/distribution_fit.h"
#include "core/engine/quantize_model.h"
#include "core/exponent/exponent_search.h"
#include "core/formats/grid.h"
#include "core/formats/size_figures.h"
#include "core/stats/histogram.h"
#include "core/stats/layer_stats.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace bw {

class ResultCache;

/// The limits of theory for a layer. The last ones are kept: while something is dragged, the rate stays. Thread-safe.
class LayerLimits
{
public:
    explicit LayerLimits(DistributionFit fit)
        : m_fit(std::move(fit))
    {
    }
    const DistributionFit& fit() const { return m_fit; }
    std::optional<RateLimits> at(double bits) const;

private:
    DistributionFit m_fit;
    mutable std::mutex m_mutex;
    mutable std::optional<RateLimits> m_last;
};

/// What is known of a layer before quantization. Immutable.
struct LayerFacts
{
    LayerStats stats;
    std::shared_ptr<const Histogram> histogram;
    std::shared_ptr<const LayerLimits> limits;

    const DistributionFit& fit() const { return limits->fit(); }
};
using LayerFactsPtr = std::shared_ptr<const LayerFacts>;

/// A layer after quantization, as far as the window shows it (no codes: those live in the ResultCache). Immutable.
struct LayerResult
{
    LayerChoice choice; ///< what was asked for
    QuantFormat resolved; ///< with searched parameters filled in
    ErrorSums error;
    std::uint64_t bits = 0; ///< of the whole layer; from the sample's bits per weight when not exact
    std::uint64_t bytes = 0; ///< of its parts as stored
    std::uint64_t fileBytes = 0; ///< it adds to the written file: parts and their description
    std::uint64_t rowOrderBits = 0; ///< of these, what only says in which order rows stand; 0 in previews
    std::uint64_t count = 0; ///< weights of the whole layer
    Grid grid; ///< of the typical group
    std::uint64_t typicalGroup = 0;
    std::uint64_t groupCount = 1;
    double typicalAbsMax = 0; ///< largest magnitude among the typical group's weights
    std::shared_ptr<const Histogram>
        histogram; ///< of the quantized values, in the bins of LayerFacts; null without facts
    std::vector<LevelError> levels; ///< empty when not final
    std::optional<RateLimits> limits; ///< of the layer's distribution at its bits per weight
    std::optional<double> codedBits; ///< per weight, were the codes as small as their entropy
    std::optional<IndexCost> indexCost; ///< of weights that are kept apart
    bool isExact = true;
    bool isFinal
        = true; ///< false: a preview of a drag; the whole layer is still to be done (its codes, its errors by level)

    double bitsPerWeight() const { return count == 0 ? 0 : static_cast<double>(bits) / static_cast<double>(count); }
};
using LayerResultPtr = std::shared_ptr<const LayerResult>;

/// The exponent curve of a layer, and what answers a dragged exponent at once. Immutable.
struct ExponentFacts
{
    ExponentCurve curve;
    std::shared_ptr<const SortedMagnitudes> sorted;
    bool isExact = true;
};
using ExponentFactsPtr = std::shared_ptr<const ExponentFacts>;

inline constexpr int shownBins = 256;

// All of these are pure and may run on any thread.

LayerFactsPtr computeFacts(const LayerInfo& layer, const JobContext& ctx);
/// The whole layer. Its codes go into `cache` (may be null), from where evaluation and export take them.
LayerResultPtr computeResult(const LayerInfo& layer, const LayerChoice& choice, const LayerFactsPtr& facts,
    ResultCache* cache, const JobContext& ctx);
/// What `choice` does to `sample` (from sampleRows()) by rounding alone, scaled up to the layer. Exact if the sample is
/// the whole matrix and the method does no more than that.
LayerResultPtr previewResult(const LayerInfo& layer, const TensorView& sample, const LayerChoice& choice,
    const LayerFactsPtr& facts, const JobContext& ctx);
/// Curve over the layer, or over a sample of about `maxValues` weights if it is larger.
ExponentFactsPtr computeExponent(
    const LayerInfo& layer, const Scaling& scaling, int bits, std::uint64_t maxValues, const JobContext& ctx);

/// One spelling for everything that decides a layer's result.
std::string choiceKey(const LayerChoice& choice);
/// Largest magnitude in one scale group of a matrix.
double groupAbsMax(const TensorView& matrix, const Scaling& scaling, std::uint64_t group);

} // namespace bw
