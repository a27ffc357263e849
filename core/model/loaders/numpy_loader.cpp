// NumPy arrays: one (.npy), or several in a zip archive (.npz).

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/base/zip_archive.h"
#include "core/model/file_reader.h"
#include "core/model/keras_layer.h"
#include "core/model/loader.h"
#include "core/model/named_layer.h"
#include "core/model/numpy_file.h"
#include "core/model/zip_contents.h"

namespace bw {

extern const ModelLoader numpyLoader;

namespace {
constexpr std::string_view suffix = ".npy";

bool sniff(const std::filesystem::path& path, std::span<const std::byte> head)
{
    return isNumpy({ reinterpret_cast<const char*>(head.data()), head.size() })
        || zipContents(path, head) == ZipContents::NumpyArrays;
}

/// Arrays that are called as Keras or Flax call them are laid out as there.
LayerInfo layerOf(std::string name, TensorView view)
{
    return isKerasName(name) ? kerasLayer(std::move(name), std::move(view))
                             : namedLayer(std::move(name), std::move(view));
}

void addArchive(Model::Data& data, const std::filesystem::path& path, const JobContext& ctx)
{
    const ZipArchive archive(path);
    for (const auto& record : archive.names()) {
        ctx.checkpoint();
        auto name = record.substr(0, record.size() - suffix.size());
        withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(name) }), [&] {
            auto content = archive.content(record, ctx);
            auto view = readNumpy(content.bytes, std::move(content.owner), ctx);
            data.layers.push_back(layerOf(std::move(name), std::move(view)));
        });
    }
    data.fileBytes = archive.fileBytes();
}

void addArray(Model::Data& data, const std::filesystem::path& path, const JobContext& ctx)
{
    const auto file = MappedFile::open(path);
    data.layers.push_back(layerOf(path.stem().string(), readNumpy(file->bytes(), file, ctx)));
    data.fileBytes = file->bytes().size();
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    Model::Data data;
    data.path = path;
    data.format = numpyLoader.id;
    data.files = { path };
    if (isNumpy(FileReader(path).head(16))) {
        addArray(data, path, ctx);
    } else {
        addArchive(data, path, ctx);
    }
    return std::make_shared<const Model>(std::move(data));
}
} // namespace

const ModelLoader numpyLoader { "numpy", BW_TR_NOOP("core", "NumPy"), { "*.npy", "*.npz" }, sniff, open };

} // namespace bw
