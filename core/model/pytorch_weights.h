#pragma once

#include "core/base/job_context.h"
#include "core/model/model.h"

#include <filesystem>
#include <string_view>

namespace bw {

/// True if a file begins like a legacy file of torch.save: a pickle of its magic number.
bool isLegacyPytorch(std::string_view head);

/// The weights of files of torch.save. Nothing in them is ever called; no LibTorch is needed. `format` is left empty.
/// Error{BadFile|Refused|Unsupported} without the file's name, which the caller adds.
Model::Data readLegacyPytorch(const std::filesystem::path& path, const JobContext& ctx);
/// Also of TorchScript archives, whose programs are not looked at.
Model::Data readPytorchZip(const std::filesystem::path& path, const JobContext& ctx);

} // namespace bw
