#pragma once

#include "core/base/job_context.h"
#include "core/base/registry.h"
#include "core/engine/quantize_model.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bw {

struct QuantizedFile;
struct SafetensorsContents;
struct LayerOutline;

struct ExportOptions
{
    bool dequantized = false; ///< plain float values instead of codes
    std::string toolCommand; ///< recorded if not empty (and then part of the bytes)
    std::string toolVersion {}; ///< recorded in place of this program's: to make an earlier file again
};

/// What a written file says about its making: enough to make it again.
struct ExportOrigin
{
    std::string recipe; ///< JSON
    std::string sourceSha256;
    ExportOptions options;
};

/// What was written, after it was read back and compared bit for bit.
struct ExportReceipt
{
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    std::string sha256;
    bool isVerified = false;
    std::vector<std::filesystem::path> beside; ///< small texts written with it
    std::vector<Text> notes; ///< what the file lacks, in sentences
};

/// A text that is written with an export, next to it.
struct SideFile
{
    std::filesystem::path path;
    std::string text;
};

/// What an export is made of beside the model's own files, and what it will lack.
struct ExportReading
{
    std::vector<std::filesystem::path> files;
    std::vector<Text> notes;
};

/// How large files are, known before they are written: what budgets count.
struct ExportSizes
{
    /// Of everything but the layers that can be quantized.
    std::uint64_t (*fixedBytes)(const Model& model);
    /// What one quantized layer adds, data and header; the header's part to a few bytes.
    std::uint64_t (*layerBytes)(const LayerInfo& layer, const LayerOutline& outline);
    /// Exactly what write() writes.
    std::uint64_t (*fileBytes)(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx);
    /// What a layer adds that could be quantized and stays as it is.
    std::uint64_t (*keptBytes)(const LayerInfo& layer);
};

/// A file format quantized models can be written to (entry of exporters.inc).
struct Exporter
{
    std::string id; ///< "safetensors", as in --to
    Text title;
    std::string suffix; ///< ".safetensors"
    std::vector<std::string> moreSuffixes; ///< other endings that mean this format
    /// Each layer of a plan that cannot be written (field: its name; "" where it is the model), before any work; may be
    /// null: canExport() alone says. Both throw Error{NotFound|BadFile|Refused|Unsupported} about files beside the
    /// model.
    std::vector<Problem> (*canPlan)(const Model& model, const Plan& plan, const ExportOptions& options) = nullptr;
    /// Empty if this model can be written.
    std::vector<Problem> (*canExport)(const QuantizedModel& model, const ExportOptions& options);
    /// Writes to `temporary` (an existing empty file of an AtomicFile).
    void (*write)(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
        const JobContext& ctx);
    /// Reads the file back and compares every value and code with `model`; Error{Verification} names the tensor and
    /// index.
    void (*check)(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
        const JobContext& ctx);
    /// What a file says that this exporter wrote; nothing if it is of another kind. Error{BadFile|Refused}: it is of
    /// this kind, and broken. Null: verifyFile() knows the kind itself.
    std::optional<ExportOrigin> (*origin)(const std::filesystem::path& written, const JobContext& ctx) = nullptr;
    /// Compares such a file with the checksums in it and says what was compared; Error{BadFile|Verification}.
    Text (*intact)(const std::filesystem::path& written, const JobContext& ctx) = nullptr;
    /// The same for the dequantized layers of a quantized file, without the model it was made from; null if that is not
    /// enough to write this format.
    void (*writeDequantized)(const QuantizedFile& file, const std::filesystem::path& temporary, const JobContext& ctx)
        = nullptr;
    void (*checkDequantized)(const QuantizedFile& file, const std::filesystem::path& written, const JobContext& ctx)
        = nullptr;
    /// Of exporters of safetensors files: what "bitwright.kind" is in them, and what they hold; verifyFile() makes it
    /// again.
    const char* safetensorsKind = nullptr;
    SafetensorsContents (*contents)(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
        = nullptr;
    /// A small text file that belongs to the output, beside it; null if there is none.
    std::vector<SideFile> (*sideFiles)(
        const QuantizedModel& model, const std::filesystem::path& target, const JobContext& ctx)
        = nullptr;
    /// Null: the model's own files are all it reads, and the output holds all that its kind can.
    ExportReading (*reading)(const Model& model, const JobContext& ctx) = nullptr;
    /// Null: it holds float values only, so that no format makes it smaller.
    const ExportSizes* sizes = nullptr;
};

const Registry<Exporter>& exporters();
/// By id, or by the file's suffix if `id` is empty. Error{BadInput}.
const Exporter& exporterFor(const std::filesystem::path& path, const std::string& id);

/// Error{BadInput} if `target` is one of the model's own files (also through links) or a folder: cheap, worth asking
/// before any work.
void requireTarget(const Model& model, const std::filesystem::path& target);

/// Temporary sibling, write, fsync, re-read and compare, rename. Error{BadInput} as requireTarget(), {Unsupported} as
/// canExport() says, {Io}, {Verification}.
ExportReceipt exportModel(const QuantizedModel& model, const std::filesystem::path& target, const Exporter& exporter,
    const ExportOptions& options, const JobContext& ctx);

} // namespace bw
