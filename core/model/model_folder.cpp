#include "core/model/model_folder.h"

#include "core/base/error.h"

#include <array>

namespace bw {

namespace {
// In the order in which transformers looks for them (modeling_utils.py).
constexpr std::array<const char*, 4> names { "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json" };
} // namespace

std::optional<std::filesystem::path> modelFileIn(const std::filesystem::path& folder)
{
    std::error_code failed;
    for (const char* name : names) {
        if (std::filesystem::symlink_status(folder / name, failed).type() != std::filesystem::file_type::not_found) {
            return folder / name;
        }
    }
    return std::nullopt;
}

std::filesystem::path modelFileOf(const std::filesystem::path& path)
{
    std::error_code failed;
    if (!std::filesystem::is_directory(path, failed)) {
        return path;
    }
    if (const auto file = modelFileIn(path)) {
        return *file;
    }
    std::string list;
    for (const char* name : names) {
        list += (list.empty() ? "" : ", ") + std::string(name);
    }
    throw Error(ErrorKind::BadFile,
        BW_TR_NOOP("core",
            "this is a folder, and none of its files has a name that models have in folders (%1); name the file "
            "itself"),
        list);
}

} // namespace bw
