#pragma once
// The ONNX files Bitwright writes: the source's ModelProto, field by field as it is, but for quantized weights (whose
// initializer gives way to codes, scales and the nodes that undo them, see onnx_weight.h), data in other files, which
// is taken in, and metadata_props. Weights that were graph inputs as well are no longer: a caller cannot give codes. IR
// versions before 4 become 4, as they ask for every initializer to be an input. metadata_props of the source are kept;
// added are
//   bitwright.kind              "onnx", "onnx-int4", …: the exporter's id; bitwright.version "1"
//   bitwright.dequantized       "1" if weights are written as plain values
//   bitwright.layers            per weight a line of name, format, form (see onnx_weight.h) and the initializer that
//                               has its codes, with tabs between
//   bitwright.inputs_removed    a weight a line, if there are any
//   bitwright.recipe, bitwright.seed, bitwright.source_file, bitwright.source_sha256, bitwright.tool_version,
//   bitwright.tool_command (if given)
//   bitwright.file_sha256       of the whole file with the 64 digits of this entry, its last bytes, as zeros
// No times and no folders: the same model and recipe give the same bytes.

#include "core/export/exporter.h"
#include "core/export/onnx_weight.h"
#include "core/model/onnx_graph.h"

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bw {

namespace onnx_keys {
inline constexpr const char* prefix = "bitwright.";
inline constexpr const char* kind = "bitwright.kind";
inline constexpr const char* dequantized = "bitwright.dequantized";
inline constexpr const char* layers = onnxLayersKey;
inline constexpr const char* recipe = "bitwright.recipe";
inline constexpr const char* sourceHash = "bitwright.source_sha256";
inline constexpr const char* fileHash = "bitwright.file_sha256";
inline constexpr const char* toolCommand = "bitwright.tool_command";
} // namespace onnx_keys

/// What a protobuf message, and so a file, can have.
inline constexpr std::uint64_t onnxMostBytes = (std::uint64_t { 1 } << 31) - 1;

/// Consecutive bytes of the file: made here, taken from the source (or a file beside it), or worked out.
using OnnxSegment = std::variant<std::string, OnnxLazyBytes, TensorView, OnnxCodes, ContentTensor>;

struct OnnxContents
{
    std::vector<OnnxSegment> segments;
    std::size_t provenanceFirst = 0; ///< this segment and all after it say where the file comes from
    std::uint64_t bytes = 0;
};

/// Which of the exporters writes.
struct OnnxFlavour
{
    const char* id; ///< of the exporter, and what "bitwright.kind" is
    OnnxStyle style;
};

/// The operator set of files of this flavour made from the model. Error{Unsupported}: the model cannot be raised to
/// what it takes, or is none of ONNX.
OnnxTarget onnxTarget(const Model& model, const OnnxFlavour& flavour);
/// Error{Unsupported}: more than 2 GB, or data of a kind that cannot be taken in.
OnnxContents onnxContents(
    const QuantizedModel& model, const ExportOptions& options, const OnnxFlavour& flavour, const JobContext& ctx);
/// The same without what says where the file comes from, for which the whole source is read.
OnnxContents onnxGraphContents(
    const QuantizedModel& model, const ExportOptions& options, const OnnxFlavour& flavour, const JobContext& ctx);

/// Bytes of the file; of one of more than 2 GB, too.
std::uint64_t onnxFileBytes(
    const QuantizedModel& model, const ExportOptions& options, const OnnxFlavour& flavour, const JobContext& ctx);

void writeOnnx(const OnnxContents& contents, const std::filesystem::path& path, const JobContext& ctx);
/// Compares the file byte for byte, and then what this program's own reader makes of it with the engine's values.
/// Error{Verification} names the layer and index.
void checkOnnx(const OnnxContents& contents, const QuantizedModel& model, const std::filesystem::path& path,
    const JobContext& ctx);
/// metadata_props of an ONNX file that start with "bitwright."; none of other files, of any kind.
std::map<std::string, std::string> onnxProvenance(const std::filesystem::path& path);
/// Error{Verification} if the file is not what its hash says.
void requireOnnxHash(const std::filesystem::path& path, const JobContext& ctx);

} // namespace bw
