#pragma once
// A sweep as an HDF5 file, schema version 1:
//
//   /            attributes schema ("bitwright-sweep"), schema_version, tool_version, units, complete (1)
//   /rows        a table, one row per unit and way: unit (number of the group below), model, formats, budget, way,
//                detail, bits_per_weight, bits, bytes, predicted_damage
//   /<number>/   a unit; attributes id, model, formats, budget, budget_bits, problem
//     layers     a table: way, layer, format
//     front_bytes, front_nats   the predicted front
//     calibration/, test/       evaluations as in reports (eval_tables.h)

#include "core/base/job_context.h"
#include "core/sweep/sweep_results.h"

#include <filesystem>
#include <vector>

namespace bw {

/// Writes atomically; the same results give the same bytes. Error{Io|Verification}.
void writeSweep(const std::vector<SweepResult>& results, const std::filesystem::path& target, const JobContext& ctx);

} // namespace bw
