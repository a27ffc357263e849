#pragma once

#include "core/gguf/block_type.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bw::test {

/// A GGUF file put together by hand, right or wrong.
struct GgufBuilder
{
    std::string magic = "GGUF";
    std::uint32_t version = 3;
    std::optional<std::uint64_t> tensorCount; ///< as many as there are
    std::optional<std::uint64_t> entryCount;
    std::vector<std::string> entries;
    std::vector<std::string> tensors;
    std::string data;
    std::uint64_t alignment = 32;

    /// Adds a tensor and its data, padded.
    void add(
        std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type, std::string_view bytes);
    std::string bytes() const;
};

/// Length and characters.
std::string ggufString(std::string_view text);
/// Key, type, value as it is.
std::string ggufEntry(std::string_view key, std::uint32_t type, std::string_view value);
std::string ggufTextEntry(std::string_view key, std::string_view text);
std::string ggufU32Entry(std::string_view key, std::uint32_t value);
std::string ggufArray(std::uint32_t type, std::uint64_t count, std::string_view values);
/// Name, sizes (innermost first, as in the file), type, offset.
std::string ggufTensor(
    std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type, std::uint64_t offset);

/// A small model of llama architecture with one tensor of every block type this library decodes, and of plain types.
std::string everyTypeGguf();

} // namespace bw::test
