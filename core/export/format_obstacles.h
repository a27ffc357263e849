#pragma once

#include "core/base/job_context.h"
#include "core/export/exporter.h"
#include "core/formats/quant_format.h"
#include "core/model/model.h"

#include <map>
#include <string>
#include <vector>

namespace bw {

/// Which of `layers` a file of `exporter` cannot hold in `format`, by name, and why. Error{Unsupported}: no such file
/// can be made of the model at all.
std::map<std::string, Text> formatObstacles(const Model& model, const std::vector<LayerId>& layers,
    const QuantFormat& format, const Exporter& exporter, const JobContext& ctx);

} // namespace bw
