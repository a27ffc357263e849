#pragma once

#include "core/export/gguf_origin.h"
#include "core/export/llama/llama_config.h"

namespace bw::llama {

/// Whether tensors are called like those of a llama model of Hugging Face's: "model.layers.0.self_attn.q_proj.weight".
bool hasLlamaNames(const Model& model);

/// Where each layer goes; adds notes to `notes`. Error{BadFile}: a tensor is missing or of another shape than the sizes
/// ask for; {Unsupported}: a tensor that llama.cpp's llama architecture does not know.
std::vector<GgufPlacement> placeLlamaTensors(const Model& model, const LlamaConfig& config, std::vector<Text>& notes);

} // namespace bw::llama
