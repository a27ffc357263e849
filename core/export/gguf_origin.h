#pragma once

#include "core/base/job_context.h"
#include "core/base/registry.h"
#include "core/export/gguf_entries.h"
#include "core/model/model.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// How a layer of the model stands in a GGUF file.
struct GgufPlacement
{
    std::string name; ///< empty: it is left out
    std::uint64_t rotaryHeads = 0; ///< its rows are those of so many heads, and change places (rotary_rows.h)
    bool isFloat32 = false; ///< kept values are written as float32, whatever their type
};

/// A tensor that the model does not have as such.
struct GgufExtraTensor
{
    std::string name;
    TensorView view;
};

/// A file in the model's folder that a GGUF file was made from too.
struct BesideFile
{
    std::filesystem::path path;
    std::string sha256;
};

/// All that a GGUF file holds beside weights, and where the weights go.
struct GgufOrigin
{
    std::uint64_t alignment = 32;
    std::vector<GgufContentEntry> entries;
    std::vector<GgufPlacement> layers; ///< one per layer of the model
    std::vector<GgufExtraTensor> extras;
    std::vector<BesideFile> beside; ///< in the order they were read
    std::vector<Text> notes; ///< what the file will lack
};

/// A kind of models that a GGUF file can be made of (entry of gguf_origins.inc).
struct GgufOriginKind
{
    std::string_view id;
    bool (*isOne)(const Model& model);
    /// Error{Unsupported}: llama.cpp's format cannot say what this model is; {NotFound|BadFile|Refused}: a file beside
    /// it.
    GgufOrigin (*read)(const Model& model, const JobContext& ctx);
    /// Why a layer cannot be kept as it is; null: all can.
    Text (*keptObstacle)(const LayerInfo& layer) = nullptr;
};

const Registry<GgufOriginKind>& ggufOriginKinds();
/// nullptr: no GGUF file can be made of this model.
const GgufOriginKind* ggufOriginKindOf(const Model& model);

} // namespace bw
