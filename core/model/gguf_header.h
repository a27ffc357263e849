#pragma once

#include "core/base/job_context.h"
#include "core/gguf/ggml_type.h"
#include "core/model/model.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// Types of metadata values, by their numbers in the file.
enum class GgufValueType : std::uint32_t
{
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    Bool,
    String,
    Array,
    U64,
    I64,
    F64
};

/// One metadata entry. `bytes` is the value as the file has it, after its type: of an array, element type and count
/// included. Views into GgufHeader::owner.
struct GgufEntry
{
    std::string_view key;
    GgufValueType type = GgufValueType::U8;
    std::string_view bytes;
};

struct GgufTensorEntry
{
    std::string name;
    Shape shape; ///< outermost first: the reverse of the file's order
    const GgmlType* type = nullptr;
    std::uint64_t offset = 0; ///< from the start of the data
    std::uint64_t bytes = 0;
};

/// What stands before a GGUF file's data, checked: names are unique, sizes add up, every tensor lies inside the file.
struct GgufHeader
{
    std::uint32_t version = 3;
    std::uint64_t alignment = 32;
    std::vector<GgufEntry> entries;
    std::vector<GgufTensorEntry> tensors;
    std::uint64_t dataStart = 0;
    std::uint64_t dataBytes = 0; ///< of all tensors with their padding
    std::shared_ptr<const std::string> owner;

    const GgufEntry* find(std::string_view key) const;
    /// Nothing if there is no such entry or it is of another type (any unsigned or signed whole number for the first).
    std::optional<std::uint64_t> number(std::string_view key) const;
    std::optional<std::string> text(std::string_view key) const;
};

/// Reads the start of the file. Error{BadFile|Unsupported} names key or tensor.
GgufHeader readGgufHeader(const std::filesystem::path& path, const JobContext& ctx);

/// A value as people read it: "true", "0.5", a text itself, "[512 texts: \"<unk>\", …]".
std::string ggufValueText(const GgufEntry& entry);

/// Values as bytes of an entry.
std::string ggufU32(std::uint32_t value);
std::string ggufU64(std::uint64_t value);
std::string ggufText(std::string_view value);

/// What a model that came from a GGUF file keeps for writing one.
struct GgufDetails : FormatDetails
{
    GgufHeader header; ///< of the first file
};

} // namespace bw
