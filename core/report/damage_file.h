#pragma once
// A damage table as an HDF5 file, schema version 1:
//
//   /         attributes schema ("bitwright-damage"), schema_version, tool_version, kind, unit, model_sha256,
//   data_name,
//             data_hash, samples, seed, complete (1)
//   /layers   a table, one row per layer in model order: name, count, bits_kept, rms, value, standard_error,
//             output_energy, known (0 or 1), points (number of rows in /points), note (English), note_text (JSON)
//   /points   a table, the layers' points one after the other: layer (row of /layers), format, bits, damage,
//             standard_error, accuracy_drop, samples, usable (0 or 1), squared_error, squared_signal,
//             squared_quantized, product,
//             max_abs_error, error_count, reason (English), reason_text (JSON)
//
// note_text and reason_text are lists [sentence with slots, what goes into them …], so that programs can translate.

#include "core/base/job_context.h"
#include "core/sensitivity/damage_table.h"

#include <filesystem>

namespace bw {

/// Writes atomically; the same table gives the same bytes. Error{Io|Verification}.
void writeDamageTable(const DamageTable& table, const std::filesystem::path& path, const JobContext& ctx);
/// Safe for files from strangers: the table is complete and consistent (counts, indices, finite figures, formats that
/// parse). Error{NotFound|BadFile}; {Unsupported} for a newer schema version.
DamageTable readDamageTable(const std::filesystem::path& path, const JobContext& ctx);

} // namespace bw
