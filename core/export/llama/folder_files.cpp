#include "core/export/llama/folder_files.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/shard_index.h"

namespace bw::llama {

namespace {
bool isThere(const std::filesystem::path& path)
{
    std::error_code failed;
    return std::filesystem::symlink_status(path, failed).type() != std::filesystem::file_type::not_found;
}
} // namespace

bool SeenFile::isUnchanged() const
{
    return isThere(path) ? stamp && FileReader(path).stamp() == *stamp : !stamp;
}

std::filesystem::path FolderFiles::path(const char* name) const
{
    return m_modelFile.parent_path() / name;
}

std::optional<std::string> FolderFiles::read(const char* name, std::uint64_t limit)
{
    const auto file = path(name);
    if (!isThere(file)) {
        m_seen.push_back({ file, std::nullopt });
        return std::nullopt;
    }
    return withContext(filePlace(file), [&] {
        if (leadsAway(file, m_modelFile)) {
            throw Error(ErrorKind::Refused,
                Text(BW_TR_NOOP("core", "this file beside the model is a link that leads out of the folder")));
        }
        const FileReader reader(file);
        if (reader.size() > limit) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the file has %1; at most %2 are read"),
                sizeText(reader.size()), sizeText(limit));
        }
        auto text = reader.read(0, static_cast<std::size_t>(reader.size()));
        m_seen.push_back({ file, reader.stamp() });
        m_read.push_back({ file, sha256(std::as_bytes(std::span(text))) });
        return std::optional(std::move(text));
    });
}

} // namespace bw::llama
