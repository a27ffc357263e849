#include "core/report/report.h"

#include "core/base/atomic_file.h"
#include "core/base/json_members.h"
#include "core/base/version.h"
#include "core/model/file_reader.h"
#include "core/report/eval_tables.h"
#include "core/report/report_layers.h"

namespace bw {

namespace {
using hdf5::Handle;

constexpr const char* schemaName = "bitwright-report";
constexpr std::uint64_t schemaVersion = 1;

std::string metadataJson(const Model& model)
{
    return textsObject(model.metadata()).dump(-1, ' ', false, Json::error_handler_t::replace);
}

void writeRoot(const hdf5::Writer& writer, const ReportInput& report, const JobContext& ctx)
{
    const auto& model = *report.model;
    const hid_t root = writer.root();
    writer.attribute(root, "schema", schemaName);
    writer.attribute(root, "schema_version", schemaVersion);
    writer.attribute(root, "created", report.createdUtc);
    writer.attribute(root, "tool_version", toolVersion());
    writer.attribute(root, "source_file", printable(model.model->path().filename().string(), 4096));
    writer.attribute(root, "source_sha256", sourceSha256(*model.model, ctx));
    writer.attribute(root, "recipe_json", recipeJson(model.plan.recipe));
    writer.attribute(root, "seed", model.plan.recipe.seed);
}

void writeModel(const hdf5::Writer& writer, const QuantizedModel& model)
{
    const Handle group = writer.group(writer.root(), "model");
    const auto& totals = model.totals;
    writer.attribute(group.get(), "format", model.model->format());
    writer.attribute(group.get(), "parameter_count", model.model->parameterCount());
    writer.attribute(group.get(), "file_bytes", model.model->fileBytes());
    writer.attribute(group.get(), "metadata_json", metadataJson(*model.model));
    writer.attribute(group.get(), "bits_per_weight", totals.bitsPerWeight());
    writer.attribute(group.get(), "bytes_before", totals.bytesBefore);
    writer.attribute(group.get(), "bytes_after", totals.bytesAfter);
    writer.attribute(group.get(), "rmse_over_rms", totals.rmseOverRms);
}

void writeRuns(const hdf5::Writer& writer, const std::vector<EvalResult>& evaluations)
{
    const Handle group = writer.group(writer.root(), "runs");
    std::size_t number = 0;
    for (const auto& evaluation : evaluations) {
        hdf5::writeEvaluation(writer, group.get(), evaluation, number);
        number += evaluation.runs.size();
    }
}
} // namespace

void writeReport(const ReportInput& report, const std::filesystem::path& target, const JobContext& ctx)
{
    withContext(filePlace(target), [&] {
        for (const auto& file : report.model->model->files()) {
            if (isSameFile(file, target)) {
                throw Error(ErrorKind::BadInput,
                    Text(BW_TR_NOOP(
                        "core", "the report would replace a file of the model itself; choose another name")));
            }
        }
        hdf5::Writer writer;
        writeRoot(writer, report, ctx);
        writeModel(writer, *report.model);
        const Handle layers = writer.group(writer.root(), "layers");
        writeLayers(writer, layers.get(), report, ctx.sub(0, 0.9));
        writeRuns(writer, report.evaluations);
        // Last: whoever sees it may rely on all the rest.
        writer.attribute(writer.root(), "complete", std::uint64_t { 1 });
        writer.commit(target, ctx.sub(0.9, 1));
    });
}

ReportSummary readReportSummary(const std::filesystem::path& path)
{
    return withContext(filePlace(path), [&] {
        const hdf5::Reader reader(path);
        if (reader.textAttribute("/", "schema") != schemaName) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "it is an HDF5 file, but no report of Bitwright")));
        }
        ReportSummary summary;
        const auto version = reader.wholeAttribute("/", "schema_version");
        if (version > schemaVersion) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP(
                    "core", "the report is of version %1; this program reads version %2: a newer Bitwright is needed"),
                toText(version), toText(schemaVersion));
        }
        summary.schemaVersion = static_cast<int>(version);
        summary.isComplete = reader.wholeAttribute("/", "complete") == 1;
        if (!summary.isComplete) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the report is not complete")));
        }
        summary.created = reader.textAttribute("/", "created");
        summary.toolVersion = reader.textAttribute("/", "tool_version");
        summary.sourceFile = reader.textAttribute("/", "source_file");
        summary.sourceSha256 = reader.textAttribute("/", "source_sha256");
        summary.recipeJson = reader.textAttribute("/", "recipe_json");
        summary.seed = reader.wholeAttribute("/", "seed");
        if (reader.exists("/layers/table")) {
            summary.layerNames = reader.textColumn("/layers/table", "name");
        }
        return summary;
    });
}

} // namespace bw
