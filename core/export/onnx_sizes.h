#pragma once
// What ONNX files take, known before they are written.

#include "core/export/onnx_contents.h"
#include "core/export/quantized_layout.h"

namespace bw {

/// ExportSizes of one flavour.
std::uint64_t onnxFixedBytes(const Model& model, const OnnxFlavour& flavour);
/// Data, and nodes to some dozens of bytes.
std::uint64_t onnxLayerBytes(const LayerInfo& layer, const LayerOutline& outline, const OnnxFlavour& flavour);
std::uint64_t onnxKeptBytes(const LayerInfo& layer);

/// A layer's codes alone.
std::uint64_t onnxCodeBytes(const LayerInfo& layer, int codeBits, const OnnxFlavour& flavour);

} // namespace bw
