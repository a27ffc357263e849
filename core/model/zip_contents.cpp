#include "core/model/zip_contents.h"

#include "core/base/error.h"
#include "core/base/zip_archive.h"

#include <algorithm>
#include <string_view>

namespace bw {

namespace {
bool isNamed(const ZipArchive& archive, std::string_view last)
{
    const auto& names = archive.names();
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        const auto slash = name.find('/');
        return slash != std::string::npos && std::string_view(name).substr(slash + 1) == last;
    });
}

bool hasCode(const ZipArchive& archive)
{
    const auto& names = archive.names();
    return std::any_of(names.begin(), names.end(),
        [](const std::string& name) { return name.find("/code/") != std::string::npos && name.ends_with(".py"); });
}

ZipContents contentsOf(const ZipArchive& archive)
{
    if (isNamed(archive, "constants.pkl") || isNamed(archive, "model.json") || hasCode(archive)) {
        return ZipContents::TorchScript;
    }
    if (isNamed(archive, "data.pkl")) {
        return ZipContents::PytorchWeights;
    }
    if (archive.has("model.weights.h5")) {
        return ZipContents::KerasModel;
    }
    const auto& names = archive.names();
    const bool areArrays = !names.empty() && std::all_of(names.begin(), names.end(), [](const std::string& name) {
        return name.ends_with(".npy") || name == arraysDescription;
    });
    return areArrays ? ZipContents::NumpyArrays : ZipContents::Other;
}
} // namespace

ZipContents zipContents(const std::filesystem::path& path, std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    if (!text.starts_with("PK\x03\x04")) {
        return ZipContents::NoZip;
    }
    try {
        return contentsOf(ZipArchive(path));
    } catch (const Error&) {
        return ZipContents::Broken;
    }
}

} // namespace bw
