#pragma once

#include "core/torch/script_program.h"

#include <map>
#include <string>
#include <vector>

namespace bw::torch_backend {

/// One block of values of a model, under all the names it has.
struct ModuleTensor
{
    std::vector<std::string>
        names; ///< attribute paths ("layer1.0.conv1.weight", "lstm._flat_weights.0") in the model's order
    at::Tensor tensor; ///< as the first name holds it; the others are over the same memory, so writing it writes all
    bool isParameter = false; ///< trained, as its author declared
    bool isConstant = false; ///< not an attribute, but written into the code: "CONSTANTS.c3"
};

/// All tensors a program keeps: its attributes in the order of the file, depth first; then the constants of its code.
/// Tied tensors (same memory, shape and strides) are one entry. Error{Unsupported}: more names than any real model.
std::vector<ModuleTensor> collectTensors(const ScriptProgram& program);

/// The type a tensor had before widenHalves(), by where its values are now.
using StoredTypes = std::map<const void*, at::ScalarType>;
/// Makes attributes of 16-bit floating-point types 32-bit ones, ties included: LibTorch computes few operators on the
/// CPU in 16 bits.
StoredTypes widenHalves(const torch::jit::Module& module);

/// Same memory, type, shape and strides.
bool isSameMemory(const at::Tensor& a, const at::Tensor& b);

} // namespace bw::torch_backend
