#include "core/model/file_reader.h"
#include "core/model/foreign_formats.h"
#include "core/model/loader.h"
#include "core/model/named_layer.h"
#include "core/model/safetensors_file.h"
#include "core/model/shard_index.h"

namespace bw {

extern const ModelLoader safetensorsLoader;

namespace {
constexpr std::string_view suffix = ".safetensors";
constexpr std::size_t headBytes = 4096;
constexpr std::string_view indexSuffix = ".safetensors.index.json";

/// An index by its name or, whatever it is called, by the shards it begins to list.
bool isIndex(const std::filesystem::path& path, std::string_view head)
{
    const bool listsShards = head.starts_with('{') && head.find("\"weight_map\"") != std::string_view::npos
        && head.find(".safetensors\"") != std::string_view::npos;
    return path.filename().string().ends_with(indexSuffix) || listsShards;
}

Model::Data emptyData(const std::filesystem::path& path)
{
    Model::Data data;
    data.path = path;
    data.files = { path };
    return data;
}

Model::Data readSingle(const std::filesystem::path& path, const JobContext& ctx)
{
    auto file = openSafetensorsFile(path, ctx);
    auto data = emptyData(path);
    data.metadata = std::move(file.metadata);
    data.fileBytes = file.fileBytes;
    data.layers.reserve(file.tensors.size());
    for (auto& tensor : file.tensors) {
        data.layers.push_back(namedLayer(std::move(tensor.name), std::move(tensor.view)));
    }
    return data;
}

bool looksLikeHeader(std::span<const std::byte> head)
{
    return head.size() > safetensorsLengthBytes && head[safetensorsLengthBytes] == std::byte { '{' }
    && head[7] == std::byte { 0 } && head[6] == std::byte { 0 } && head[5] == std::byte { 0 }
    && head[4] == std::byte { 0 };
}

bool sniff(const std::filesystem::path& path, std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    const bool isNamedSo = isIndex(path, text) || path.extension() == suffix;
    return looksLikeHeader(head) || (isNamedSo && !foreignFormat(path, head));
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    const bool isSharded = isIndex(path, FileReader(path).head(headBytes));
    auto data = isSharded ? readShards(path, readSingle, ctx) : readSingle(path, ctx);
    if (isPartName(path.filename().string())) {
        data.warnings.emplace_back(BW_TR_NOOP("core",
            "This file is one part of a model. Open the file that ends in .index.json to see all of it."));
    }
    data.format = safetensorsLoader.id;
    return std::make_shared<const Model>(std::move(data));
}
} // namespace

const ModelLoader safetensorsLoader { "safetensors", BW_TR_NOOP("core", "safetensors"),
    { "*.safetensors", "*.safetensors.index.json" }, sniff, open };

} // namespace bw
