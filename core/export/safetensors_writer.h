#pragma once

#include "core/base/job_context.h"
#include "core/export/content.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// A safetensors file about to be written. writeSafetensors() adds two metadata entries that let a reader find any
/// changed bit: tensorHashesKey, JSON {"tensor name": sha256 of its bytes}, and headerHashKey, the sha256 of the whole
/// header (length, JSON, padding) with the 64 digits of this very entry as zeros.
struct SafetensorsContents
{
    std::vector<ContentTensor> tensors; ///< in file order, see sortForFile()
    std::map<std::string, std::string> metadata;
};

inline constexpr const char* tensorHashesKey = "bitwright.tensor_sha256";
inline constexpr const char* headerHashKey = "bitwright.header_sha256";

/// The order of the safetensors library: falling element size (so that all are aligned), then name. It does not depend
/// on where the tensors came from.
void sortForFile(std::vector<ContentTensor>& tensors);

/// Writes over the existing file `path`. Same contents, same bytes. Error{Io} says the cause, {BadInput} for names that
/// cannot be written.
void writeSafetensors(const SafetensorsContents& contents, const std::filesystem::path& path, const JobContext& ctx);
/// Bytes of the file writeSafetensors() would write.
std::uint64_t safetensorsBytes(const SafetensorsContents& contents);
/// Reads `path` as any reader would and compares every byte with `contents`; Error{Verification} names the tensor and
/// the index of the value.
void checkSafetensors(const SafetensorsContents& contents, const std::filesystem::path& path, const JobContext& ctx);
/// The tensors alone: the file's metadata may say anything.
void compareTensors(const SafetensorsContents& contents, const std::filesystem::path& path, const JobContext& ctx);

/// True if `header` (length, JSON, padding) is what its headerHashKey says; false if that is absent.
bool isHeaderIntact(std::string_view header);

} // namespace bw
