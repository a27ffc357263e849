#pragma once
// Reading what array_contents.h describes: the description and its arrays, as they may come from strangers.

#include "core/export/exporter.h"
#include "core/model/model.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bw {

/// Layers, ties and metadata from a description and the arrays beside it, each used once; quantized layers give the
/// values their codes stand for while they are read. Error{BadFile} names layer and array. The caller adds path, format
/// and sizes.
Model::Data readArrays(
    std::string_view description, std::vector<std::pair<std::string, TensorView>> arrays, const JobContext& ctx);

/// What the description says about the file's making. Error{BadFile}.
ExportOrigin arrayOrigin(std::string_view description);

/// The values a reader decodes must be those the engine measured. Error{Verification} names layer and index.
void compareArrayValues(const QuantizedModel& expected, const Model& found, const JobContext& ctx);

} // namespace bw
