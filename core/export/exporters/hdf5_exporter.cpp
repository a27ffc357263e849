// Codes, scales and codebooks as an HDF5 file: a group for each quantized layer, with attributes that say how to decode
// it. The root has the attributes schema "bitwright-model", schema_version, source_file, source_sha256, recipe_json,
// seed, tool_version and description (array_contents.h, for programs).

#include "core/export/array_contents.h"
#include "core/export/array_model.h"
#include "core/export/temporary_size.h"
#include "core/export/verify_support.h"
#include "core/model/loader.h"
#include "core/model/loaders/hdf5_tensors.h"
#include "core/report/hdf5_arrays.h"

#include <cstdlib>
#include <map>
#include <set>
#include <system_error>

namespace bw {

extern const Exporter hdf5Exporter;

namespace {
constexpr std::int64_t schemaVersion = 1;

Text target()
{
    return BW_TR_NOOP("core", "an HDF5 file");
}

bool isPath(const std::string& name)
{
    const std::string within = "/" + name + "/";
    return !name.empty() && within.find("//") == std::string::npos && within.find("/./") == std::string::npos
        && within.find("/../") == std::string::npos && name.find('\0') == std::string::npos;
}

/// Names with '/' become groups, which no tensor's name may be already.
std::vector<Problem> nameProblems(const Model& model)
{
    std::set<std::string> names;
    for (const auto& layer : model.layers()) {
        names.insert(layer.name);
    }
    for (const auto& layer : model.layers()) {
        bool isFine = isPath(layer.name);
        for (auto slash = layer.name.find('/'); slash != std::string::npos; slash = layer.name.find('/', slash + 1)) {
            isFine = isFine && !names.contains(layer.name.substr(0, slash));
        }
        if (!isFine) {
            return { { "",
                Text(BW_TR_NOOP("core",
                         "tensor \"%1\" cannot be named so in an HDF5 file, where \"/\" separates groups; write "
                         "safetensors or a NumPy archive"),
                    { printable(layer.name) }) } };
        }
    }
    return {};
}

std::vector<Problem> canPlan(const Model& model, const Plan& plan, const ExportOptions& options)
{
    auto problems = nameProblems(model);
    return problems.empty() ? arrayPlanProblems(model, plan, options, target()) : problems;
}

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
{
    auto problems = nameProblems(*model.model);
    return problems.empty() ? arrayProblems(model, options, target()) : problems;
}

void writeLayerAttributes(hdf5::ArrayFile& file, const ArrayLayer& layer)
{
    const std::string& at = layer.name;
    file.attribute(at, "format", layer.outline.format);
    file.attribute(at, "method", layer.outline.method);
    file.attribute(at, "dtype", info(layer.dtype).name);
    file.wholeAttribute(at, "shape", layer.shape);
    file.wholeAttribute(at, "out_axis", layer.outline.outAxis);
    file.attribute(at, "bits_per_weight", layer.outline.bitsPerWeight);
    file.attribute(at, "rmse_over_rms", layer.outline.rmseOverRms);
    if (layer.isCoded()) {
        file.wholeAttribute(at, "code_bits", layer.outline.codeBits);
        file.wholeAttribute(at, "low", layer.low);
        file.wholeAttribute(at, "row_length", static_cast<std::int64_t>(layer.rowLength));
        file.wholeAttribute(at, "group_length", static_cast<std::int64_t>(layer.groupLength));
        file.wholeAttribute(at, "groups_per_row", static_cast<std::int64_t>(layer.groupsPerRow));
        file.wholeAttribute(at, "table_per_row", layer.isTablePerRow ? 1 : 0);
    }
}

void writeRootAttributes(hdf5::ArrayFile& file, const ArrayContents& contents)
{
    file.attribute("", "schema", array_layout::hdf5Schema);
    file.wholeAttribute("", "schema_version", schemaVersion);
    const std::pair<const char*, const char*> names[] { { "source_file", quantized_layout::sourceFileKey },
        { "source_sha256", quantized_layout::sourceHashKey }, { "recipe_json", quantized_layout::recipeKey },
        { "tool_version", quantized_layout::toolVersionKey } };
    for (const auto& [name, key] : names) {
        file.attribute("", name, contents.provenance.at(key));
    }
    file.wholeAttribute("", "seed", parseInt(contents.provenance.at(quantized_layout::seedKey)).value_or(0));
    file.attribute("", "description", contents.description());
}

/// What the numbers of each array are, by its name.
std::map<std::string, std::string> unitsOf(const ArrayContents& contents)
{
    std::map<std::string, std::string> units;
    for (const auto& layer : contents.layers) {
        for (const auto& [role, name] : layer.arrays) {
            units[name] = role == "codes" || role == "zero_points" ? "code" : "weight";
        }
    }
    return units;
}

void writeFile(const ArrayContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    hdf5::ArrayFile file(path);
    writeRootAttributes(file, contents);
    const auto units = unitsOf(contents);
    for (std::size_t i = 0; i < contents.tensors.size(); ++i) {
        const auto& tensor = contents.tensors[i];
        ctx.report(
            Text(BW_TR_NOOP("core", "Writing")), i, contents.tensors.size(), Text(BW_TR_NOOP("core", "tensors")));
        const auto unit = units.find(tensor.name);
        withContext(Text(BW_TR_NOOP("core", "array %1"), { printable(tensor.name) }), [&] {
            file.array(tensor.name, tensor.dtype, tensor.shape, unit == units.end() ? "weight" : unit->second,
                [&](const hdf5::ArrayFile::Use& use) {
                    forEachPiece(tensor, ctx, [&](std::uint64_t, std::span<const std::byte> bytes) { use(bytes); });
                });
        });
    }
    for (const auto& layer : contents.layers) {
        writeLayerAttributes(file, layer);
    }
    file.close();
}

ArrayContents contentsOf(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return arrayContents(model, options, ArrayNames::Grouped, ctx);
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    writeFile(contentsOf(model, options, ctx), temporary, ctx);
}

void compareArrays(const ArrayContents& contents, const Hdf5Tensors& found, const JobContext& ctx)
{
    std::map<std::string, TensorView> views;
    for (const auto& tensor : found.tensors) {
        views[tensor.path] = tensor.view;
    }
    if (views.size() != contents.tensors.size()) {
        throw Error(ErrorKind::Verification,
            Text(BW_TR_NOOP("core", "the written file, read back, holds another number of tensors")));
    }
    if (found.description != contents.description()) {
        throw Error(ErrorKind::Verification, BW_TR_NOOP("core", "%1 reads back differently than it was written"),
            "description");
    }
    for (const auto& tensor : contents.tensors) {
        withContext(Text(BW_TR_NOOP("core", "array %1"), { printable(tensor.name) }), [&] {
            const auto view = views.find(tensor.name);
            if (view == views.end()) {
                throw Error(ErrorKind::Verification, Text(BW_TR_NOOP("core", "it is missing in the written file")));
            }
            compareContent(tensor, view->second, ctx);
        });
    }
}

void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    compareArrays(contentsOf(model, options, ctx), readHdf5File(written, ctx), ctx);
    if (!options.dequantized) {
        compareArrayValues(model, *openModel(written, ctx), ctx);
    }
}

std::optional<ExportOrigin> origin(const std::filesystem::path& written, const JobContext& ctx)
{
    if (hdf5::schemaOfOwnFile(written) != array_layout::hdf5Schema) {
        return std::nullopt;
    }
    return arrayOrigin(readHdf5File(written, ctx).description);
}

Text intact(const std::filesystem::path& written, const JobContext& ctx)
{
    hdf5::requireHashTrailer(written);
    requireFiniteModel(*openModel(written, ctx), ctx); // reads every value, with its check sums
    return BW_TR_NOOP("core", "the file has the SHA-256 it states");
}

/// HDF5 alone knows what it adds to the data.
std::uint64_t bytesOf(const ArrayContents& contents, const JobContext& ctx)
{
    return sizeByWriting([&](const std::filesystem::path& path) { writeFile(contents, path, ctx); });
}

std::uint64_t fileBytes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
{
    return bytesOf(arrayContentsForSizes(model, options, ArrayNames::Grouped, ctx), ctx);
}

std::uint64_t fixedBytes(const Model& model)
{
    return bytesOf(fixedArrayContents(model), {});
}

/// Measured: a group with its attributes, and a dataset with its unit.
constexpr std::uint64_t groupBytes = 1000;
constexpr std::uint64_t datasetBytes = 600;

std::uint64_t layerBytes(const LayerInfo& layer, const LayerOutline& outline)
{
    const auto sizesOfArrays = arraySizes(layer, outline);
    std::uint64_t bytes = groupBytes + sizesOfArrays.descriptionBytes;
    for (const auto& [name, size] : sizesOfArrays.arrays) {
        bytes += datasetBytes + size;
    }
    return bytes;
}

std::uint64_t keptBytes(const LayerInfo& layer)
{
    return datasetBytes + layer.count() * info(arrayDType(layer.view.dtype)).size;
}

constexpr ExportSizes sizes { fixedBytes, layerBytes, fileBytes, keptBytes };
} // namespace

const Exporter hdf5Exporter {
    .id = "hdf5",
    .title = Text(BW_TR_NOOP("core", "HDF5")),
    .suffix = ".h5",
    .moreSuffixes = { ".hdf5" },
    .canPlan = canPlan,
    .canExport = canExport,
    .write = write,
    .check = check,
    .origin = origin,
    .intact = intact,
    .sizes = &sizes,
};

} // namespace bw
