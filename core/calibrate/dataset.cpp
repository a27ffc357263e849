#include "core/calibrate/dataset.h"

#include "core/base/error.h"
#include "core/calibrate/idx_file.h"
#include "core/calibrate/labelled_dataset.h"
#include "core/model/file_reader.h"
#include "core/model/foreign_formats.h"
#include "core/model/loaders/hdf5_tensors.h"
#include "core/model/zip_contents.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace bw {

namespace {
namespace fs = std::filesystem;

constexpr std::size_t headBytes = 4096;

/// "t10k-images-idx3-ubyte.gz" -> "t10k-labels-idx1-ubyte.gz"; empty if the name does not say images.
std::string labelsName(std::string name)
{
    const auto images = name.find("images");
    if (images == std::string::npos) {
        return {};
    }
    name.replace(images, 6, "labels");
    const auto rank = name.find("idx3", images);
    return rank == std::string::npos ? name : name.replace(rank, 4, "idx1");
}

struct IdxPair
{
    fs::path images;
    fs::path labels;
};

std::optional<IdxPair> pairOf(const fs::path& images)
{
    const std::string labels = labelsName(images.filename().string());
    std::error_code failed;
    if (labels.empty() || !fs::is_regular_file(images, failed) || !fs::exists(images.parent_path() / labels, failed)) {
        return std::nullopt;
    }
    return IdxPair { images, images.parent_path() / labels };
}

int preference(const fs::path& images)
{
    const std::string name = images.filename().string();
    return name.starts_with("t10k") ? 0 : name.starts_with("test") ? 1 : 2;
}

std::optional<IdxPair> pairIn(const fs::path& folder)
{
    std::vector<IdxPair> pairs;
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        if (auto pair = pairOf(at->path())) {
            pairs.push_back(std::move(*pair));
        }
    }
    if (pairs.empty()) {
        return std::nullopt;
    }
    return *std::min_element(pairs.begin(), pairs.end(), [](const IdxPair& a, const IdxPair& b) {
        return std::pair(preference(a.images), a.images) < std::pair(preference(b.images), b.images);
    });
}

/// "images,labels": the comma whose two sides exist, else the first.
IdxPair splitPair(const std::string& location)
{
    std::error_code failed;
    for (auto comma = location.find(','); comma != std::string::npos; comma = location.find(',', comma + 1)) {
        const IdxPair pair { location.substr(0, comma), location.substr(comma + 1) };
        if (fs::exists(pair.images, failed) && fs::exists(pair.labels, failed)) {
            return pair;
        }
    }
    const auto comma = location.find(',');
    return { location.substr(0, comma), location.substr(comma + 1) };
}

/// What the file is that this build reads no samples from.
std::optional<Text> otherDataFormat(const fs::path& path, std::span<const std::byte> head)
{
    if (path.extension() == ".txt" || path.extension() == ".json") {
        return Text(BW_TR_NOOP("core", "a file of texts"));
    }
    return foreignFormat(path, head);
}

DatasetPtr openFile(const fs::path& path, const JobContext& ctx)
{
    const std::string head = withContext(filePlace(path), [&] { return FileReader(path).head(headBytes); });
    if (path.extension() == ".safetensors") {
        return openSafetensorsDataset(path, ctx);
    }
    if (isHdf5(std::as_bytes(std::span(head)))) {
        return openHdf5Dataset(path, ctx);
    }
    if (zipContents(path, std::as_bytes(std::span(head))) == ZipContents::NumpyArrays) {
        return openNumpyDataset(path, ctx);
    }
    if (const auto pair = pairOf(path); pair && looksLikeIdx(head)) {
        return openIdxDataset(pair->images, pair->labels, ctx);
    }
    if (looksLikeIdx(head)) {
        throw Error(ErrorKind::BadInput,
            Text(BW_TR_NOOP("core", "this may be one of a pair of IDX files; name both: IMAGES,LABELS")))
            .in(filePlace(path));
    }
    if (const auto title = otherDataFormat(path, std::as_bytes(std::span(head)))) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "this is %1; this build reads data sets from safetensors, NumPy (.npz) and HDF5 files, IDX files and "
                "folders of pictures"),
            title->english())
            .in(filePlace(path));
    }
    throw Error(ErrorKind::BadFile,
        Text(BW_TR_NOOP("core",
            "this is no data set: a safetensors, NumPy (.npz) or HDF5 file, a pair of IDX files or a folder is "
            "needed")))
        .in(filePlace(path));
}
} // namespace

DatasetPtr openDataset(const std::string& location, const JobContext& ctx)
{
    std::error_code failed;
    const fs::path path(location);
    if (fs::is_directory(path, failed)) {
        const auto pair = pairIn(path);
        return pair ? openIdxDataset(pair->images, pair->labels, ctx) : openFolderDataset(path, ctx);
    }
    if (!fs::exists(path, failed) && location.find(',') != std::string::npos) {
        const IdxPair pair = splitPair(location);
        return openIdxDataset(pair.images, pair.labels, ctx);
    }
    return openFile(path, ctx);
}

} // namespace bw
