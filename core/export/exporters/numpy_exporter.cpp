// Codes, scales and codebooks as NumPy arrays in an .npz archive, with a description that says how to decode them.

#include "core/base/zip_archive.h"
#include "core/export/array_model.h"
#include "core/export/numpy_writer.h"
#include "core/export/verify_support.h"
#include "core/model/file_reader.h"
#include "core/model/loader.h"

namespace bw {

extern const Exporter numpyExporter;

namespace {
constexpr std::uint64_t mostDescriptionBytes = std::uint64_t { 100 } << 20;

Text target()
{
    return BW_TR_NOOP("core", "a NumPy archive");
}

std::vector<Problem> canPlan(const Model& model, const Plan& plan, const ExportOptions& options)
{
    return arrayPlanProblems(model, plan, options, target());
}

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
{
    return arrayProblems(model, options, target());
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    writeNumpyArchive(arrayContents(model, options, ArrayNames::Dotted, ctx), temporary, ctx);
}

void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    checkNumpyArchive(arrayContents(model, options, ArrayNames::Dotted, ctx), written, ctx.sub(0, 0.5));
    if (!options.dequantized) {
        compareArrayValues(model, *openModel(written, ctx), ctx.sub(0.5, 1));
    }
}

std::optional<ExportOrigin> origin(const std::filesystem::path& written, const JobContext& ctx)
{
    ctx.checkpoint();
    const auto head = FileReader(written).head(4);
    if (zipContents(written, std::as_bytes(std::span(head))) != ZipContents::NumpyArrays) {
        return std::nullopt;
    }
    const ZipArchive archive(written);
    if (!archive.has(array_layout::descriptionName)) {
        return std::nullopt;
    }
    return arrayOrigin(archive.readText(array_layout::descriptionName, mostDescriptionBytes));
}

Text intact(const std::filesystem::path& written, const JobContext& ctx)
{
    const ZipArchive archive(written);
    for (const auto& name : archive.names()) {
        withContext(Text(BW_TR_NOOP("core", "record %1"), { printable(name) }), [&] { archive.content(name, ctx); });
    }
    requireFiniteModel(*openModel(written, ctx), ctx);
    return { BW_TR_NOOP("core", "%1 records have the checksums the archive states"),
        { toText(archive.names().size()) } };
}

std::uint64_t fileBytes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return numpyArchiveBytes(arrayContentsForSizes(model, options, ArrayNames::Dotted, ctx));
}

std::uint64_t fixedBytes(const Model& model)
{
    return numpyArchiveBytes(fixedArrayContents(model));
}

/// A record takes its name twice, two headers, and on average half of what aligns it.
std::uint64_t recordBytes(const std::string& name, std::uint64_t bytes)
{
    constexpr std::uint64_t headers = 30 + 46 + 4 + 32;
    constexpr std::uint64_t numpyHeaders = 128;
    return headers + numpyHeaders + 2 * (name.size() + 4) + bytes;
}

std::uint64_t layerBytes(const LayerInfo& layer, const LayerOutline& outline)
{
    const auto sizes = arraySizes(layer, outline);
    std::uint64_t bytes = sizes.descriptionBytes;
    for (const auto& [name, size] : sizes.arrays) {
        bytes += recordBytes(name, size);
    }
    return bytes;
}

std::uint64_t keptBytes(const LayerInfo& layer)
{
    return recordBytes(layer.name, layer.count() * info(arrayDType(layer.view.dtype)).size);
}

constexpr ExportSizes sizes { fixedBytes, layerBytes, fileBytes, keptBytes };
} // namespace

const Exporter numpyExporter {
    .id = "npz",
    .title = Text(BW_TR_NOOP("core", "NumPy archive")),
    .suffix = ".npz",
    .moreSuffixes = {},
    .canPlan = canPlan,
    .canExport = canExport,
    .write = write,
    .check = check,
    .origin = origin,
    .intact = intact,
    .sizes = &sizes,
};

} // namespace bw
