#pragma once

#include "core/evaluate/inference_backend.h"
#include "core/torch/script_program.h"

#include <vector>

namespace bw::torch_backend {

/// Puts packed weights in place of plain ones: each attribute NAME becomes empty, NAME_codes, NAME_scales,
/// NAME_zero_points, NAME_codebook and NAME_form come beside it, and wherever a method reads NAME it then calls
/// __torch__.bitwright.unpack_weight(), a TorchScript function of plain tensor operators (LibTorch 1.8 and newer). The
/// function is tried on every weight first. Error{Unsupported}: a weight that is not an attribute, or that a method
/// writes; {Verification}: unpacking gives other values.
void packWeights(ScriptProgram& program, const std::vector<PackedWeight>& weights);

} // namespace bw::torch_backend
