#pragma once

#include "core/export/gguf_origin.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bw::llama {

/// Reads small files from the folder a model is in, and notes which. They may come from anywhere, as the model does.
class FolderFiles
{
public:
    explicit FolderFiles(std::filesystem::path modelFile)
        : m_modelFile(std::move(modelFile))
    {
    }

    std::filesystem::path path(const char* name) const;
    /// The whole file; nothing if there is none. Error{Refused}: a link that leads out of the folder; {BadFile}: more
    /// than `limit` bytes, a folder, a device.
    std::optional<std::string> read(const char* name, std::uint64_t limit);
    std::vector<BesideFile> filesRead() && { return std::move(m_read); }

private:
    std::filesystem::path m_modelFile;
    std::vector<BesideFile> m_read;
};

} // namespace bw::llama
