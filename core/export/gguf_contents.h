#pragma once
// The GGUF files Bitwright writes: all metadata the model came with (gguf_origin.h), with general.file_type,
// general.quantization_version and general.quantized_by brought up to date, and
//   bitwright.kind              "quantized", or "dequantized" for float values
//   bitwright.version           u32 1
//   bitwright.recipe            the recipe, as JSON
//   bitwright.seed              u64
//   bitwright.source_file       file name of the model (without folders)
//   bitwright.source_sha256     of that file
//   bitwright.source_beside     array of texts: files beside the model that the metadata is made of ("config.json: "
//   and
//                               the SHA-256), if there are any
//   bitwright.requantized       array of texts: layers whose weights the source had quantized already ("name: q8_0")
//   bitwright.tool_version, bitwright.tool_command (if given)
//   bitwright.data_sha256       of everything from the first tensor's first byte to the end
//   bitwright.header_sha256     of everything before that, with the 64 digits of this very entry as zeros
// No times and no folders: the same model and recipe give the same bytes.

#include "core/export/content.h"
#include "core/export/exporter.h"
#include "core/export/gguf_entries.h"
#include "core/export/gguf_origin.h"
#include "core/gguf/ggml_type.h"
#include "core/model/gguf_header.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bw {

struct GgufContentTensor
{
    ContentTensor content; ///< blocks are a U8 view of their bytes
    Shape shape; ///< of the values
    const GgmlType* type = nullptr;
    std::uint64_t rotaryHeads = 0; ///< as GgufPlacement::rotaryHeads: `content` has the model's order

    std::uint64_t bytes() const;
};

struct GgufContents
{
    std::uint64_t alignment = 32;
    std::vector<GgufContentEntry> entries;
    std::vector<GgufContentTensor> tensors;
};

namespace gguf_keys {
inline constexpr const char* prefix = "bitwright.";
inline constexpr const char* kind = "bitwright.kind";
inline constexpr const char* recipe = "bitwright.recipe";
inline constexpr const char* sourceFile = "bitwright.source_file";
inline constexpr const char* sourceHash = "bitwright.source_sha256";
inline constexpr const char* toolVersion = "bitwright.tool_version";
inline constexpr const char* toolCommand = "bitwright.tool_command";
inline constexpr const char* dataHash = "bitwright.data_sha256";
inline constexpr const char* headerHash = "bitwright.header_sha256";
inline constexpr const char* dequantizedKind = "dequantized";
} // namespace gguf_keys

/// Why the layer cannot be written in this format; empty if it can.
Text ggufObstacle(const LayerInfo& layer, const QuantFormat& format);

/// What exportModel() writes, for a model that canExport() allows.
GgufContents ggufContents(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx);
/// For sizes only: with any hash in place of the source's.
GgufContents ggufContentsForSizes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx);

std::uint64_t ggufFileBytes(const GgufContents& contents);
void writeGguf(const GgufContents& contents, const std::filesystem::path& path, const JobContext& ctx);
/// Reads `path` as any reader would and compares every entry and every byte; Error{Verification} names entry or tensor
/// and index.
void checkGguf(const GgufContents& contents, const std::filesystem::path& path, const JobContext& ctx);
/// The entries alone, but for hashes, the source's name and what is said of the tool.
void compareGgufOrigin(const GgufContents& contents, const GgufHeader& header);
/// The tensors alone: the file's metadata may say anything.
void compareGgufTensors(const GgufContents& contents, const std::filesystem::path& path, const JobContext& ctx);
/// Error{Verification} if the file is not what its two hashes say.
void requireGgufHashes(const std::filesystem::path& path, const JobContext& ctx);

} // namespace bw
