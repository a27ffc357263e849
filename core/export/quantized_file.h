#pragma once

#include "core/base/job_context.h"
#include "core/formats/codec.h"
#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace bw {

/// A quantized safetensors file as written by Bitwright, read back: layers as codes, and the rest as they are.
struct QuantizedFile
{
    std::filesystem::path path;
    std::vector<std::pair<std::string, QuantizedTensor>> quantized;
    std::vector<LayerInfo> kept;
    Recipe recipe;
    std::string sourceFile;
    std::string sourceSha256;
    std::map<std::string, std::string> metadata;
};

/// Error{BadFile} if malformed; {Unsupported} if it is a safetensors file without Bitwright's description.
QuantizedFile readQuantizedFile(const std::filesystem::path& path, const JobContext& ctx);
bool isQuantizedFile(const std::filesystem::path& path);

/// One named check with what was found.
struct VerifyCheck
{
    std::string name;
    bool isOk = false;
    Text detail;
};
/// Re-reads an export (any exporter's) or a report and checks hashes, structure and values; against `source` if not empty.
std::vector<VerifyCheck> verifyFile(const std::filesystem::path& path, const std::filesystem::path& source, const JobContext& ctx);

/// Writes all layers as float32 (or their own float type) to safetensors or TorchScript.
void dequantizeFile(const std::filesystem::path& path, const std::filesystem::path& target, const std::string& exporterId, const JobContext& ctx);

} // namespace bw
