#pragma once
// Pieces of the --json documents that several commands share (contract §2). Include in .cpp files only.

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/distributions/distribution_fit.h"
#include "core/formats/param_schema.h"
#include "core/stats/layer_stats.h"

#include <string>
#include <vector>

namespace bw::cli {

class Run;

Json errorDocument(const Error& error);
Json errorDocument(const std::string& kind, const std::string& message, const std::vector<std::string>& context);
Json statsJson(const LayerStats& stats);
/// null if there is nothing to fit.
Json fitJson(const DistributionFit& fit);
/// "distribution" and, of Student-t, "nu".
Json densityJson(const Density& density);
Json schemaJson(const ParamSchema& schema);
Json valueJson(const ParamValue& value);
/// The document as text, with the run's warnings, if there are any, under "warnings".
std::string documentText(Json document, const Run& run);

} // namespace bw::cli
