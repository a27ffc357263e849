#include "core/export/quantized_file.h"
#include "core/export/verify_support.h"
#include "core/model/loader.h"
#include "core/report/hdf5_reader.h"
#include "core/report/report.h"

#include <numeric>

namespace bw {

namespace {
/// Every histogram of a layer must account for every weight of it.
void requireWholeHistograms(const hdf5::Reader& reader, const JobContext& ctx)
{
    const std::string table = "/layers/table";
    const auto names = reader.textColumn(table, "name");
    const auto groups = reader.textColumn(table, "group");
    const auto counts = reader.wholeColumn(table, "numel");
    for (std::size_t i = 0; i < names.size(); ++i) {
        ctx.checkpoint();
        const auto histogram = "/layers/" + groups[i] + "/histogram";
        const auto apart = reader.wholeAttribute(histogram, "nan") + reader.wholeAttribute(histogram, "inf");
        for (const char* dataset : { "/counts", "/counts_quantized" }) {
            const auto bins = reader.wholes(histogram + dataset);
            if (std::accumulate(bins.begin(), bins.end(), apart) != counts[i]) {
                throw Error(ErrorKind::Verification,
                    BW_TR_NOOP("core", "the histogram of layer %1 does not sum up to its number of weights"),
                    printable(names[i]));
            }
        }
    }
}
} // namespace

std::vector<VerifyCheck> verifyReport(
    const std::filesystem::path& path, const std::filesystem::path& source, const JobContext& ctx)
{
    CheckList checks;
    ReportSummary summary;
    if (!checks.run("structure", [&] {
            summary = readReportSummary(path);
            return Text(BW_TR_NOOP("core", "a complete report of schema version %1 on %2 layers"),
                { toText(summary.schemaVersion), toText(summary.layerNames.size()) });
        })) {
        return std::move(checks).results();
    }
    const hdf5::Reader reader(path);
    checks.run("hash", [&] {
        if (!reader.hasHash()) {
            throw Error(ErrorKind::Verification,
                Text(BW_TR_NOOP(
                    "core", "the line with the file's SHA-256 at its end is missing: the file was changed")));
        }
        return Text(BW_TR_NOOP("core", "the file has the SHA-256 it states"));
    });
    checks.run("datasets", [&] {
        return Text(
            BW_TR_NOOP("core", "%1 datasets read with their check sums"), { toText(reader.readEverything(ctx)) });
    });
    checks.run("values", [&] {
        requireWholeHistograms(reader, ctx);
        return Text(BW_TR_NOOP("core", "all histograms sum up to the number of weights"));
    });
    if (!source.empty()) {
        checks.run("source", [&] {
            requireSourceHash(*openModel(source, ctx), summary.sourceSha256, ctx);
            return Text(BW_TR_NOOP("core", "the model is the one the report is about"));
        });
    }
    return std::move(checks).results();
}

} // namespace bw
