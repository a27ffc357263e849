#pragma once

#include "core/base/job_context.h"
#include "core/engine/weight_importance.h"
#include "core/formats/codec.h"
#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bw {

/// What a quantized file says about one of its quantized layers, beside codes and scales.
struct StoredLayerFacts
{
    DType dtype = DType::F32; ///< of the layer before quantization
    std::string method;
    double rmseOverRms = 0;
};

/// A quantized safetensors file as written by Bitwright (layout: quantized_layout.h), read back: layers as codes, and
/// the rest as they are.
struct QuantizedFile
{
    std::filesystem::path path;
    std::vector<std::pair<std::string, QuantizedTensor>> quantized;
    std::map<std::string, StoredLayerFacts> facts; ///< by the name of each quantized layer
    std::vector<LayerInfo> kept;
    std::map<std::string, std::string> ties; ///< other names of layers: other name -> layer
    Recipe recipe;
    std::string recipeText; ///< as stored
    std::string sourceFile;
    std::string sourceSha256;
    std::string toolVersion;
    std::map<std::string, std::string> sourceMetadata; ///< of the model it was made from
    std::map<std::string, std::string> metadata; ///< of the file itself
};

/// Error{BadFile} if malformed; {Unsupported} if it is a safetensors file without Bitwright's description, or of a
/// newer layout.
QuantizedFile readQuantizedFile(const std::filesystem::path& path, const JobContext& ctx);
/// Looks at the file's header only; false for whatever cannot be read.
bool isQuantizedFile(const std::filesystem::path& path);

/// One named check with what was found.
struct VerifyCheck
{
    std::string name;
    bool isOk = false;
    Text detail;
};
/// What a file is said to be made from.
struct VerifySource
{
    /// What formats of the plan need to know of the model's weights (core/engine/weight_importance.h).
    using Importance
        = std::function<std::optional<WeightImportance>(const Plan&, const ModelPtr& model, const JobContext&)>;

    VerifySource(std::filesystem::path model = {}, Importance importanceOf = {})
        : path(std::move(model))
        , importance(std::move(importanceOf))
    {
    }
    bool empty() const { return path.empty(); }

    std::filesystem::path path;
    Importance importance; ///< empty: nothing is known, and files with such formats cannot be checked against it
};
/// Re-reads an export (any exporter's) or a report and checks hashes, structure and values; against `source` if not
/// empty. What is wrong with the file's content is a failed check; Error{NotFound|Unsupported}: absent, or nothing
/// Bitwright wrote.
std::vector<VerifyCheck> verifyFile(
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx);

/// Writes all layers of a quantized file as float values (their own float type if it holds them exactly, else F32),
/// atomically and read back. The same bytes as exporting the model with ExportOptions::dequantized. Error{Unsupported}:
/// the target format needs the model it was made from.
void dequantizeFile(const std::filesystem::path& path, const std::filesystem::path& target,
    const std::string& exporterId, const JobContext& ctx);

} // namespace bw
