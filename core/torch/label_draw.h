#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace bw::torch_backend {

/// Labels for the outputs of a model, and what -ln p(label|x), summed over all rows, is with respect to the outputs.
struct LabelledOutputs
{
    std::vector<std::int64_t> labels; ///< one per row
    at::Tensor gradient; ///< as the outputs
};

/// Draws a label for each row of outputs [samples, …, classes] from the probabilities they stand for: the smallest
/// label whose cumulative probability exceeds a number in [0, 1) that depends on the seed, the sample and the row
/// within it alone. Outputs that are probabilities already are taken as such. Error{Backend}: not finite.
LabelledOutputs drawLabels(
    const at::Tensor& outputs, std::int64_t samples, std::uint64_t firstSample, std::uint64_t seed);

/// 64 well-mixed bits of two numbers (splitmix64).
std::uint64_t mixedBits(std::uint64_t a, std::uint64_t b);

} // namespace bw::torch_backend
