#pragma once

#include "core/base/job_context.h"
#include "core/model/safetensors_header.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

struct NamedTensor
{
    std::string name;
    TensorView view; ///< into the mapped file, which it keeps open
};

/// One safetensors file, mapped. No tensor data is touched by opening.
struct SafetensorsFile
{
    std::vector<NamedTensor> tensors; ///< in the order of their data
    std::map<std::string, std::string> metadata;
    std::uint64_t fileBytes = 0;

    /// nullptr if there is none.
    const TensorView* find(std::string_view name) const;
};

/// Error{NotFound|BadFile|Unsupported} without the file's name, which the caller adds (filePlace()).
SafetensorsFile openSafetensorsFile(const std::filesystem::path& path, const JobContext& ctx = {});

} // namespace bw
