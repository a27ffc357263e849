#include "core/export/llama/folder_files.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/file_reader.h"
#include "core/model/shard_index.h"

namespace bw::llama {

std::filesystem::path FolderFiles::path(const char* name) const
{
    return m_modelFile.parent_path() / name;
}

std::optional<std::string> FolderFiles::read(const char* name, std::uint64_t limit)
{
    const auto file = path(name);
    std::error_code failed;
    if (std::filesystem::symlink_status(file, failed).type() == std::filesystem::file_type::not_found) {
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
        m_read.push_back({ file, sha256(std::as_bytes(std::span(text))) });
        return std::optional(std::move(text));
    });
}

} // namespace bw::llama
