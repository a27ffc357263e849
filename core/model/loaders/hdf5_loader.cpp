// HDF5: weights of Keras 2 and 3 (.h5, .weights.h5, .keras) and plain datasets.

#include "core/base/error.h"
#include "core/base/zip_archive.h"
#include "core/export/array_contents.h"
#include "core/export/array_model.h"
#include "core/model/keras_names.h"
#include "core/model/loader.h"
#include "core/model/loaders/hdf5_tensors.h"
#include "core/model/named_layer.h"
#include "core/model/zip_contents.h"

#include <algorithm>

namespace bw {

extern const ModelLoader hdf5Loader;

namespace {
constexpr std::uint64_t mostImageBytes = std::uint64_t { 2 } << 30;
constexpr const char* kerasWeights = "model.weights.h5";

bool sniff(const std::filesystem::path& path, std::span<const std::byte> head)
{
    return isHdf5(head) || zipContents(path, head) == ZipContents::KerasModel;
}

Hdf5Tensors readKerasZip(const std::filesystem::path& path, const JobContext& ctx)
{
    const ZipArchive archive(path);
    if (archive.size(kerasWeights) > mostImageBytes) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP(
                "core", "its weights take %1, and at most %2 are read inside of a .keras file; unzip it and open %3"),
            sizeText(archive.size(kerasWeights)), sizeText(mostImageBytes), kerasWeights);
    }
    const auto content = archive.content(kerasWeights, ctx);
    return withContext(Text(BW_TR_NOOP("core", "record %1"), { kerasWeights }),
        [&] { return readHdf5Image(content.bytes, archive.fileBytes(), ctx); });
}

void addLayers(Model::Data& data, Hdf5Tensors&& file)
{
    std::vector<KerasEntry> entries;
    for (const auto& tensor : file.tensors) {
        entries.push_back({ tensor.path, tensor.view.shape });
    }
    const auto naming = kerasNaming(entries, file.nameLists, file.groupNames);
    for (std::size_t i = 0; i < naming.leftOut.size(); ++i) {
        data.warnings.emplace_back(BW_TR_NOOP("core", "The file also holds \"%1\" (tensors: %2), which is left out."),
            std::vector<std::string> { printable(naming.leftOut[i].first), toText(naming.leftOut[i].second) });
    }
    for (const auto& [index, name] : naming.kept) {
        auto& tensor = file.tensors[index];
        auto layer = naming.isKeras || isKerasName(name) ? kerasLayer(name, std::move(tensor.view))
                                                         : namedLayer(name, std::move(tensor.view));
        layer.tiedNames = std::move(tensor.otherPaths);
        data.layers.push_back(std::move(layer));
    }
}

/// A quantized model that Bitwright wrote as arrays.
ModelPtr arrayModelOf(const std::filesystem::path& path, Hdf5Tensors&& file, const JobContext& ctx)
{
    std::vector<std::pair<std::string, TensorView>> arrays;
    for (auto& tensor : file.tensors) {
        arrays.emplace_back(std::move(tensor.path), std::move(tensor.view));
    }
    Model::Data data = readArrays(file.description, std::move(arrays), ctx);
    data.path = path;
    data.format = hdf5Loader.id;
    data.files = { path };
    data.fileBytes = std::filesystem::file_size(path);
    std::move(file.warnings.begin(), file.warnings.end(), std::back_inserter(data.warnings));
    return std::make_shared<const Model>(std::move(data));
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    const bool isZip = zipContents(path, std::as_bytes(std::span("PK\3\4", 4))) == ZipContents::KerasModel;
    auto file = isZip ? readKerasZip(path, ctx) : readHdf5File(path, ctx);
    if (file.schema == array_layout::hdf5Schema) {
        return arrayModelOf(path, std::move(file), ctx);
    }
    if (file.schema.starts_with("bitwright")) {
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "this is a file that Bitwright wrote (%1), not a model"),
            printable(file.schema));
    }
    if (file.tensors.empty()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the HDF5 file holds no numbers")));
    }
    Model::Data data;
    data.path = path;
    data.format = hdf5Loader.id;
    data.files = { path };
    data.fileBytes = std::filesystem::file_size(path);
    data.warnings = std::move(file.warnings);
    if (!file.kerasVersion.empty()) {
        data.metadata["keras_version"] = file.kerasVersion;
    }
    addLayers(data, std::move(file));
    return std::make_shared<const Model>(std::move(data));
}
} // namespace

const ModelLoader hdf5Loader { "hdf5", BW_TR_NOOP("core", "HDF5 (Keras)"), { "*.h5", "*.hdf5", "*.keras" }, sniff,
    open };

} // namespace bw
