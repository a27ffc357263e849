#pragma once

#include "core/base/mapped_file.h"
#include "core/model/model.h"

#include <memory>
#include <string_view>

namespace bw {

/// What an ONNX exporter needs of the file a model came from: the ModelProto, byte for byte.
struct OnnxDetails : FormatDetails
{
    std::shared_ptr<const MappedFile> file;
    std::string_view message; ///< lies in `file`
};

} // namespace bw
