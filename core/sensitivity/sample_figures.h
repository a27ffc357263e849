#pragma once

#include "core/base/job_context.h"
#include "core/sensitivity/damage_table.h"

#include <span>
#include <vector>

namespace bw {

class GradientCapture;

struct MeanFigure
{
    double mean = 0;
    double standardError = 0; ///< of the mean, from the spread of the values; 0 of fewer than two
};
MeanFigure meanFigure(std::span<const double> values);

/// Sets value and standard error to the mean Fisher information of a weight; or why nothing is known.
void describeGradients(const GradientCapture& capture, std::size_t index, LayerDamage& layer);
/// Value and standard error of the first usable point.
void useFirstPoint(LayerDamage& layer);

/// Σ w e².
double weightedSquares(std::span<const float> errors, std::span<const float> weights, const JobContext& ctx);
/// Appends g·e for each row g of [rows, errors.size()].
void appendProducts(std::span<const float> gradients, std::span<const float> errors, std::vector<double>& products);

} // namespace bw
