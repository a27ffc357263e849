// Quantized models that Bitwright wrote as arrays: layers give the values their codes stand for while they are read.

#include "core/base/zip_archive.h"
#include "core/export/array_contents.h"
#include "core/export/array_model.h"
#include "core/model/loader.h"
#include "core/model/numpy_file.h"
#include "core/model/zip_contents.h"

namespace bw {

extern const ModelLoader arraysLoader;

namespace {
constexpr std::string_view suffix = ".npy";
constexpr std::uint64_t mostDescriptionBytes = std::uint64_t { 100 } << 20;

bool sniff(const std::filesystem::path& path, std::span<const std::byte> head)
{
    return zipContents(path, head) == ZipContents::NumpyArrays && ZipArchive(path).has(array_layout::descriptionName);
}

std::vector<std::pair<std::string, TensorView>> arraysOf(const ZipArchive& archive, const JobContext& ctx)
{
    std::vector<std::pair<std::string, TensorView>> arrays;
    for (const auto& record : archive.names()) {
        ctx.checkpoint();
        if (record == array_layout::descriptionName) {
            continue;
        }
        auto name = record.substr(0, record.size() - suffix.size());
        withContext(Text(BW_TR_NOOP("core", "array %1"), { printable(name) }), [&] {
            auto content = archive.content(record, ctx);
            auto view = readNumpy(content.bytes, std::move(content.owner), ctx);
            arrays.emplace_back(std::move(name), std::move(view));
        });
    }
    return arrays;
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    const ZipArchive archive(path);
    const auto description = archive.readText(array_layout::descriptionName, mostDescriptionBytes);
    Model::Data data = readArrays(description, arraysOf(archive, ctx), ctx);
    data.path = path;
    data.format = arraysLoader.id;
    data.files = { path };
    data.fileBytes = archive.fileBytes();
    return std::make_shared<const Model>(std::move(data));
}
} // namespace

const ModelLoader arraysLoader { "bitwright-arrays", BW_TR_NOOP("core", "Bitwright quantized arrays"), { "*.npz" },
    sniff, open };

} // namespace bw
