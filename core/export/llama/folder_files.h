#pragma once

#include "core/export/gguf_origin.h"
#include "core/model/file_reader.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bw::llama {

/// A file that was asked for, and what it was then: nothing if it was not there.
struct SeenFile
{
    std::filesystem::path path;
    std::optional<FileStamp> stamp;

    /// Whether it is the same still.
    bool isUnchanged() const;
};

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
    const std::vector<BesideFile>& filesRead() const { return m_read; }
    const std::vector<SeenFile>& filesSeen() const { return m_seen; }

private:
    std::filesystem::path m_modelFile;
    std::vector<BesideFile> m_read;
    std::vector<SeenFile> m_seen;
};

} // namespace bw::llama
