#pragma once

#include "core/base/job_context.h"
#include "core/model/model.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace bw {

/// Which file holds each tensor, as the text of an index file says. Error{BadFile}, without the file's name.
std::map<std::string, std::string> parseShardIndex(std::string_view json);

/// True if `path` is a link (or goes through one) to another folder than `file` is in, or is itself linked from: model
/// caches link all files of a model to one store. False for what does not exist.
bool leadsAway(const std::filesystem::path& path, const std::filesystem::path& file);

/// True for names like "model-00001-of-00003.safetensors".
bool isPartName(const std::string& name);

/// Reads all shards that an index file lists ({"weight_map": {"tensor": "file"}}), each by `readShard`. Shards are plain
/// names of files in the index's own folder; links may not lead out of it. Tensors that the index does not list are
/// left out with a warning. `format` is left empty. Error{NotFound|BadFile|Refused}, also those of the shards.
using ReadShard = std::function<Model::Data(const std::filesystem::path& path, const JobContext& ctx)>;
Model::Data readShards(const std::filesystem::path& index, const ReadShard& readShard, const JobContext& ctx);

} // namespace bw
