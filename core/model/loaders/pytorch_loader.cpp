// Weights as torch.save writes them: a zip archive (since PyTorch 1.6) or the legacy stream of pickles and storages.

#include "core/base/error.h"
#include "core/model/file_reader.h"
#include "core/model/loader.h"
#include "core/model/pytorch_weights.h"
#include "core/model/shard_index.h"
#include "core/model/zip_contents.h"

#include <algorithm>
#include <array>

namespace bw {

extern const ModelLoader pytorchLoader;

namespace {
using namespace std::string_view_literals;

constexpr std::array suffixes { ".pt"sv, ".pth"sv, ".th"sv, ".ckpt"sv, ".jit"sv, ".ts"sv, ".torchscript"sv, ".ptc"sv };

constexpr std::size_t headBytes = 4096;

std::string_view textOf(std::span<const std::byte> bytes)
{
    return { reinterpret_cast<const char*>(bytes.data()), bytes.size() };
}

/// {"metadata": …, "weight_map": {"tensor": "pytorch_model-00001-of-00002.bin"}}
bool isIndex(const std::filesystem::path& path, std::string_view head)
{
    return path.filename().string().ends_with(".bin.index.json")
        || (head.starts_with('{')
            && (path.filename().string().ends_with(".index.json")
                || head.find("\"weight_map\""sv) != std::string_view::npos));
}

Model::Data readOne(const std::filesystem::path& path, const JobContext& ctx)
{
    const auto head = FileReader(path).head(headBytes);
    if (!isLegacyPytorch(head) && !head.starts_with("PK\x03\x04"sv)) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "this is not a file that torch.save writes")));
    }
    return isLegacyPytorch(head) ? readLegacyPytorch(path, ctx) : readPytorchZip(path, ctx);
}

/// A zip archive that nothing can be said of is asked about here, so that its user learns what is wrong with it.
bool sniff(const std::filesystem::path& path, std::span<const std::byte> head)
{
    if (isLegacyPytorch(textOf(head)) || isIndex(path, textOf(head))) {
        return true;
    }
    const auto contents = zipContents(path, head);
    const bool isNamedSo = std::find(suffixes.begin(), suffixes.end(), path.extension().string()) != suffixes.end();
    return contents == ZipContents::PytorchWeights || contents == ZipContents::Broken
        || (contents == ZipContents::Other && isNamedSo);
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    const bool isSharded = isIndex(path, FileReader(path).head(headBytes));
    auto data = isSharded ? readShards(path, readOne, ctx) : readOne(path, ctx);
    if (isPartName(path.filename().string())) {
        data.warnings.emplace_back(BW_TR_NOOP("core",
            "This file is one part of a model. Open the file that ends in .index.json to see all of it."));
    }
    data.format = pytorchLoader.id;
    return std::make_shared<const Model>(std::move(data));
}
} // namespace

const ModelLoader pytorchLoader {
    "pytorch",
    BW_TR_NOOP("core", "PyTorch"),
    { "*.pt", "*.pth", "*.th", "*.bin", "*.ckpt", "*.state_dict", "*.bin.index.json" },
    sniff,
    open,
};

} // namespace bw
