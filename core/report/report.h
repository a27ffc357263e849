#pragma once

#include "core/base/job_context.h"
#include "core/engine/quantize_model.h"
#include "core/evaluate/evaluation.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bw {

/// Everything a report states; HDF5 is one encoding of it (contract §4).
struct ReportInput
{
    QuantizedModelPtr model;
    std::vector<EvalResult> evaluations;
    std::string createdUtc; ///< "2026-01-31T12:00:00Z"
    int histogramBins = 256;
};

/// Writes the HDF5 report of contract §4 atomically (temporary sibling, flush, re-read, rename).
void writeReport(const ReportInput& report, const std::filesystem::path& target, const JobContext& ctx);

/// The facts of a report that a reader needs first; Error{BadFile} if it is none, or incomplete.
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
/// HDF5 group name of a layer: '/' and '.' made safe, reversible.
std::string escapedLayerName(const std::string& name);

} // namespace bw
