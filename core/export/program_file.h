#pragma once
// TorchScript files: written and read back by the inference engine, with a note of where they come from in the
// archive's record extra/bitwright.json (torch.jit.load() gives it with _extra_files={"bitwright.json": ""}): a JSON
// object of the entries of provenanceMetadata() and of bitwright.formats, {"layer": "format"}.

#include "core/evaluate/inference_backend.h"
#include "core/export/exporter.h"

#include <functional>
#include <memory>

namespace bw {

/// Why there is no program to write; empty if there is.
std::vector<Problem> programProblems(const Model& model);

/// Writes the model's own program to the existing file. `parts` without notes, which are made here.
void writeProgram(const QuantizedModel& model, const std::filesystem::path& temporary, ProgramParts parts,
    const char* kind, const ExportOptions& options, const JobContext& ctx);
/// The written file as the engine opens it.
ModelPtr reopenedProgram(const std::filesystem::path& written, const JobContext& ctx);
/// Error{Verification}: the note in the file (metadata bitwright.json of the reopened model) is not what writeProgram()
/// puts there.
void checkProgramNote(const QuantizedModel& model, const Model& reopened, const char* kind,
    const ExportOptions& options, const JobContext& ctx);

/// From the note of a file of that kind; nothing for all others.
std::optional<ExportOrigin> programOrigin(const std::filesystem::path& written, const char* kind);
/// Compares the checksums of all records.
Text programIntact(const std::filesystem::path& written, const JobContext& ctx);

} // namespace bw
