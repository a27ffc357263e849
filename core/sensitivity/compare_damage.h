#pragma once
// value header

#include "core/base/text.h"
#include "core/sensitivity/damage_table.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bw {

/// A prediction and a measurement side by side.
struct DamagePair
{
    std::string layer; ///< empty: a whole allocation
    QuantFormat format; ///< meaningless for a whole allocation
    double predicted = 0;
    double predictedError = 0; ///< standard error
    double measured = 0;
    double measuredError = 0;
    double ratio = 0; ///< predicted / measured; infinity if nothing was measured, 1 if both are nothing
    /// Off by more than the factor, and not by chance: the figures differ by more than `significance` standard errors
    /// of their difference even where the nearer end of the factor is right.
    bool isOff = false;
    friend bool operator==(const DamagePair&, const DamagePair&) = default;
};

struct CompareOptions
{
    double factor = 3; ///< > 1
    double significance = 2; ///< standard errors
    double floor = 1e-5; ///< damages below both count as equal: nobody's choice hangs on them
};

struct DamageComparison
{
    std::vector<DamagePair> points; ///< of layers and formats both tables know, in the prediction's order
    std::vector<std::string> layersOff; ///< with a point that is off, in order
    std::uint64_t off = 0; ///< points
    double medianRatio = 1; ///< of points with both figures above the floor; how far all predictions are off together
    /// Spearman's rank correlation of the two damages; 0 for fewer than 3 points. High: good for choosing, whatever the
    /// scale.
    double rankCorrelation = 0;
    Text advice; ///< what to do about it, in a sentence; empty if nothing is off
    friend bool operator==(const DamageComparison&, const DamageComparison&) = default;
};

/// Error{BadInput}: tables of different models, or with no point in common.
DamageComparison compareDamage(
    const DamageTable& predicted, const DamageTable& measured, const CompareOptions& options = {});

/// One prediction against one measurement.
DamagePair comparePair(
    double predicted, double predictedError, double measured, double measuredError, const CompareOptions& options = {});

/// What a table predicts for a whole allocation (one format for each of its layers, by name): the sum of the layers'
/// damages. Layers or formats the table does not know are counted in `unknown`.
struct PredictedSum
{
    double damage = 0;
    double standardError = 0;
    std::uint64_t unknown = 0;
};
PredictedSum predictedDamage(
    const DamageTable& table, const std::vector<std::pair<std::string, QuantFormat>>& allocation);

} // namespace bw
