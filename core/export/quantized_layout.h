#pragma once
// The safetensors files Bitwright writes, version 1.
//
// Quantized. Tensors: per quantized layer its codes ("<layer>.codes", U8, one dimension: codes of `code_bits` bits one
// after another, least significant bit first, see bit_stream.h; row-major with the output channels first) and its side
// parts ("<layer>.scales", …); all other layers as they are, under their own names. Metadata (texts):
//   format                      "bitwright"
//   bitwright.kind              "quantized"
//   bitwright.version           "1"
//   bitwright.layers            JSON {"layer": {"format", "shape", "out_axis", "dtype", "method", "code_bits",
//   "bits_per_weight", "rmse_over_rms",
//                               "parts": {"codes": "tensor", "scales": "tensor", …}}}; shape is the layer's own,
//                               out_axis the dimension that is moved to the front before codes are counted
//   bitwright.ties              JSON {"other name": "layer"}, if there are any
//   bitwright.recipe            the recipe, as JSON
//   bitwright.source_file       file name of the model (without folders)
//   bitwright.source_sha256     of that file
//   bitwright.source_metadata   JSON, if it had any
//   bitwright.tool_version, bitwright.tool_command (if given)
//   bitwright.tensor_sha256, bitwright.header_sha256: see safetensors_writer.h
// Dequantized. All layers as plain tensors under their own names (and tied ones under each name); bitwright.kind
// "dequantized", the same provenance, bitwright.formats JSON {"layer": "format"} and the source's own metadata, with
// format "pt" unless it says otherwise. A float layer keeps its type if that holds the dequantized values exactly, else
// it becomes F32.
//
// No times and no folders: the same model and recipe give the same bytes.

#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/export/safetensors_writer.h"

namespace bw {

namespace quantized_layout {
inline constexpr const char* formatKey = "format";
inline constexpr const char* formatTag = "bitwright";
inline constexpr const char* keyPrefix = "bitwright.";
inline constexpr const char* kindKey = "bitwright.kind";
inline constexpr const char* quantizedKind = "quantized";
inline constexpr const char* dequantizedKind = "dequantized";
inline constexpr const char* versionKey = "bitwright.version";
inline constexpr std::int64_t version = 1;
inline constexpr const char* layersKey = "bitwright.layers";
inline constexpr const char* formatsKey = "bitwright.formats";
inline constexpr const char* tiesKey = "bitwright.ties";
inline constexpr const char* recipeKey = "bitwright.recipe";
inline constexpr const char* sourceFileKey = "bitwright.source_file";
inline constexpr const char* sourceHashKey = "bitwright.source_sha256";
inline constexpr const char* seedKey = "bitwright.seed"; ///< also in the recipe
inline constexpr const char* sourceMetadataKey = "bitwright.source_metadata";
inline constexpr const char* toolVersionKey = "bitwright.tool_version";
inline constexpr const char* toolCommandKey = "bitwright.tool_command";
inline constexpr const char* codesPart = "codes";
} // namespace quantized_layout

/// One part of a quantized layer, without its bytes.
struct PartOutline
{
    std::string name;
    DType dtype = DType::U8;
    Shape shape;
};
/// What a quantized file says about one layer.
struct LayerOutline
{
    std::string format;
    std::string method;
    int outAxis = 0;
    int codeBits = 0;
    double bitsPerWeight = 0;
    double rmseOverRms = 0;
    std::vector<PartOutline> parts;
};
/// "bitwright.*" entries of any file made from a quantized model: where it comes from, and how it was made.
std::map<std::string, std::string> provenanceMetadata(
    const QuantizedModel& model, const ExportOptions& options, const char* kind, const JobContext& ctx);
/// The same with any hash in place of the source's: for sizes only.
std::map<std::string, std::string> provenanceMetadataForSizes(
    const Model& model, const Recipe& recipe, const ExportOptions& options, const char* kind);
/// Other names of layers: other name → layer.
std::map<std::string, std::string> tiesOf(const Model& model);
/// The model's own metadata, without what an earlier Bitwright said about an earlier source.
std::map<std::string, std::string> sourceMetadataOf(const Model& model);
/// Bytes of the quantized file exportModel() would write.
std::uint64_t quantizedFileBytes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx);
/// The same of a file in which no layer that can be quantized is left, with a short recipe.
std::uint64_t quantizedFixedBytes(const Model& model);
/// What one layer adds to that, data and header; the header's part to a few bytes, as it names places in the file.
std::uint64_t quantizedLayerBytes(const LayerInfo& layer, const LayerOutline& outline);
/// The same of a layer that stays as it is.
std::uint64_t keptLayerBytes(const LayerInfo& layer);
/// What the header of a safetensors file of ours takes for one tensor; to a few bytes, as it names places in the file.
std::uint64_t tensorHeaderBytes(const std::string& name, DType dtype, const Shape& shape, std::uint64_t longestPlace);
/// As the file describes a tensor; figures of its error and size are left to the caller.
LayerOutline outlineOf(const QuantizedTensor& tensor, const std::string& method);

/// What exportModel() writes for a model whose layers are all quantized or kept.
SafetensorsContents quantizedContents(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx);
SafetensorsContents dequantizedContents(
    const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx);
/// The same as the latter, from a file written earlier.
SafetensorsContents dequantizedContents(const QuantizedFile& file, const JobContext& ctx);

} // namespace bw
