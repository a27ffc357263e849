#include "core/model/model_folder.h"

#include "core/base/error.h"

#include <array>

namespace bw {

namespace {
// In the order in which transformers looks for them (modeling_utils.py).
constexpr std::array<const char*, 4> names { "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json" };
} // namespace

std::filesystem::path modelFileOf(const std::filesystem::path& path)
{
    std::error_code failed;
    if (!std::filesystem::is_directory(path, failed)) {
        return path;
    }
    std::string list;
    for (const char* name : names) {
        const auto file = path / name;
        if (std::filesystem::symlink_status(file, failed).type() != std::filesystem::file_type::not_found) {
            return file;
        }
        list += (list.empty() ? "" : ", ") + std::string(name);
    }
    throw Error(ErrorKind::BadFile,
        BW_TR_NOOP("core",
            "this is a folder, and none of its files has a name that models have in folders (%1); name the file "
            "itself"),
        list);
}

} // namespace bw
