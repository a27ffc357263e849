#pragma once

#include "core/base/job_context.h"
#include "core/base/registry.h"
#include "core/model/model.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// A file format that models can be read from (entry of loaders.inc).
struct ModelLoader
{
    std::string id;
    Text title;
    std::vector<std::string> patterns; ///< "*.safetensors", for file dialogs
    /// True if the file's first bytes (up to 4096) or name say it is of this format.
    bool (*sniff)(const std::filesystem::path& path, std::span<const std::byte> head);
    /// Error{BadFile|Refused|Unsupported|…}: names file and tensor.
    ModelPtr (*open)(const std::filesystem::path& path, const JobContext& ctx);
};

const Registry<ModelLoader>& modelLoaders();

/// Opens a model of any registered format; of a folder, the model's file in it (model_folder.h). Error{NotFound|BadFile|Refused|Unsupported}, with the file in its context.
ModelPtr openModel(const std::filesystem::path& path, const JobContext& ctx = {});

} // namespace bw
