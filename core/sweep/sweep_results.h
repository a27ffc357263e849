#pragma once
// value header

#include "core/allocate/hull.h"
#include "core/evaluate/evaluation.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bw {

/// One way to allocate a model within a budget, measured.
struct SweepRow
{
    std::string way; ///< "uniform", "measured", "auto"
    std::string detail; ///< the single format, the step that was best, …
    std::uint64_t bits = 0; ///< of all weights
    std::uint64_t bytes = 0; ///< of the written file, as predicted
    double bitsPerWeight = 0;
    double predictedDamage = 0; ///< nats; 0 where nothing predicts
    std::vector<std::pair<std::string, std::string>> formats; ///< layer, format
    friend bool operator==(const SweepRow&, const SweepRow&) = default;
};

/// What a sweep says of one model, list of candidates and budget.
struct SweepResult
{
    std::string id; ///< of the unit
    std::string model; ///< file name
    std::vector<std::string> formats;
    std::string budget; ///< as asked for
    std::uint64_t budgetBits = 0; ///< 0: not in bits
    std::vector<SweepRow> rows; ///< in the order of the plan's ways
    EvalResult calibration; ///< float, then each row, on calibration samples that had no part in choosing
    EvalResult test; ///< the same on the test data; no runs if there was none
    std::vector<CostPoint> front; ///< bytes and damage as the surest table predicts them
    std::string problem; ///< not empty: why there is nothing, in English
    friend bool operator==(const SweepResult&, const SweepResult&) = default;
};

/// As JSON, and back. Error{BadFile}.
std::string sweepResultJson(const SweepResult& result);
SweepResult parseSweepResult(const std::string& json);

/// One line per model, candidates, budget and way, with a head line; fields in quotes where they need them.
std::string sweepCsv(const std::vector<SweepResult>& results);
/// The predicted fronts and all measured points: model, candidates, series, bytes, nats.
std::string frontCsv(const std::vector<SweepResult>& results);

} // namespace bw
