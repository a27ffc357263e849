#pragma once

#include "core/evaluate/observation.h"

#include <cstdint>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace bw::torch_backend {

/// What was drawn for the outputs of a model: what goes back through it, in place of the gradient of -ln p(y|x) summed
/// over all rows.
struct DrawnGradient
{
    std::vector<std::int64_t> labels; ///< one per row; empty for signs
    at::Tensor gradient; ///< as the outputs
};

/// Draws for each row of outputs [samples, …, classes] from the probabilities they stand for. Labels: the smallest one
/// whose cumulative probability exceeds a number in [0, 1) of the row's bits. Signs: class c's is + where bit c % 64 of
/// the row's bits mixed with c / 64 is set. A row's bits depend on the seed, the sample and the row within it alone.
/// Outputs that are probabilities already are taken as such. Error{Backend}: not finite.
DrawnGradient drawGradient(const at::Tensor& outputs, std::int64_t samples, std::uint64_t firstSample,
    std::uint64_t seed, LikelihoodDraw draw);

/// 64 well-mixed bits of two numbers (splitmix64).
std::uint64_t mixedBits(std::uint64_t a, std::uint64_t b);

} // namespace bw::torch_backend
