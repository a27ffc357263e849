#pragma once
// The HDF5 report, schema version 1 (contract §4), as written here:
//
//   /                      attributes schema, schema_version, created, tool_version, source_file (without folders),
//   source_sha256, recipe_json, seed,
//                          complete (1)
//   /model                 attributes format, parameter_count, file_bytes, metadata_json, and the totals
//   bits_per_weight, bytes_before, bytes_after,
//                          rmse_over_rms
//   /layers/table          the table of all layers, one row each in model order (HDF5 allows no dataset and group of
//   the name /layers at once);
//                          column `group` names the layer's group
//   /layers/<group>/       attributes name, reason
//     histogram/           edges, counts, counts_quantized; attributes nan, inf
//     levels, cell_edges, error_per_level (Σ of squared errors), count_per_level: of the group of weights with the
//     median scale (quantized layers) exponent_curve/      a, error (R); attributes optimum, error_at_optimum,
//     error_uniform (formats with an exponent) channels/            min, max, rms, error (R) per output channel
//   /runs/<number>-<label>/  see eval_tables.h
//
// <group> is the layer's name with '%', '/', control bytes and what is no UTF-8 as %XX (urllib.parse.unquote() undoes
// it); the names ".", ".." and "table" get their first byte written so too, and the empty name is "%".

#include "core/base/job_context.h"
#include "core/engine/quantize_model.h"
#include "core/evaluate/evaluation.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bw {

struct VerifyCheck;

/// Everything a report states; HDF5 is one encoding of it (contract §4).
struct ReportInput
{
    QuantizedModelPtr model;
    std::vector<EvalResult> evaluations;
    std::string createdUtc; ///< "2026-01-31T12:00:00Z"
    int histogramBins = 256;
};

/// Writes the HDF5 report of contract §4 atomically (temporary sibling, flush, re-read, rename). The same input gives
/// the same bytes. Error{BadInput} if the target is one of the model's own files, {Io}, {Verification}.
void writeReport(const ReportInput& report, const std::filesystem::path& target, const JobContext& ctx);

/// The facts of a report that a reader needs first; Error{BadFile} if it is none, or incomplete; {Unsupported} if its
/// schema is newer.
struct ReportSummary
{
    int schemaVersion = 0;
    bool isComplete = false;
    std::string created;
    std::string toolVersion;
    std::string sourceFile;
    std::string sourceSha256;
    std::string recipeJson;
    std::uint64_t seed = 0;
    std::vector<std::string> layerNames;
};
ReportSummary readReportSummary(const std::filesystem::path& path);

/// The checks of `verify` on a report; what is wrong with it is a failed check. `source`: the model, or empty.
std::vector<VerifyCheck> verifyReport(
    const std::filesystem::path& path, const std::filesystem::path& source, const JobContext& ctx);

/// HDF5 group name of a layer: '/' and '.' made safe, reversible.
std::string escapedLayerName(const std::string& name);
std::string unescapedLayerName(const std::string& group);

} // namespace bw
