// Data sets that are arrays in one file: safetensors, NumPy archives, HDF5.

#include "core/base/error.h"
#include "core/base/zip_archive.h"
#include "core/calibrate/labelled_dataset.h"
#include "core/model/file_reader.h"
#include "core/model/loaders/hdf5_tensors.h"
#include "core/model/numpy_file.h"
#include "core/model/safetensors_file.h"

#include <algorithm>
#include <functional>

namespace bw {

namespace {
/// The array of that name, or nothing.
using FindArray = std::function<std::optional<TensorView>(const std::string& name)>;

Text arrayPlace(const std::string& name)
{
    return Text(BW_TR_NOOP("core", "tensor %1"), { printable(name) });
}

struct Found
{
    std::string name;
    TensorView view;
};

Found findArray(const FindArray& find, const std::string& described, std::initializer_list<const char*> usual)
{
    if (!described.empty()) {
        if (auto view = find(described)) {
            return { described, std::move(*view) };
        }
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "dataset.json speaks of a tensor \"%1\", but there is none"),
            printable(described));
    }
    std::string names;
    for (const char* name : usual) {
        if (auto view = find(name)) {
            return { name, std::move(*view) };
        }
        names += (names.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    }
    throw Error(
        ErrorKind::BadFile, BW_TR_NOOP("core", "a data set needs a tensor called %1, but there is none"), names);
}

DatasetPtr datasetOf(const std::filesystem::path& path, const FindArray& find)
{
    const auto description = readDatasetDescription(path.parent_path());
    Found inputs = findArray(find, description ? description->inputsTensor : "", { "inputs", "images" });
    const Found labels = findArray(find, description ? description->labelsTensor : "", { "labels" });
    LabelledDataset::Facts facts;
    facts.path = path;
    withContext(
        arrayPlace(inputs.name), [&] { describeSamples(inputs.view, inputs.name == "images", description, facts); });
    withContext(arrayPlace(labels.name), [&] { facts.labels = labelsFrom(labels.view); });
    describeValues(inputs.view.dtype == DType::U8, description, facts);
    return withContext(
        arrayPlace(inputs.name), [&] { return makeArrayDataset(std::move(inputs.view), std::move(facts)); });
}
} // namespace

DatasetPtr openSafetensorsDataset(const std::filesystem::path& path, const JobContext& ctx)
{
    return withContext(filePlace(path), [&] {
        const auto file = openSafetensorsFile(path, ctx);
        return datasetOf(path, [&](const std::string& name) {
            const auto* view = file.find(name);
            return view == nullptr ? std::nullopt : std::optional(*view);
        });
    });
}

DatasetPtr openNumpyDataset(const std::filesystem::path& path, const JobContext& ctx)
{
    return withContext(filePlace(path), [&] {
        const ZipArchive archive(path);
        return datasetOf(path, [&](const std::string& name) -> std::optional<TensorView> {
            const auto record = name + ".npy";
            if (!archive.has(record)) {
                return std::nullopt;
            }
            return withContext(arrayPlace(name), [&] {
                auto content = archive.content(record, ctx);
                return readNumpy(content.bytes, std::move(content.owner), ctx);
            });
        });
    });
}

DatasetPtr openHdf5Dataset(const std::filesystem::path& path, const JobContext& ctx)
{
    return withContext(filePlace(path), [&] {
        const auto file = readHdf5File(path, ctx);
        return datasetOf(path, [&](const std::string& name) -> std::optional<TensorView> {
            for (const auto& tensor : file.tensors) {
                const auto& others = tensor.otherPaths;
                if (tensor.path == name || std::find(others.begin(), others.end(), name) != others.end()) {
                    return tensor.view;
                }
            }
            return std::nullopt;
        });
    });
}

} // namespace bw
