#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// One tensor as a safetensors header describes it.
struct SafetensorsEntry
{
    std::string name;
    DType dtype = DType::F32;
    Shape shape; ///< empty for a scalar
    std::uint64_t begin = 0; ///< first byte, counted from the start of the data area
    std::uint64_t end = 0; ///< one past the last byte
};

struct SafetensorsHeader
{
    std::vector<SafetensorsEntry> entries; ///< in the order of their data, which they cover without hole or overlap
    std::map<std::string, std::string> metadata; ///< "__metadata__"
};

inline constexpr std::size_t safetensorsLengthBytes = 8;
inline constexpr std::uint64_t safetensorsHeaderLimit = 100'000'000;

/// Length of the JSON header from the file's first 8 bytes. Error{BadFile} if the file is shorter than it says, or over
/// the limit.
std::uint64_t safetensorsHeaderLength(std::span<const std::byte> firstBytes, std::uint64_t fileBytes);

/// Reads and checks the JSON header of a file whose data area has `dataBytes` bytes. Error{BadFile} names the tensor;
/// {Unsupported} for element types of the format that this build does not read.
SafetensorsHeader parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes, const JobContext& ctx = {});

/// The first bytes of a file that holds `entries` one after another: length, JSON, padded with spaces to a multiple
/// of 8. Sets begin and end of each entry. Order the entries by falling element size to keep them all aligned.
/// Error{BadInput} if a name or a metadata text is not UTF-8, or a name occurs twice.
std::string buildSafetensorsHeader(
    std::vector<SafetensorsEntry>& entries, const std::map<std::string, std::string>& metadata);

} // namespace bw
