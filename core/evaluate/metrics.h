#pragma once

#include "core/evaluate/evaluation.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// Natural logarithms of the class probabilities of one row of model outputs, in float64. `areProbabilities`: the model
/// ends in a softmax already; probabilities below 1e-38 count as that.
void logProbabilities(std::span<const float> outputs, bool areProbabilities, std::vector<double>& out);
/// All rows are non-negative and sum to 1 within 0.001: the model ends in a softmax.
bool looksLikeProbabilities(std::span<const float> outputs, std::uint64_t classes);
/// First of the largest.
std::int64_t argmax(std::span<const float> outputs);
/// The label is among the five largest outputs; those equal to the label's own count as smaller only if they come
/// later.
bool isInTopFive(std::span<const float> outputs, std::int64_t label);
/// KL(p‖q) in nats from logarithms of probabilities.
double klDivergence(std::span<const double> logP, std::span<const double> logQ);

/// Mean with its normal 95 % interval.
Metric meanMetric(std::string name, std::span<const double> values);
/// The q-quantile (nearest rank) with the 95 % interval of its rank.
Metric quantileMetric(std::string name, std::vector<double> values, double q);
/// 10·log10(Σ signal / Σ noise) over samples, with the interval of the ratio (linearised). 300 if there is no noise.
Metric ratioDbMetric(std::string name, std::span<const double> signal, std::span<const double> noise);

/// Right or wrong of two models on the same samples, as b - a with the interval of Agresti and Min
/// (Statistics in Medicine 24, 2005: add 1/2 to each of the four cells).
EvalComparison compareCorrect(const std::vector<bool>& a, const std::vector<bool>& b);
/// Means of two models' figures on the same samples, as b - a with the normal interval and p-value of the differences.
EvalComparison compareMeans(std::string metric, std::span<const double> a, std::span<const double> b);

} // namespace bw
