#pragma once

#include "core/gguf/block_type.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw::test {

inline const GgufBlockType& blockType(std::string_view id)
{
    return *ggufBlockTypes().find(id);
}

inline std::vector<std::byte> encoded(
    const GgufBlockType& type, std::span<const float> row, std::span<const float> importance = {})
{
    std::vector<std::byte> bytes(ggufBytes(type, row.size()));
    ggufEncodeRow(type, row, importance, bytes);
    return bytes;
}

inline std::vector<float> decoded(const GgufBlockType& type, std::span<const std::byte> bytes)
{
    std::vector<float> values(
        bytes.size() / static_cast<std::size_t>(type.blockBytes) * static_cast<std::size_t>(type.blockLength));
    ggufDecode(type, bytes, values);
    return values;
}

inline std::string hex(std::span<const std::byte> bytes)
{
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        text += digits[std::to_integer<int>(byte) / 16];
        text += digits[std::to_integer<int>(byte) % 16];
    }
    return text;
}

/// The row of methods-formats-allocation.md 3.5: 256 values that float32 holds exactly.
inline std::vector<float> goldenRow()
{
    std::vector<float> row(256);
    for (int i = 0; i < 256; ++i) {
        row[static_cast<std::size_t>(i)] = static_cast<float>(37 * i % 256 - 128) / 64 * (i % 5 == 0 ? 0.25F : 1.0F);
    }
    return row;
}

} // namespace bw::test
