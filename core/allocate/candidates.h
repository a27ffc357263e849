#pragma once

#include "core/base/job_context.h"
#include "core/formats/quant_format.h"
#include "core/model/model.h"

#include <string>
#include <vector>

namespace bw {

/// What layers may get where nobody names formats: codebooks fitted to each layer of 2 to 8 bits, with a scale per
/// output channel and per 64 weights, and half precision. Of the families tried on ResNet-20 they did the least harm at
/// every size from 2 to 4 bits.
std::vector<QuantFormat> usualAllocationFormats();

/// Those of them that a file of `exporter` (id) can hold; integers or the blocks of llama.cpp where it holds no
/// codebooks. Error{Unsupported}: no such file can be made of the model.
std::vector<QuantFormat> usualAllocationFormats(const Model& model, const std::string& exporter, const JobContext& ctx);

} // namespace bw
