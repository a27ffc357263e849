#pragma once
// value header

#include "core/base/text.h"
#include "core/formats/quant_format.h"
#include "core/stats/error_metrics.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bw {

/// What one format costs one layer: a point of the (bytes, damage) plane that allocators choose from.
struct DamagePoint
{
    QuantFormat format; ///< as asked for
    std::uint64_t bits = 0; ///< codes, scales and tables of the layer, as in a file
    ErrorSums error; ///< of the weights
    double damage = 0; ///< ≥ 0, in the table's unit; adds up over layers
    double standardError = 0; ///< of `damage`; 0: exact
    Text reason; ///< not empty: the format cannot serve the layer, and why; figures are meaningless
    double accuracyDrop
        = 0; ///< of kinds that run the model: share of samples right before, less the share right with it
    std::uint64_t samples = 0; ///< behind `damage`, where kinds look at more samples for some points; 0: the table's
    bool isUsable() const { return reason.empty(); }
    friend bool operator==(const DamagePoint&, const DamagePoint&) = default;
};

/// What is known of one layer.
struct LayerDamage
{
    std::string layer;
    std::uint64_t count = 0; ///< weights
    std::uint64_t bitsKept = 0; ///< in its own type
    double rms = 0; ///< of the weights
    /// The layer's one figure: mean Fisher of a weight, Hessian trace / count, …; of kinds that have none the damage of
    /// the first usable point.
    double value = 0;
    double standardError = 0;
    /// Of kinds that look at outputs: mean squared norm of what the layer gives, per sample; damage / outputEnergy is
    /// the relative error of its outputs. 0: not known.
    double outputEnergy = 0;
    Text note; ///< why there is no damage ("weights only: no activations were seen"), or what to know of it; may be
               ///< empty
    bool isKnown = true; ///< false: value and points' damages are meaningless
    std::vector<DamagePoint> points; ///< one per format asked for, in that order
    friend bool operator==(const LayerDamage&, const LayerDamage&) = default;
};

/// Damage of candidate formats, layer by layer: what `sensitivity` measures and `allocate` uses. Immutable once made.
struct DamageTable
{
    std::string kind; ///< id in sensitivities()
    std::string unit; ///< "nats" (KL to the float model) or what the kind measures, for axis titles
    std::string modelSha256; ///< of the model it belongs to
    std::string dataName; ///< empty: made without data
    std::string dataHash; ///< hex of Dataset::contentHash(); empty: made without data
    std::uint64_t samples = 0;
    std::uint64_t seed = 0;
    std::vector<LayerDamage> layers; ///< quantizable layers in model order
    friend bool operator==(const DamageTable&, const DamageTable&) = default;
};

} // namespace bw
