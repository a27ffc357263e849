#include "core/model/safetensors_file.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/model/file_reader.h"

namespace bw {

const TensorView* SafetensorsFile::find(std::string_view name) const
{
    for (const auto& tensor : tensors) {
        if (tensor.name == name) {
            return &tensor.view;
        }
    }
    return nullptr;
}

SafetensorsFile openSafetensorsFile(const std::filesystem::path& path, const JobContext& ctx)
{
    // The header is read, not mapped: a file cut short meanwhile is then an error and not a bus error.
    const FileReader file(path);
    const std::string first = file.head(safetensorsLengthBytes);
    const std::uint64_t length = safetensorsHeaderLength(std::as_bytes(std::span(first)), file.size());
    const std::uint64_t dataStart = safetensorsLengthBytes + length;
    const std::string json = file.read(safetensorsLengthBytes, static_cast<std::size_t>(length));
    auto header = parseSafetensorsHeader(json, file.size() - dataStart, ctx);

    const auto mapped = MappedFile::open(path);
    if (FileReader(path).stamp() != file.stamp() || mapped->bytes().size() != file.size()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file was changed while it was opened")));
    }
    const auto data = mapped->bytes().subspan(static_cast<std::size_t>(dataStart));
    SafetensorsFile result { {}, std::move(header.metadata), file.size() };
    result.tensors.reserve(header.entries.size());
    for (auto& entry : header.entries) {
        const auto bytes
            = data.subspan(static_cast<std::size_t>(entry.begin), static_cast<std::size_t>(entry.end - entry.begin));
        result.tensors.push_back({ std::move(entry.name), { entry.dtype, std::move(entry.shape), bytes, mapped } });
    }
    return result;
}

} // namespace bw
