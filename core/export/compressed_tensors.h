#pragma once
// The "pack-quantized" files of the compressed-tensors library (Hugging Face transformers and vLLM load them).
//
// Per quantized linear layer M, in place of M.weight (shape rows × columns): M.weight_packed, I32 rows × ⌈columns·bits
// / 32⌉: codes of `bits` bits from the least significant on, each row from a new word; code c stands for the integer c
// − 2^(bits−1). M.weight_scale (1, rows × 1, or rows × groups). M.weight_zero_point, of asymmetric layers: I32
// ⌈rows·bits / 32⌉ × groups, packed down the rows, the same offset. M.weight_shape, I64. Source: compressed_tensors,
// compressors/pack_quantized (pack_to_int32) and quantization/quant_args. Earlier releases pack ⌊32/bits⌋ codes a word,
// later ones without gaps: for 2, 4 and 8 bits that is the same, and others are not written.

#include "core/export/exporter.h"
#include "core/export/quantized_layout.h"
#include "core/export/safetensors_writer.h"

#include <string>

namespace bw {

inline constexpr const char* compressedTensorsKind = "compressed-tensors";

/// Why a layer cannot be said in that layout; empty if it can.
Text compressedTensorsObstacle(const LayerInfo& layer, const QuantizedTensor& tensor);
/// Error{Unsupported} for a layer with an obstacle.
SafetensorsContents compressedTensorsContents(
    const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx);
/// What the file takes: everything but the layers that can be quantized, one of those, and all of it.
std::uint64_t compressedTensorsFixedBytes(const Model& model);
std::uint64_t compressedTensorsLayerBytes(const LayerInfo& layer, const LayerOutline& outline);
std::uint64_t compressedTensorsFileBytes(
    const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx);
/// {"quantization_config": …}: to be merged into the model's config.json.
std::string compressedTensorsConfig(const QuantizedModel& model);
/// Reads every packed layer of the file as that library does and compares with the engine's values.
/// Error{Verification}.
void checkCompressedTensors(const QuantizedModel& model, const std::filesystem::path& written, const JobContext& ctx);

} // namespace bw
